"""Sending: 200 only with LinkedIn's id in hand, 202 where the outcome is open, else the error it is."""

import pytest

from tests.contract.voyager.face import Face
from threadline.model import urns

pytestmark = pytest.mark.promise("voyager.6.1.send")

JANE = "https://www.linkedin.com/in/janesmith/"


async def _copies(face: Face, vanity: str, text: str) -> int:
    told = await face.sandbox.told(f"mailboxes/{vanity}/messages?text={text.replace(' ', '%20')}")
    return len(told["messages"])


async def _stranger(face: Face) -> str:
    """The vanity name of somebody whom Ada may not write to."""
    told = await face.sandbox.told("people?limit=1000")
    return next(
        str(one["vanity"])
        for one in told["people"]
        if "ada" not in one["connectedTo"]
        and not one["openProfile"]
        and not one["gone"]
        and not one["threads"].get("ada", ["owner"])
    )


@pytest.mark.promise("design.1.sent-means-id")
async def test_a_message_to_a_profile_stands_in_the_recipients_mailbox(face: Face) -> None:
    answer = await face.send(profileUrl=JANE, message="To a profile")
    assert answer.status == 200
    sent = answer.data
    assert sent["success"] is True
    assert sent["method"] == "api-direct"
    assert sent["status"] == "sent"
    assert sent["phase"] in ("cache", "participant", "scan", "new")
    assert urns.thread_id(sent["conversationUrn"]) == sent["conversationId"]
    told = await face.sandbox.told("mailboxes/janesmith/messages?text=To%20a%20profile")
    [received] = told["messages"]
    assert received["messageId"] == urns.message_id(sent["messageUrn"])
    thread = (await face.get(f"/api/messages?profileUrl={JANE}&limit=1")).data
    assert thread["conversationId"] == sent["conversationId"]
    assert (await face.get(f"/api/sends/{sent['sendId']}")).data == sent


async def test_a_urn_from_a_profile_skips_the_look_up(face: Face) -> None:
    urn = (await face.get("/api/profile/janesmith")).data["urn"]
    before = await face.calls()
    sent = await face.send(profileUrl=JANE, message="By its URN", recipientUrn=urn)
    assert sent.status == 200
    assert (await face.calls()).get("profile", 0) == before.get("profile", 0)
    assert await _copies(face, "janesmith", "By its URN") == 1


@pytest.mark.parametrize("form", ["{thread}", "urn:li:msg_conversation:({me},{thread})"])
async def test_a_reply_by_conversation_goes_nowhere_else(face: Face, form: str) -> None:
    me = (await face.get("/api/profile/me")).data["urn"]
    thread = await face.sandbox.thread_with("janesmith")
    named = form.format(thread=thread, me=me)
    sent = (await face.send(conversationId=named, message="A reply")).data
    assert (sent["conversationId"], sent["phase"]) == (thread, "cache")
    checked = await face.send(conversationId=named, profileUrl=JANE, message="A checked reply")
    assert checked.data["conversationId"] == thread
    other = "https://www.linkedin.com/in/sarah-chen/"
    astray = await face.send(conversationId=named, profileUrl=other, message="Astray")
    assert astray.refusal == (409, "RECIPIENT_MISMATCH")
    assert await _copies(face, "sarah-chen", "Astray") == await _copies(face, "janesmith", "Astray") == 0


@pytest.mark.promise("voyager.2.2.errors")
async def test_a_person_who_is_not_reachable_is_told_with_the_sends_id(face: Face) -> None:
    vanity = await _stranger(face)
    answer = await face.send(profileUrl=f"https://www.linkedin.com/in/{vanity}", message="Hello stranger")
    assert answer.refusal == (403, "NOT_CONNECTED")
    assert answer.error["retrySafe"] is True
    assert answer.error["nextStep"]
    followed = (await face.get(f"/api/sends/{answer.error['sendId']}")).data
    assert (followed["success"], followed["status"], followed["retrySafe"]) == (False, "failed", True)
    assert followed["error"]["code"] == "NOT_CONNECTED"
    assert await _copies(face, vanity, "Hello stranger") == 0


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_is_accepted_as_unknown_and_settles_by_itself(face: Face) -> None:
    await face.rehearsal.fault("lose_answer", count=1)
    answer = await face.send(profileUrl=JANE, message="Lost on the way", headers={"Prefer": "wait=1"})
    assert answer.status == 202
    assert answer.json["success"] is True
    assert answer.data["success"] is False
    assert answer.data["status"] == "unknown"
    assert answer.data["retrySafe"] is False
    assert answer.data["messageUrn"] is None
    assert "method" not in answer.data
    assert answer.headers["Preference-Applied"] == "wait=1"
    send_id = answer.data["sendId"]
    followed = (await face.get(f"/api/sends/{send_id}")).data
    assert (followed["success"], followed["status"]) == (False, "unknown")
    account = await face.rehearsal.account()
    await face.rehearsal.gateway.settling.settle(f"{account.account_id}:{send_id}")
    settled = (await face.get(f"/api/sends/{send_id}")).data
    assert (settled["success"], settled["status"], settled["method"]) == (True, "sent", "api-direct")
    assert await _copies(face, "janesmith", "Lost on the way") == 1


async def test_a_caller_that_does_not_wait_follows_the_send(face: Face) -> None:
    answer = await face.send(profileUrl=JANE, message="No time", headers={"Prefer": "wait=0"})
    assert answer.status == 202
    assert answer.data["status"] in ("queued", "sending")
    assert answer.headers["Preference-Applied"] == "wait=0"
    await face.rehearsal.services.sending.stop()
    assert (await face.get(f"/api/sends/{answer.data['sendId']}")).data["status"] == "sent"


@pytest.mark.parametrize(
    ("asked", "applied"),
    [("wait=600", "wait=60"), ("wait=3", "wait=3"), ("wait=-1", None), ("wait=soon", None), ("", None)],
)
async def test_only_a_wait_that_is_a_number_is_applied(face: Face, asked: str, applied: str | None) -> None:
    answer = await face.send(profileUrl=JANE, message="A preference", headers={"Prefer": asked})
    assert answer.status == 200
    assert answer.headers.get("Preference-Applied") == applied


async def test_a_message_of_the_longest_length_in_any_script_is_sent(face: Face) -> None:
    text = ("\U0001f600שלום " * 2_000)[:8_000].strip()
    assert (await face.send(profileUrl=JANE, message=text)).status == 200


async def test_a_session_that_died_during_the_send_is_safe_to_try_again(face: Face) -> None:
    await face.get(f"/api/messages?profileUrl={JANE}&limit=1")
    await face.rehearsal.fault("unauthorized", endpoint="createMessage")
    answer = await face.send(profileUrl=JANE, message="Died")
    assert answer.refusal == (401, "SESSION_EXPIRED")
    assert answer.error["retrySafe"] is True
    assert answer.error["sendId"]
    assert await _copies(face, "janesmith", "Died") == 0
