"""The PostgreSQL that the contract suites run over: real, fresh for each test, and gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from tests.postgres import PostgresServer, database_name, running_postgres

TESTS_THAT_ARE_KILLED = """
import sys, time
from tests.postgres import running_postgres
with running_postgres() as server:
    print(server.port, server.folder, flush=True)
    sys.stdin.read()
"""


async def _value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_answers_queries_as_a_user_that_is_not_root(postgres_dsn: str) -> None:
    assert await _value(postgres_dsn, "SELECT 40 + 2") == 42


async def test_each_database_is_fresh_and_can_be_a_copy_of_another(postgres: PostgresServer) -> None:
    first = postgres.create_database()
    await _value(first, "CREATE TABLE kept (id int)")
    copy, fresh = postgres.create_database(database_name(first)), postgres.create_database()

    present = "SELECT to_regclass('kept') IS NOT NULL"
    assert [await _value(dsn, present) for dsn in (copy, fresh)] == [True, False]
    for dsn in (first, copy, fresh):
        postgres.drop_database(dsn)


async def test_text_is_utf_8_and_ordered_by_code_point(postgres_dsn: str) -> None:
    assert await _value(
        postgres_dsn, "SELECT lower('ÀÉ') || string_agg(x, '' ORDER BY x) FROM (VALUES ('a'), ('B')) v(x)"
    ) == ("àéBa")


async def test_what_is_committed_outlives_a_kill_and_a_restart() -> None:
    with running_postgres() as server:
        dsn = server.create_database()
        await _value(dsn, "CREATE TABLE kept (id int)")
        await _value(dsn, "INSERT INTO kept VALUES (7)")
        server.kill()
        with pytest.raises(OSError, match="Connect call failed"):
            await _value(dsn, "SELECT 1")
        server.start()
        assert await _value(dsn, "SELECT id FROM kept") == 7
        server.restart()
        assert await _value(dsn, "SELECT id FROM kept") == 7


def test_tests_that_are_killed_leave_no_server_and_no_folder_behind() -> None:
    command = [sys.executable, "-c", TESTS_THAT_ARE_KILLED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        port, folder = tests.stdout.readline().split()
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
        os.kill(tests.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while Path(folder).exists():
        assert time.monotonic() < deadline, "the keeper did not remove the folder"
        time.sleep(0.02)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)), timeout=5)
