"""The log of an account: numbers without a gap, in the order of commits."""

import asyncio

import msgspec
import pytest

from tests.contract.store.samples import ACCOUNT, NOW, OTHER_ACCOUNT, event
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.store import events
from threadline.store.database import Database

TIME_LIMIT = 20.0


async def append(database: Database, *told: Event) -> None:
    async with database.transaction() as tx:
        await events.append(tx, told)


async def log(database: Database, account_id: str = ACCOUNT, after: int = 0) -> list[tuple[int, str]]:
    return [(number, one.event_id) for number, one in await events.after(database, account_id, after, 1000)]


async def test_an_event_is_kept_whole(database: Database) -> None:
    whole = event(
        "e1",
        type=EventType.MESSAGE_SENT,
        from_me=True,
        origin=Origin.API,
        backfilled=True,
        data={"text": "Grüße 🦜\u0000", "deep": {"list": [1, None, 2.5, "x"]}},
    )
    bare = event("e2", type=EventType.ACCOUNT_STATE, thread_id=None, from_me=False, data={})
    await append(database, whole, bare)
    assert await events.after(database, ACCOUNT, 0, 10) == [(1, whole), (2, bare)]


async def test_events_are_numbered_from_one_in_their_order(database: Database) -> None:
    await append(database, event("e1"), event("e2"))
    await append(database)
    await append(database, event("e3"))
    assert await log(database) == [(1, "e1"), (2, "e2"), (3, "e3")]


async def test_each_account_has_its_own_numbers(database: Database) -> None:
    await append(database, event("e1"))
    await append(database, event("e1", account_id=OTHER_ACCOUNT), event("e2", account_id=OTHER_ACCOUNT))
    assert await log(database) == [(1, "e1")]
    assert await log(database, OTHER_ACCOUNT) == [(1, "e1"), (2, "e2")]


async def test_a_log_is_read_on_from_any_place_in_pages(database: Database) -> None:
    await append(database, *[event(f"e{number}") for number in range(1, 10)])
    assert [number for number, _ in await events.after(database, ACCOUNT, 4, 3)] == [5, 6, 7]
    assert await events.after(database, ACCOUNT, 9, 3) == []


async def test_the_numbers_of_a_rolled_back_transaction_are_given_again(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await events.append(tx, [event("lost")])
            raise LookupError

    await append(database, event("e1"))
    with pytest.raises(LookupError):
        await fail()
    await append(database, event("e2"))
    assert await log(database) == [(1, "e1"), (2, "e2")]


async def test_an_event_is_told_once(database: Database) -> None:
    await append(database, event("e1"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await append(database, event("e1"))
    assert await log(database) == [(1, "e1")]


async def test_an_account_that_does_not_exist_has_no_log(database: Database) -> None:
    with pytest.raises(LookupError, match="no account nobody"):
        await append(database, event("e1", account_id="nobody"))


async def test_a_second_writer_waits_for_the_first_so_that_numbers_are_committed_in_order(
    database: Database,
) -> None:
    first_appended, may_commit = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def first() -> None:
        async with database.transaction() as tx:
            await events.append(tx, [event("e1")])
            first_appended.set()
            await may_commit.wait()
        ended.append("first")

    async def second() -> None:
        await first_appended.wait()
        await append(database, event("e2"))
        ended.append("second")

    writers = [asyncio.create_task(first()), asyncio.create_task(second())]
    async with asyncio.timeout(TIME_LIMIT):
        await first_appended.wait()
        # Reads go to the database and back, so the second writer has had its chance to overtake.
        for _ in range(50):
            assert await log(database) == []
            await asyncio.sleep(0)
        assert ended == []
        may_commit.set()
        await asyncio.gather(*writers)
    # Which of the two tasks goes on first after both have ended is the event loop's affair.
    assert sorted(ended) == ["first", "second"]
    assert await log(database) == [(1, "e1"), (2, "e2")]


async def test_a_reader_never_sees_a_number_before_a_lower_one(database: Database) -> None:
    async def write(writer: int) -> None:
        for number in range(10):
            await append(database, event(f"w{writer}-{number}a"), event(f"w{writer}-{number}b"))

    cursor = 0
    read: list[str] = []
    async with asyncio.timeout(TIME_LIMIT):
        writing = asyncio.gather(*[write(writer) for writer in range(4)])
        while len(read) < 80:
            for number, one in await events.after(database, ACCOUNT, cursor, 7):
                assert number == cursor + 1
                cursor = number
                read.append(one.event_id)
            await asyncio.sleep(0)
        await writing
    assert len(set(read)) == 80
    for writer in range(4):
        own = [name for name in read if name.startswith(f"w{writer}-")]
        assert own == [f"w{writer}-{number}{half}" for number in range(10) for half in "ab"]


async def test_times_are_kept_apart(database: Database) -> None:
    late = msgspec.structs.replace(event("e1"), occurred_at=NOW - 1_000, recorded_at=NOW)
    await append(database, late)
    ((_, stored),) = await events.after(database, ACCOUNT, 0, 1)
    assert (stored.occurred_at, stored.recorded_at) == (NOW - 1_000, NOW)
