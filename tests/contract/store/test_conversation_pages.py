"""Pages of an inbox list: by place in the order, never by number, so that nothing repeats or is skipped."""

import random

from tests.contract.store.samples import ACCOUNT, NEWEST, NOW, OTHER_ACCOUNT, conversation, message
from threadline.model.conversations import Conversation, ConversationSummary, Folder
from threadline.store import conversations
from threadline.store.database import Database

INBOX = ("INBOX", "PRIMARY_INBOX")


async def put(database: Database, *shown: Conversation) -> None:
    async with database.transaction() as tx:
        await conversations.put(tx, ACCOUNT, shown)


async def next_page(
    database: Database, seen: list[ConversationSummary], count: int, folder: Folder | None = None
) -> list[ConversationSummary]:
    before = (seen[-1].last_activity_at, seen[-1].thread_id) if seen else NEWEST
    return await conversations.page(database, ACCOUNT, folder, before, count)


async def walk(database: Database, count: int, folder: Folder | None = None) -> list[str]:
    seen: list[ConversationSummary] = []
    while page := await next_page(database, seen, count, folder):
        assert len(page) <= count
        seen.extend(page)
    return [one.thread_id for one in seen]


async def test_conversations_are_listed_newest_first_and_equal_times_by_id(database: Database) -> None:
    await put(
        database,
        conversation("2-b", NOW),
        conversation("2-d", NOW - 1),
        conversation("2-a", NOW),
        conversation("2-e", NOW + 1),
        conversation("2-c", NOW),
    )
    for count in (1, 2, 3, 4, 5, 100):
        assert await walk(database, count) == ["2-e", "2-c", "2-b", "2-a", "2-d"]


async def test_ids_that_differ_only_in_case_have_one_order_on_every_database(database: Database) -> None:
    names = ["2-Zz", "2-aA", "2-aa", "2-_x", "2-+x", "2-/x", "2-=x", "2-9x"]
    await put(database, *[conversation(name, NOW) for name in names])
    assert await walk(database, 3) == sorted(names, reverse=True)


async def test_each_folder_has_its_own_pages(database: Database) -> None:
    categories = {
        Folder.PRIMARY: INBOX,
        Folder.SECONDARY: ("INBOX", "SECONDARY_INBOX"),
        Folder.ARCHIVE: ("ARCHIVE",),
        Folder.SPAM: ("SPAM",),
        Folder.REQUESTS: ("MESSAGE_REQUEST_PENDING",),
        Folder.OTHER: ("JOB",),
    }
    await put(
        database,
        *[
            conversation(f"2-{folder}-{number}", NOW + number // 2, categories=set_of)
            for folder, set_of in categories.items()
            for number in range(5)
        ],
    )
    for folder in Folder:
        assert await walk(database, 2, folder) == [f"2-{folder}-{number}" for number in (4, 3, 2, 1, 0)]
    assert len(await walk(database, 7)) == 30


async def test_another_account_sees_none_of_them(database: Database) -> None:
    await put(database, conversation("2-a"))
    assert await conversations.page(database, OTHER_ACCOUNT, None, NEWEST, 10) == []


async def test_an_empty_list_and_the_end_of_a_list_are_empty_pages(database: Database) -> None:
    assert await walk(database, 5) == []
    await put(database, conversation("2-a", NOW))
    assert await conversations.page(database, ACCOUNT, None, (NOW, "2-a"), 5) == []


async def test_paging_while_messages_arrive_repeats_none_and_skips_only_those_that_moved_up(
    database: Database,
) -> None:
    chance = random.Random(7)
    everyone = [f"2-{number:03}" for number in range(120)]
    await put(database, *[conversation(name, NOW + int(name[2:]) // 10) for name in everyone])
    seen: list[ConversationSummary] = []
    moved: set[str] = set()
    clock = NOW + 1_000
    while page := await next_page(database, seen, 7):
        seen.extend(page)
        for name in chance.sample(everyone, 3):
            clock += 1
            moved.add(name)
            async with database.transaction() as tx:
                await conversations.raise_last_message(tx, ACCOUNT, [message(f"2-m{clock}", name, clock)])
        await put(database, conversation(f"2-new-{clock}", clock))

    listed = [one.thread_id for one in seen]
    assert len(listed) == len(set(listed))
    assert set(everyone) - set(listed) <= moved
    assert moved - set(listed), "no conversation moved up before it was listed: the walk proved nothing"
    assert not any(name.startswith("2-new") for name in listed)
