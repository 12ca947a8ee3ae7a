"""Keys without the right, and callers with ids of somebody else, get nowhere on any route of the main API."""

from dataclasses import replace
from typing import Any

import pytest

from tests.contract.voyager.face import Face, quoted
from threadline.api.routing import PlainRoute
from threadline.api.voyager.routes import ROUTES

pytestmark = pytest.mark.promise("voyager.3.authentication", "voyager.2.2.errors")

JANE = "https://www.linkedin.com/in/janesmith/"
SENDING = ("/api/send", "/api/conversations", "/api/messages", "/api/attachments")
ABOUT_A_THREAD = (
    *(("POST", one) for one in ("typing", "read", "unread", "archive", "unarchive", "star", "unstar")),
    *(("POST", one) for one in ("spam", "unspam", "mute", "move", "participants")),
    ("DELETE", "participants"),
    ("GET", "receipts"),
    ("PATCH", ""),
    ("DELETE", ""),
    ("GET", ""),
)
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "move"): {"category": "PRIMARY_INBOX"},
    ("POST", "participants"): {"profileUrls": ["sarah-chen"]},
    ("DELETE", "participants"): {"profileUrls": ["sarah-chen"]},
    ("PATCH", ""): {"title": "Mine now"},
}


async def _key(face: Face, *rights: str) -> Face:
    made = await face.ask("POST", "/api/keys", {"name": "some", "rights": list(rights)})
    return replace(face, key=made.data["key"])


def _writes() -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for route in ROUTES
        if isinstance(route, PlainRoute) and route.path.startswith(SENDING)
        for method in route.methods or ()
        if method not in ("GET", "HEAD")
    ]


async def test_a_key_that_may_only_read_writes_marks_types_and_uploads_nothing(face: Face) -> None:
    thread = (await face.get("/api/conversations?limit=1")).data["conversations"][0]["conversationId"]
    message = (await face.get(f"/api/messages?profileUrl={JANE}&limit=1")).data["messages"][0]["messageUrn"]
    before = await face.calls()
    assert len(_writes()) >= 20
    for rights in (["read"], ["manage"], ["read", "manage"]):
        caller = await _key(face, *rights)
        for method, path in _writes():
            target = path.replace("{conversation:path}", quoted(thread)).replace(
                "{conversation}", quoted(thread)
            )
            target = target.replace("{message:path}", quoted(message)).replace("{message}", quoted(message))
            answer = await caller.ask(method, target, {"message": "x", "emoji": "👍"})
            assert answer.refusal == (403, "FORBIDDEN_SCOPE"), (method, target, answer.text)
    assert await face.calls() == before


async def test_ids_of_another_users_things_name_nothing(face: Face) -> None:
    """Ada's conversations, messages, sends and files, asked for by Grace and by another tenant."""
    sent = (await face.send(profileUrl=JANE, message="Ada's own")).data
    thread, message = sent["conversationId"], sent["messageUrn"]
    upload = await face.ask("POST", "/api/attachments", b"abc", headers={"Content-Type": "text/plain"})
    file = upload.data["attachment"]["id"]
    assert (await face.link("grace")).data["sessionValid"]
    other = replace(await face.tenant("acme"), user="alan")
    assert (await other.link("alan")).data["sessionValid"]
    stands = await face.get(f"/api/messages?profileUrl={JANE}&limit=5")
    for caller in (replace(face, user="grace"), replace(other, user="alan")):
        name = caller.user or ""
        before = {
            one: n for one, n in (await face.calls(name)).items() if one not in ("conversations", "messages")
        }
        for method, what in ABOUT_A_THREAD:
            path = f"/api/conversations/{quoted(thread)}" + (f"/{what}" if what else "")
            answer = await caller.ask(method, path, BODIES.get((method, what)))
            assert answer.status in (404, 501, 502), (name, method, what, answer.text)
            assert "Ada's own" not in answer.text
        for method, path, body in (
            ("PATCH", f"/api/messages/{quoted(message)}", {"message": "Not hers"}),
            ("DELETE", f"/api/messages/{quoted(message)}", None),
            ("POST", f"/api/messages/{quoted(message)}/react", {"emoji": "👍"}),
            ("GET", f"/api/messages/{quoted(message)}/reactions", None),
            ("GET", f"/api/sends/{sent['sendId']}", None),
            ("GET", f"/api/attachments/{file}", None),
            ("POST", "/api/send", {"profileUrl": JANE, "message": "x", "attachments": [file]}),
            ("POST", "/api/send", {"conversationId": thread, "message": "x"}),
            ("POST", "/api/send", {"profileUrl": JANE, "message": "x", "replyTo": message}),
        ):
            answer = await caller.ask(method, path, body)
            assert answer.status in (403, 404, 502), (name, method, path, answer.text)
        after = {
            one: n for one, n in (await face.calls(name)).items() if one not in ("conversations", "messages")
        }
        assert {one: n for one, n in after.items() if n != before.get(one)}.keys() <= {
            "me",
            "profile",
            "recipients",
            "compose",
        }
    assert (await face.get(f"/api/messages?profileUrl={JANE}&limit=5")).data == stands.data
