"""How the API shows each state that LinkedIn's answers put an account into, and what is then refused."""

from typing import Any

import pytest

from tests.contract.voyager.face import Face
from threadline.model.accounts import AccountState, next_action

pytestmark = pytest.mark.promise("faults.survived")

SEND: dict[str, Any] = {"profileUrl": "https://www.linkedin.com/in/janesmith/", "message": "Not now"}


@pytest.mark.parametrize(
    ("kind", "named", "state", "refusal"),
    [
        ("unauthorized", {}, AccountState.REJECTED, (401, "SESSION_EXPIRED")),
        ("login", {}, AccountState.REJECTED, (401, "SESSION_EXPIRED")),
        ("login_page", {}, AccountState.REJECTED, (401, "SESSION_EXPIRED")),
        ("checkpoint", {}, AccountState.CHECKPOINT, (423, "ACCOUNT_CHECKPOINT")),
        ("checkpoint_page", {}, AccountState.CHECKPOINT, (423, "ACCOUNT_CHECKPOINT")),
        ("rate_limited", {"retryAfter": 900}, AccountState.RATE_LIMITED, (429, "RATE_LIMITED")),
        ("denied", {}, AccountState.RESTRICTED, (423, "ACCOUNT_RESTRICTED")),
    ],
)
async def test_a_stopped_account_says_why_until_when_and_what_to_do_and_calls_nothing(
    face: Face, kind: str, named: dict[str, Any], state: AccountState, refusal: tuple[int, str]
) -> None:
    await face.rehearsal.fault(kind, **named)
    told = (await face.get("/api/session/capabilities")).data
    assert (told["sessionValid"], told["paused"], told["state"]) == (False, True, state)
    assert told["stateReason"]
    assert told["nextAction"] == next_action(state)
    cooling = state in (AccountState.RATE_LIMITED, AccountState.RESTRICTED)
    assert (told["stateUntil"] is not None) is cooling
    await face.rehearsal.heal()
    made = await face.calls()
    for answer in (await face.send(**SEND), await face.get("/api/profile/me")):
        assert answer.refusal == refusal
        assert answer.error["nextStep"]
        assert ("Retry-After" in answer.headers) is cooling
    assert (await face.get("/api/conversations?limit=5")).status in (200, refusal[0])
    assert await face.calls() == made
    events = [event.data for event in await face.rehearsal.events() if event.type == "account.state"]
    assert (events[-1]["state"], events[-1]["nextAction"]) == (state, next_action(state))


async def test_a_closed_route_is_refused_with_what_to_do_and_called_once(face: Face) -> None:
    await face.rehearsal.fault("retired", endpoint="me", count=1)
    before = (await face.calls())["me"]
    for _ in range(2):
        answer = await face.get("/api/profile/me")
        assert answer.refusal == (502, "REFUSED")
        assert "Update the gateway" in answer.error["nextStep"]
    assert (await face.calls())["me"] == before + 1
    assert (await face.link()).data["sessionValid"]
    assert (await face.get("/api/profile/me")).status == 200


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("SUBJECT_REQUIRED", (400, "SUBJECT_REQUIRED")),
        ("INSUFFICIENT_INMAIL_CREDITS", (402, "NO_INMAIL_CREDITS")),
        ("NOT_CONNECTED", (403, "NOT_CONNECTED")),
        ("SOMETHING_NEW", (403, "NOT_CONNECTED")),
    ],
)
async def test_a_code_of_a_refused_send_becomes_an_error_of_its_own(
    face: Face, code: str, refusal: tuple[int, str]
) -> None:
    await face.rehearsal.fault("unprocessable", endpoint="createMessage", code=code, count=1)
    answer = await face.send(**SEND)
    assert answer.refusal == refusal
    assert (await face.sandbox.told("mailboxes/janesmith/messages?text=Not%20now"))["messages"] == []


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("MESSAGE_TOO_OLD", (422, "EDIT_WINDOW_CLOSED")),
        ("MESSAGE_RECALLED", (422, "MESSAGE_RECALLED")),
        ("SYSTEM_MESSAGE", (422, "NOT_EDITABLE")),
        ("SOMETHING_NEW", (502, "REFUSED")),
    ],
)
async def test_a_code_of_a_refused_edit_becomes_an_error_of_its_own(
    face: Face, code: str, refusal: tuple[int, str]
) -> None:
    sent = (await face.send(**SEND)).data
    await face.rehearsal.fault("unprocessable", endpoint="editMessage", code=code, count=1)
    answer = await face.ask("PATCH", f"/api/messages/{sent['messageUrn']}", {"message": "Otherwise"})
    assert answer.refusal == refusal
