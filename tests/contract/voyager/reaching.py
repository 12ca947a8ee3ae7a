"""Whom the tests of InMail, group chats and richer sends write to, and what stands in their mailboxes."""

from typing import Any
from urllib.parse import quote

from tests.contract.voyager.face import Face

ADDRESS = "https://www.linkedin.com/in/"


def address(vanity: str) -> str:
    """The address of a profile."""
    return f"{ADDRESS}{vanity}/"


async def standing(face: Face, vanity: str, text: str) -> list[dict[str, Any]]:
    """The messages with a text in somebody's own mailbox."""
    told = await face.sandbox.told(f"mailboxes/{vanity}/messages?text={quote(text)}")
    found: list[dict[str, Any]] = told["messages"]
    return found


async def stranger(face: Face, account: str, *, open_profile: bool = False) -> str:
    """The vanity name of somebody with whom an account has nothing to do."""
    told = await face.sandbox.told("people?limit=1000")
    return next(
        str(one["vanity"])
        for one in told["people"]
        if account not in one["connectedTo"]
        and one["openProfile"] is open_profile
        and not one["gone"]
        # An answer would give the credit back.
        and not one["answers"]
        and not one["threads"].get(account, ["of oneself"])
    )


async def friends(face: Face, account: str, count: int) -> list[str]:
    """The vanity names of some connections of an account."""
    told = await face.sandbox.told("people?limit=1000")
    return [
        str(one["vanity"])
        for one in told["people"]
        if account in one["connectedTo"] and not one["gone"] and not one["vanity"].endswith("-demo")
    ][:count]


async def inmail(face: Face, vanity: str, **more: Any) -> Any:
    """POST /api/send-inmail."""
    body = {"profileUrl": address(vanity), "subject": "A question", "message": "May I ask?", **more}
    return await face.ask("POST", "/api/send-inmail", body)


async def credits(face: Face) -> int:
    """What GET /api/inmail/credits says is left."""
    found: int = (await face.get("/api/inmail/credits")).data["credits"]
    return found


async def settled(face: Face, send_id: str) -> Any:
    """The send after the gateway looked for it once."""
    account = await face.rehearsal.account(face.user or "ada")
    await face.rehearsal.gateway.settling.settle(f"{account.account_id}:{send_id}")
    return (await face.get(f"/api/sends/{send_id}")).data


async def calls_made(face: Face) -> int:
    """How often LinkedIn was asked to create a message for the account."""
    return (await face.calls(face.user or "ada")).get("createMessage", 0)
