"""`threadline accounts`: listing, linking and unlinking accounts."""

from urllib.parse import quote

import typer

from threadline.cli.administration import administration, run, settings, show, show_table
from threadline.cli.failing import fail


def show_accounts() -> None:
    """List every account, its state, and what to do about it."""

    async def work() -> None:
        async with administration(settings()) as gateway:
            answer = await gateway.ask("GET", "/api/admin/accounts")
        rows = (
            (
                one["tenant"],
                one["userId"],
                one["accountId"],
                one["fullName"] or "",
                one["state"],
                one["nextAction"],
            )
            for one in answer["accounts"]
        )
        show_table(rows, whole=["tenant", "user", "account"], others=["name", "state", "next"])

    run(work())


def link(user: str, tenant: str, user_agent: str | None) -> None:
    """Ask for the cookies and link them; they are typed unseen, so that no history keeps them."""
    li_at = typer.prompt("li_at", hide_input=True)
    jsessionid = typer.prompt("JSESSIONID", hide_input=True)
    body = {
        "tenant": tenant,
        "userId": user,
        "cookies": [
            {"name": "li_at", "value": li_at.strip()},
            {"name": "JSESSIONID", "value": jsessionid.strip()},
        ],
        "userAgent": user_agent,
    }

    async def work() -> None:
        async with administration(settings()) as gateway:
            answer = await gateway.ask("POST", "/api/admin/accounts", body)
        if not answer["sessionValid"]:
            fail(f"The session of {user} is not proven: {answer['sessionError']}")
        show(f"Linked {user}.")

    run(work())


def unlink(user: str, tenant: str) -> None:
    """Take a session out."""

    async def work() -> None:
        async with administration(settings()) as gateway:
            await gateway.ask("DELETE", f"/api/admin/accounts/{quote(user, safe='')}", tenant=tenant)
        show(f"Unlinked {user}. What is stored remains.")

    run(work())
