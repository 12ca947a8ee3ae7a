"""Conversations: what an inbox list shows, kept true in order and read state."""

import msgspec
import pytest

from tests.contract.store.samples import (
    ACCOUNT,
    ACME,
    ADA,
    BOB,
    EVE,
    NOW,
    OTHER_ACCOUNT,
    conversation,
    message,
)
from threadline.model.conversations import (
    Conversation,
    ConversationKind,
    ConversationSummary,
    Folder,
    InboxSource,
)
from threadline.store import conversations, messages
from threadline.store.conversations import History
from threadline.store.database import Database


async def put(database: Database, *shown: Conversation) -> None:
    async with database.transaction() as tx:
        await conversations.put(tx, ACCOUNT, shown)


async def stored(database: Database, thread_id: str) -> ConversationSummary:
    summary = await conversations.by_id(database, ACCOUNT, thread_id)
    assert summary is not None
    return summary


async def test_a_conversation_carries_what_a_list_shows(database: Database) -> None:
    last = message("2-bQ", "2-dA", sender=EVE, text="", fallback_text="sent a voice message")
    await put(
        database,
        conversation(
            "2-dA",
            categories=("ARCHIVE", "INMAIL"),
            participants=(ADA, BOB, EVE),
            group_chat=True,
            title="Analysts",
            state="ACCEPTED",
            type_text="InMail",
            created_at=NOW - 5,
            last_read_at=NOW - 3,
            read=False,
            unread_count=3,
            notification_status="MUTE",
            disabled_features=("ADD_PARTICIPANT", "REPLY"),
            last_message=last,
        ),
    )
    assert await stored(database, "2-dA") == ConversationSummary(
        thread_id="2-dA",
        owner_id=ADA.person_id,
        folder=Folder.ARCHIVE,
        kind=ConversationKind.GROUP,
        categories=("ARCHIVE", "INMAIL"),
        participants=(BOB, EVE),
        group_chat=True,
        title="Analysts",
        state="ACCEPTED",
        created_at=NOW - 5,
        last_activity_at=NOW,
        read=False,
        unread_count=3,
        accepts_replies=False,
        last_text="sent a voice message",
        last_message_id="2-bQ",
        last_from_me=False,
        last_sender_id=EVE.person_id,
        muted=True,
    )


async def test_a_conversation_without_messages_shows_no_last_one(database: Database) -> None:
    await put(database, conversation("2-dA"))
    summary = await stored(database, "2-dA")
    assert (summary.last_text, summary.last_message_id, summary.last_from_me) == (None, None, None)
    assert summary.accepts_replies
    assert await conversations.by_id(database, ACCOUNT, "2-dB") is None
    assert await conversations.by_id(database, OTHER_ACCOUNT, "2-dA") is None


async def test_a_newer_copy_replaces_order_read_state_and_folder(database: Database) -> None:
    await put(database, conversation("2-dA", NOW, read=False, unread_count=2))
    await put(database, conversation("2-dA", NOW + 1, categories=("SPAM",), last_read_at=NOW + 1))
    summary = await stored(database, "2-dA")
    assert (summary.last_activity_at, summary.read, summary.unread_count) == (NOW + 1, True, 0)
    assert summary.folder is Folder.SPAM


async def test_a_stale_copy_changes_neither_order_nor_read_state_nor_folder(database: Database) -> None:
    await put(database, conversation("2-dA", NOW, read=False, unread_count=2, created_at=NOW - 9))
    await put(database, conversation("2-dA", NOW - 1, categories=("SPAM",), created_at=None, title="Renamed"))
    summary = await stored(database, "2-dA")
    assert (summary.last_activity_at, summary.read, summary.unread_count) == (NOW, False, 2)
    assert (summary.folder, summary.categories) == (Folder.PRIMARY, ("INBOX", "PRIMARY_INBOX"))
    assert summary.created_at == NOW - 9


async def test_a_copy_of_the_same_moment_tells_the_read_state_anew(database: Database) -> None:
    await put(database, conversation("2-dA", NOW, read=False, unread_count=2))
    await put(database, conversation("2-dA", NOW, read=True))
    summary = await stored(database, "2-dA")
    assert (summary.read, summary.unread_count) == (True, 0)


