"""The benchmarks run, and measure what they say; how fast anything is, no test asks."""

import asyncio
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from benchmarks import corpus, counting, draining, load, outbox, peer, processes
from benchmarks.corpus import QUICK
from benchmarks.results import Verdict, at_least, below, median_ratio, percentile

from tests.postgres import PostgresServer
from threadline.model.clock import SystemClock
from threadline.model.conversations import Folder
from threadline.model.sends import SendState
from threadline.store import accounts, conversations, messages, sends
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase

TIME_LIMIT = 60.0
NEWEST = (2**62, "")

LIST = '{"data":"a list"}'
THREAD = '{"data":"a thread"}'


async def test_the_made_store_holds_full_pages_of_lists_and_threads(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "threadline.db", SystemClock())
    await database.open()
    try:
        made = await corpus.fill(database, QUICK)
        assert len(await accounts.every(database)) == QUICK.accounts
        for one in made.accounts:
            listed = await conversations.page(database, one.account_id, None, NEWEST, 1_000)
            assert len(listed) == QUICK.conversations
            assert {row.folder for row in listed} == {Folder.PRIMARY, Folder.SECONDARY}
            thread = await messages.page(database, one.account_id, one.long_threads[0], NEWEST, 51)
            assert len(thread) == 51
            reached = await conversations.history(database, one.account_id, one.long_threads[0])
            assert reached.complete
    finally:
        await database.close()


async def test_the_state_queries_of_a_read_are_counted_by_name(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "threadline.db", SystemClock())
    await database.open()
    made = await corpus.fill(database, QUICK)
    await database.close()
    account = made.accounts[0]
    paths = ["/api/conversations?limit=20", f"/api/conversations/{account.long_threads[0]}?limit=50"]
    lists, threads = await counting.queries_of(tmp_path, account.user_id, paths)
    assert "conversations.page" in lists.first
    assert "messages.page" in threads.first
    assert lists.again == threads.again == ["accounts.by_user"]


async def test_a_full_outbox_waits_whole_and_what_is_made_due_leaves(tmp_path: Path) -> None:
    accounts_filled, due_ones = 40, 10
    path = tmp_path / "threadline.db"
    await outbox.fill_sqlite(path, accounts_filled)
    order = draining.Order(
        place=str(path),
        accounts=accounts_filled,
        polls=3,
        due=due_ones,
        due_seconds=0.1,
        rounds=2,
        claims=5,
        at_once=2,
    )
    drained = await asyncio.to_thread(draining.run, order)
    assert (len(drained.polls), len(drained.delays)) == (3, due_ones)
    assert all(len(rates) == 2 for rates in (drained.ours, drained.plain, drained.driver))
    database = SqliteDatabase(path, SystemClock())
    await database.open()
    try:
        left, waiting, now = 0, 0, SystemClock().now()
        for number in range(accounts_filled):
            of_account = outbox.account_id(number)
            left += len(await sends.in_state(database, of_account, SendState.SENT))
            waiting += len(await sends.in_state(database, of_account, SendState.QUEUED))
            still = await sends.open_sends(database, of_account)
            assert [one.send_id for one in still if one.ready_at <= now] == []
    finally:
        await database.close()
    taken = due_ones + 3 * 2 * 5
    assert (left, waiting) == (taken, accounts_filled * outbox.SENDS_EACH - taken)


async def test_the_outbox_on_a_server_is_the_same(postgres: PostgresServer) -> None:
    dsn = postgres.create_database()
    try:
        await outbox.fill_postgresql(dsn, 3)
        database = PostgresqlDatabase(dsn, SystemClock())
        await database.open()
        try:
            for number in range(3):
                waiting = await sends.open_sends(database, outbox.account_id(number))
                assert len(waiting) == outbox.SENDS_EACH
        finally:
            await database.close()
    finally:
        postgres.drop_database(dsn)


def test_the_load_counts_whole_answers_and_refuses_any_other_status() -> None:
    answers = msgspec.json.encode(peer.Answers([LIST], [THREAD]))
    with processes.peer(answers) as port:
        for path in ("/api/conversations", "/api/conversations/2-x", "/bare/conversations"):
            outcome = load.run(order(port, path))
            assert outcome.answers > 0
            assert outcome.bytes_each > len(LIST)
        with pytest.raises(load.LoadError, match="404"):
            load.run(order(port, "/nowhere"))


def order(port: int, path: str) -> load.Order:
    return load.Order(
        port=port, connections=2, seconds=0.1, requests=[load.get(path, [("X-User-Id", "ada")])]
    )


@pytest.mark.promise("main-job.8.benchmark")
def test_the_command_prints_its_table_and_writes_every_number(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "backfilling", "--json", str(file)],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=True,
    )
    written = msgspec.json.decode(file.read_bytes())
    assert "cores" in written["machine"]
    assert "msgspec" in written["versions"]
    assert written["command"] == "python -m benchmarks --quick --only backfilling"
    assert [one["name"] for one in written["results"]] == [
        "Decoding threads into messages",
        "Backfill through the connector into SQLite",
    ]
    for one in written["results"]:
        assert one["figures"]["messages_per_second"] > 0
        assert one["name"] in done.stdout


def test_a_ratio_is_the_median_over_rounds_and_is_judged_by_its_aim() -> None:
    assert median_ratio([10, 60, 30], [100, 100, 100]) == 0.3
    assert percentile([3, 1, 2], 0.99) == 3
    assert at_least(0.6, 0.6) is Verdict.MET
    assert at_least(0.59, 0.6) is Verdict.MISSED
    assert below(5, 5) is Verdict.MISSED
