"""Reading: paging that repeats nothing, reading on beyond the store, and leaving no trace."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import JANE, Rehearsal, rehearsing
from threadline.model.accounts import AccountState
from threadline.model.conversations import ConversationSummary, Folder
from threadline.model.errors import BadCursor, NotFound, SessionExpired
from threadline.model.messages import Message
from threadline.services.inbox import Source


async def _every_conversation(
    gateway: Rehearsal, folder: Folder | None, limit: int, disturb: bool = False
) -> list[ConversationSummary]:
    account = await gateway.account()
    rows: list[ConversationSummary] = []
    cursor: str | None = None
    number = 0
    while True:
        page = await gateway.services.inbox.conversations(account, folder, limit, cursor)
        rows.extend(page.conversations)
        cursor = page.next_cursor
        if cursor is None:
            return rows
        number += 1
        if disturb and number % 5 == 0:
            await gateway.writes("janesmith" if number % 2 else "sarah-chen", f"Meanwhile {number}")


async def _every_message(gateway: Rehearsal, thread: str, limit: int) -> list[Message]:
    account = await gateway.account()
    rows: list[Message] = []
    cursor: str | None = None
    while True:
        page = await gateway.services.inbox.messages(account, thread, limit, cursor)
        rows.extend(page.messages)
        cursor = page.next_cursor
        if cursor is None:
            return rows


async def _longest(sandbox: SandboxClient) -> tuple[str, list[dict[str, Any]]]:
    """Ada's longest thread, and its messages as the sandbox has them."""
    listed = (await sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    thread = max(listed, key=lambda one: int(one["messageCount"]))["threadId"]
    told = (await sandbox.told(f"mailboxes/ada/conversations/{thread}/messages?limit=5000"))["messages"]
    return thread, told


@pytest.mark.promise("main-job.5.paging")
async def test_paging_by_seven_while_messages_arrive_repeats_and_skips_nothing(
    either_gateway: Rehearsal,
) -> None:
    await either_gateway.link()
    await either_gateway.until_state(AccountState.CONNECTED)
    before = {row.thread_id for row in await _every_conversation(either_gateway, None, 100)}
    assert len(before) >= 400
    rows = await _every_conversation(either_gateway, None, 7, disturb=True)
    seen = [row.thread_id for row in rows]
    assert len(seen) == len(set(seen))
    moved = {
        await either_gateway.sandbox.thread_with("janesmith"),
        await either_gateway.sandbox.thread_with("sarah-chen"),
    }
    assert before - set(seen) <= moved


@pytest.mark.promise("main-job.5.paging")
async def test_paging_during_the_first_backfill_lists_everything_too(still_gateway: Rehearsal) -> None:
    there = (await still_gateway.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    rows = await _every_conversation(still_gateway, None, 7)
    seen = [row.thread_id for row in rows]
    assert len(seen) == len(set(seen))
    assert set(seen) == {one["threadId"] for one in there}
    assert seen == sorted(
        seen,
        key=lambda thread: next((r.last_activity_at, r.thread_id) for r in rows if r.thread_id == thread),
        reverse=True,
    )


@pytest.mark.parametrize("folder", [Folder.PRIMARY, Folder.SECONDARY, Folder.ARCHIVE, Folder.SPAM])
async def test_a_folder_lists_what_linkedin_has_in_it(still_gateway: Rehearsal, folder: Folder) -> None:
    rows = await _every_conversation(still_gateway, folder, 20)
    assert rows
    everything = await _every_conversation(still_gateway, None, 100)
    assert {row.thread_id for row in rows} == {row.thread_id for row in everything if row.folder is folder}


@pytest.mark.promise("main-job.5.paging")
async def test_every_message_of_the_longest_thread_comes_exactly_once(still_gateway: Rehearsal) -> None:
    thread, there = await _longest(still_gateway.sandbox)
    assert len(there) >= 600
    rows = await _every_message(still_gateway, thread, 50)
    ids = [row.message_id for row in rows]
    assert len(ids) == len(set(ids))
    assert set(ids) == {one["messageId"] for one in there}
    assert ids == [row.message_id for row in sorted(rows, key=lambda r: (r.delivered_at, r.message_id))][::-1]


async def test_a_page_beyond_the_backfill_is_read_from_linkedin_once_and_stored(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with rehearsing(sandbox, tmp_path, backfill_days=1) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        thread, there = await _longest(sandbox)
        account = await gateway.account()
        first = await gateway.services.inbox.messages(account, thread, 100, None)
        assert first.freshness.source is Source.LINKEDIN
        assert len(first.messages) == 100
        again = await gateway.services.inbox.messages(account, thread, 100, None)
        assert again.freshness.source is Source.STORE
        assert again.messages == first.messages
        assert len(await _every_message(gateway, thread, 33)) == len(there)


@pytest.mark.promise("design.4.reading-changes-nothing", "main-job.6.unread-counts")
async def test_no_read_changes_an_unread_count_here_or_in_the_sandbox(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    there = await gateway.sandbox.told("mailboxes/ada/unread")
    account = await gateway.account()
    rows = await _every_conversation(gateway, None, 50)
    here = {row.thread_id: row.unread_count for row in rows}
    unread = [row for row in rows if row.unread_count]
    assert unread
    for row in unread[:10]:
        await gateway.services.inbox.messages(account, row.thread_id, 50, None)
    await gateway.services.inbox.messages_with(account, JANE, 20, None)
    await gateway.services.people.profile(account, "janesmith")
    async for one in gateway.services.exporting.conversations(account, 1, [None]):
        async for _ in one.messages:
            pass
    assert await gateway.sandbox.told("mailboxes/ada/unread") == there
    assert {r.thread_id: r.unread_count for r in await _every_conversation(gateway, None, 50)} == here


@pytest.mark.promise("wire.6.mark-read")
async def test_marking_read_is_an_act_and_is_done_on_both_sides(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    account = await gateway.account()
    unread = next(row for row in await _every_conversation(gateway, None, 50) if row.unread_count)
    await gateway.services.arranging.mark_read(account, unread.thread_id)
    await gateway.services.arranging.mark_read(account, unread.thread_id)
    after = await gateway.services.inbox.conversation(account, unread.thread_id)
    assert (after.read, after.unread_count) == (True, 0)
    there = (await gateway.sandbox.told("mailboxes/ada/unread"))["unread"]
    assert there.get(unread.thread_id, 0) == 0


async def test_a_cursor_is_taken_only_by_the_list_and_account_that_gave_it(gateway: Rehearsal) -> None:
    for name in ("ada", "alan"):
        await gateway.link(name)
    ada, alan = await gateway.account("ada"), await gateway.account("alan")
    inbox = gateway.services.inbox
    cursor = (await inbox.conversations(ada, None, 5, None)).next_cursor
    assert cursor is not None
    for account, folder, given in (
        (alan, None, cursor),
        (ada, Folder.PRIMARY, cursor),
        (ada, None, cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")),
        (ada, None, "x" * 5_000),
        (ada, None, "ÿ"),
    ):
        with pytest.raises(BadCursor):
            await inbox.conversations(account, folder, 5, given)


async def test_another_accounts_conversation_is_not_found(gateway: Rehearsal) -> None:
    for name in ("ada", "alan"):
        await gateway.link(name)
        await gateway.until_state(AccountState.CONNECTED, name)
    listed = (await gateway.sandbox.told("mailboxes/alan/conversations?limit=1000"))["conversations"]
    theirs = {one["threadId"] for one in listed}
    mine = {row.thread_id for row in await _every_conversation(gateway, None, 100)}
    foreign = sorted(theirs - mine)[0]
    with pytest.raises(NotFound):
        await gateway.services.inbox.messages(await gateway.account(), foreign, 10, None)


async def test_what_is_stored_can_be_read_while_the_session_is_dead(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.fault("unauthorized")
    await gateway.sandbox.admin("POST", "streams/ada/cut")
    await gateway.until_state(AccountState.REJECTED)
    account = await gateway.account()
    page = await gateway.services.inbox.conversations(account, None, 20, None)
    assert len(page.conversations) == 20
    with pytest.raises(SessionExpired):
        await gateway.services.people.profile(account, "sarah-chen")


async def test_a_name_is_learnt_when_a_profile_is_read_and_shown_in_the_list(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    account = await gateway.account()
    thread = await gateway.sandbox.thread_with("janesmith")
    before = await gateway.services.inbox.conversation(account, thread)
    assert [person.vanity for person in before.participants] == [None]
    await gateway.services.people.profile(account, "https://www.linkedin.com/in/janesmith/")
    after = await gateway.services.inbox.conversation(account, thread)
    assert [person.vanity for person in after.participants] == ["janesmith"]
    await gateway.writes("janesmith", "And it stays known")
    calls = await gateway.sandbox.told("requests?account=ada")
    await gateway.services.inbox.messages_with(account, JANE, 5, None)
    assert await gateway.sandbox.told("requests?account=ada") == calls