async def test_the_last_message_moves_only_forward(database: Database) -> None:
    await put(database, conversation("2-dA", NOW - 100))
    first = message("2-bTE", "2-dA", NOW)
    older = message("2-bTA", "2-dA", NOW - 1)
    newer = message("2-bTI", "2-dA", NOW + 1, sender=ADA, from_me=True)
    seen = []
    for one in (first, older, newer, first):
        async with database.transaction() as tx:
            await conversations.raise_last_message(tx, ACCOUNT, [one])
        summary = await stored(database, "2-dA")
        seen.append((summary.last_message_id, summary.last_activity_at, summary.last_from_me))
    assert seen == [
        ("2-bTE", NOW, False),
        ("2-bTE", NOW, False),
        ("2-bTI", NOW + 1, True),
        ("2-bTI", NOW + 1, True),
    ]


async def test_a_changed_last_message_is_shown_as_it_is_now(database: Database) -> None:
    await put(database, conversation("2-dA", NOW + 50, last_message=message("2-bQ", "2-dA", NOW)))
    edited = message("2-bQ", "2-dA", NOW, text="edited", sender=EVE)
    async with database.transaction() as tx:
        await conversations.raise_last_message(tx, ACCOUNT, [edited])
    summary = await stored(database, "2-dA")
    assert (summary.last_text, summary.last_sender_id) == ("edited", EVE.person_id)
    assert summary.last_activity_at == NOW + 50


async def test_messages_raised_together_leave_the_newest_one_whatever_their_order(database: Database) -> None:
    await put(database, conversation("2-dA", NOW - 100), conversation("2-dB", NOW - 100))
    raised = [
        message(f"2-bT{at}", thread, NOW + at)
        for at, thread in ((3, "2-dA"), (9, "2-dB"), (1, "2-dA"), (2, "2-dB"))
    ]
    async with database.transaction() as tx:
        await conversations.raise_last_message(tx, ACCOUNT, raised)
    assert (await stored(database, "2-dA")).last_message_id == "2-bT3"
    assert (await stored(database, "2-dB")).last_message_id == "2-bT9"


async def test_unread_messages_are_counted_until_the_owner_reads(database: Database) -> None:
    await put(database, conversation("2-dA"))
    async with database.transaction() as tx:
        await conversations.add_unread(tx, ACCOUNT, "2-dA", 2)
        await conversations.add_unread(tx, ACCOUNT, "2-dA", 1)
    summary = await stored(database, "2-dA")
    assert (summary.read, summary.unread_count) == (False, 3)
    assert await conversations.counts(database, ACCOUNT) == (1, 1)

    async with database.transaction() as tx:
        await conversations.set_read(tx, ACCOUNT, "2-dA", read=True, unread_count=0, at=NOW + 1)
    summary = await stored(database, "2-dA")
    assert (summary.read, summary.unread_count) == (True, 0)
    assert await conversations.counts(database, ACCOUNT) == (1, 0)
    assert await conversations.counts(database, OTHER_ACCOUNT) == (0, 0)


async def test_conversations_are_read_back_as_they_were_shown_but_for_the_owner(database: Database) -> None:
    shown = conversation(
        "2-dA",
        title="Team",
        group_chat=True,
        read=False,
        unread_count=2,
        last_read_at=NOW - 9,
        created_at=NOW - 10,
        notification_status="ACTIVE",
        disabled_features=("REPLY",),
        type_text="InMail",
        state="PENDING",
        source=InboxSource.SALES_NAVIGATOR,
    )
    await put(database, shown, conversation("2-dB", NOW - 1))
    found = await conversations.stored(database, ACCOUNT, ["2-dA", "2-dC"])
    assert {key: one.conversation for key, one in found.items()} == {
        "2-dA": msgspec.structs.replace(shown, participants=(BOB,))
    }
    assert await conversations.stored(database, ACCOUNT, []) == {}
    assert await conversations.stored(database, OTHER_ACCOUNT, ["2-dA"]) == {}


async def test_the_conversations_with_a_member_are_told_newest_first_with_whether_they_take_replies(
    database: Database,
) -> None:
    await put(
        database,
        conversation("2-old", NOW - 9, disabled_features=("ADD_PARTICIPANT",)),
        conversation("2-new", NOW, disabled_features=("ADD_PARTICIPANT", "REPLY")),
        conversation("2-group", NOW + 1, group_chat=True, participants=(ADA, BOB, EVE)),
        conversation("2-inmail", NOW + 2, categories=("INBOX", "INMAIL")),
        conversation("2-company", NOW + 3, participants=(ADA, ACME)),
        conversation("2-eve", NOW + 4, participants=(ADA, EVE)),
    )
    assert await conversations.with_peer(database, ACCOUNT, BOB.person_id) == [
        ("2-new", False),
        ("2-old", True),
    ]
    assert await conversations.with_peer(database, ACCOUNT, ACME.person_id) == []
    assert await conversations.with_peer(database, OTHER_ACCOUNT, BOB.person_id) == []


