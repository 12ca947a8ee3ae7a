"""What the sandbox's faults of session and pace mean (contracts/linkedin-wire.md §12.1)."""

import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, session
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import (
    CheckpointRequired,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
)
from threadline.model.accounts import Cookie, Session
from threadline.model.compositions import Composition


async def fault(sandbox: SandboxClient, kind: str, **more: object) -> None:
    answer = await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, **more})
    assert answer.status == 201, answer.text


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("unauthorized", SessionEnded),
        ("checkpoint", CheckpointRequired),
        ("checkpoint_page", CheckpointRequired),
        ("rate_limited", TooManyRequests),
        ("denied", Denied),
        ("forbidden", Refusal),
        ("server_error", ServerTrouble),
        ("unavailable", ServerTrouble),
    ],
)
async def test_each_fault_is_its_error_for_reads_and_sends(
    ada: AccountClient,
    sandbox: SandboxClient,
    rehearsal: Rehearsal,
    observer: Observer,
    kind: str,
    error: type[LinkedInError],
) -> None:
    thread = await sandbox.thread_with("janesmith")
    await ada.people.me()
    proven = observer.proven
    await fault(sandbox, kind)
    with pytest.raises(error):
        await ada.inbox.newest()
    await sandbox.admin("DELETE", "requests")
    with pytest.raises(error) as failure:
        await ada.messages.create(
            Composition(text="x"), origin_token="t", tracking_id="0123456789abcdef", thread_id=thread
        )
    assert failure.value.may_have_left is (error is ServerTrouble)
    assert (await sandbox.told("requests"))["requests"]["ada"] == {"createMessage": 1}
    assert observer.proven == proven
    assert rehearsal.counted("calls", endpoint="create_message", outcome=error.outcome) == 1


async def test_an_unknown_session_has_ended(rehearsal: Rehearsal, observer: Observer) -> None:
    with pytest.raises(SessionEnded):
        await rehearsal.linkedin.account(session("nobody"), observer).people.me()
    assert observer.proven == 0


@pytest.mark.promise("wire.1.2.session")
async def test_a_session_without_jsessionid_works_with_one_made_up(
    rehearsal: Rehearsal, observer: Observer
) -> None:
    client = rehearsal.linkedin.account(Session(cookies=(Cookie("li_at", "demo-ada"),)), observer)
    assert (await client.people.me()).vanity == "ada-demo"


async def test_a_session_that_ends_with_an_answer_still_gives_the_answer(
    ada: AccountClient, sandbox: SandboxClient, observer: Observer
) -> None:
    await fault(sandbox, "li_at_deleted")
    assert (await ada.people.me()).vanity == "ada-demo"
    assert len(observer.ended) == 1
    assert [cookie.name for cookie in observer.sessions[-1].cookies] == ["JSESSIONID"]
    await sandbox.admin("DELETE", "requests")
    with pytest.raises(SessionEnded):
        await ada.inbox.newest()
    with pytest.raises(SessionEnded):
        await anext(ada.realtime.follow())
    assert (await sandbox.told("requests"))["requests"] == {}


async def test_two_accounts_of_one_process_do_not_share_a_session(
    rehearsal: Rehearsal, ada: AccountClient
) -> None:
    grace = rehearsal.linkedin.account(session("grace"), Observer())
    assert (await ada.people.me()).vanity == "ada-demo"
    assert (await grace.people.me()).vanity == "grace-demo"
    assert (await ada.people.me()).vanity == "ada-demo"