async def test_a_learnt_vanity_name_is_shown_in_every_conversation_of_the_person(database: Database) -> None:
    await put(
        database,
        conversation("2-dA"),
        conversation("2-dB", group_chat=True, participants=(ADA, BOB, EVE)),
        conversation("2-dC", participants=(ADA, EVE)),
    )
    named = msgspec.structs.replace(BOB, vanity="bob-sample", first_name="Not shown")
    async with database.transaction() as tx:
        await conversations.rename_participant(tx, ACCOUNT, named)
    expected = msgspec.structs.replace(BOB, vanity="bob-sample")
    assert (await stored(database, "2-dA")).participants == (expected,)
    assert (await stored(database, "2-dB")).participants == (expected, EVE)
    assert (await stored(database, "2-dC")).participants == (EVE,)


async def test_a_person_who_left_is_renamed_no_longer(database: Database) -> None:
    await put(database, conversation("2-dA", participants=(ADA, BOB, EVE), group_chat=True))
    async with database.transaction() as tx:
        await conversations.remove_participants(tx, ACCOUNT, "2-dA", [BOB.person_id])
        await conversations.rename_participant(tx, ACCOUNT, msgspec.structs.replace(BOB, vanity="bob"))
    assert (await stored(database, "2-dA")).participants == (BOB, EVE)


async def test_how_far_back_messages_are_stored_is_kept_over_later_copies(database: Database) -> None:
    await put(database, conversation("2-dA"))
    assert await conversations.history(database, ACCOUNT, "2-dA") == History(None, False)
    assert await conversations.history(database, ACCOUNT, "2-dB") == History(None, False)
    async with database.transaction() as tx:
        await conversations.set_history(tx, ACCOUNT, "2-dA", History(NOW - 50, False))
    await put(database, conversation("2-dA", NOW + 1))
    assert await conversations.history(database, ACCOUNT, "2-dA") == History(NOW - 50, False)
    async with database.transaction() as tx:
        await conversations.set_history(tx, ACCOUNT, "2-dA", History(None, True))
    assert await conversations.history(database, ACCOUNT, "2-dA") == History(None, True)


async def test_those_whose_recent_messages_are_not_all_stored_are_told_newest_first(
    database: Database,
) -> None:
    reached = {
        "2-nothing": None,
        "2-enough": History(NOW - 100, False),
        "2-not-enough": History(NOW - 10, False),
        "2-complete": History(NOW - 10, True),
    }
    for number, (thread_id, history) in enumerate(reached.items()):
        await put(database, conversation(thread_id, NOW + number))
        if history is not None:
            async with database.transaction() as tx:
                await conversations.set_history(tx, ACCOUNT, thread_id, history)
    await put(database, conversation("2-long-ago", NOW - 500))

    async def lacking(count: int) -> list[str]:
        return await conversations.without_history(database, ACCOUNT, NOW - 100, count)

    assert await lacking(10) == ["2-not-enough", "2-nothing"]
    assert await lacking(1) == ["2-not-enough"]


async def test_a_deleted_conversation_goes_with_its_messages_and_its_participants(
    database: Database,
) -> None:
    await put(database, conversation("2-dA"), conversation("2-dB"))
    async with database.transaction() as tx:
        await messages.put(tx, ACCOUNT, [message("2-bTE", "2-dA"), message("2-bTI", "2-dB")])
        await conversations.remove(tx, ACCOUNT, "2-dA")
        left = await tx.rows("messages.senders", account_id=ACCOUNT, thread_id="2-dA")
    assert list(left) == []
    assert await conversations.by_id(database, ACCOUNT, "2-dA") is None
    assert await messages.known(database, ACCOUNT, ["2-bTE", "2-bTI"]) == {"2-bTI"}
    assert (await stored(database, "2-dB")).participants == (BOB,)


@pytest.mark.parametrize("activity", [0, 2**53 + 1, 2**62])
async def test_times_far_off_are_kept_exactly(database: Database, activity: int) -> None:
    await put(database, conversation("2-dA", activity))
    assert (await stored(database, "2-dA")).last_activity_at == activity
