"""The sandbox as a process of its own: starting, stopping, keeping what changed."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.contract.sandbox.client import PATIENCE, SandboxClient
from tests.contract.sandbox.conftest import ANCHOR


async def spawned(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "threadline.sandbox", *arguments, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[SandboxClient, Process]]:
    """A process on a free port and a client of it; killed at the end unless it has ended."""
    process = await spawned("--port", "0", "--seed", "7", *arguments)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("Sandbox ready at http://127.0.0.1:"), line
        async with aiohttp.ClientSession() as session:
            yield SandboxClient(line.split()[3], session), process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: Process, signal_number: int) -> int:
    """The exit status after a signal."""
    process.send_signal(signal_number)
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


async def refused(*arguments: str) -> str:
    """What a process that does not start says."""
    process = await spawned(*arguments)
    async with asyncio.timeout(PATIENCE):
        out, error = await process.communicate()
    assert process.returncode == 2
    assert out == b""
    return error.decode()


async def test_it_stops_at_a_signal_even_with_open_streams() -> None:
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        async with running() as (sandbox, process), sandbox.stream() as frames:
            await frames.next()
            assert (await sandbox.told("health"))["pid"] == process.pid
            assert await ended(process, signal_number) == 0
            assert await frames.next() is None


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    arguments = ("--keep", str(tmp_path / "changes.jsonl"), "--anchor-ms", str(ANCHOR))
    async with running(*arguments) as (sandbox, process):
        unread = next(iter((await sandbox.told("mailboxes/ada/unread"))["unread"]))
        token = (await sandbox.conversations())["metadata"]["newSyncToken"]
        await sandbox.mark(unread, read=True)
        sent = (await sandbox.send("Kept", thread_id=await sandbox.thread_with("sarah-chen"))).json["value"]
        new = (await sandbox.send("New", to=["jane-doe-42"])).json["value"]
        await sandbox.admin("POST", "clock", {"advanceMs": 3_600_000})
        await ended(process, signal.SIGKILL)
    async with running("--keep", str(tmp_path / "changes.jsonl")) as (sandbox, process):
        assert (await sandbox.told("health"))["anchorMs"] == ANCHOR
        assert (await sandbox.told("clock"))["offsetMs"] == 3_600_000
        assert unread not in (await sandbox.told("mailboxes/ada/unread"))["unread"]
        [found] = (await sandbox.told("mailboxes/ada/messages?text=Kept"))["messages"]
        assert found["messageUrn"] == sent["entityUrn"]
        changed = (await sandbox.conversations(f"syncToken:{token}"))["elements"]
        assert [each["entityUrn"] for each in changed] == [
            await sandbox.conversation_urn(unread),
            sent["conversationUrn"],
            new["conversationUrn"],
        ]
        later = (await sandbox.send("Later", thread_id=found["threadId"])).json["value"]
        assert later["deliveredAt"] > sent["deliveredAt"]
        assert await ended(process, signal.SIGTERM) == 0


async def test_an_answer_that_was_owed_comes_after_a_restart(tmp_path: Path) -> None:
    kept = ("--keep", str(tmp_path / "changes.jsonl"), "--anchor-ms", str(ANCHOR))
    async with running(*kept, "--answer-delay-ms", "60000", "60000") as (sandbox, process):
        sent = (await sandbox.send("Hello Jane", to=["janesmith"])).json["value"]
        await ended(process, signal.SIGKILL)
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    for _ in range(2):
        async with running(*kept, "--answer-delay-ms", "10", "20") as (sandbox, process):
            async with asyncio.timeout(PATIENCE):
                while len(await messages_after(sandbox, thread_id, sent["deliveredAt"])) < 1:
                    await asyncio.sleep(0.01)
            await sandbox.send("And you", thread_id=await sandbox.thread_with("sarah-chen"))
            assert len(await messages_after(sandbox, thread_id, sent["deliveredAt"])) == 1
            assert await ended(process, signal.SIGTERM) == 0


async def messages_after(sandbox: SandboxClient, thread_id: str, at: int) -> list[str]:
    page = await sandbox.messages(thread_id, f"deliveredAt:{at + 1},countBefore:0,countAfter:20")
    return [each["body"]["text"] for each in page["elements"]]


async def test_a_reset_empties_the_file(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    async with running("--keep", str(path)) as (sandbox, _):
        await sandbox.send("Forget me", thread_id=await sandbox.thread_with("sarah-chen"))
        assert len(path.read_text().splitlines()) == 2
        await sandbox.admin("POST", "reset")
        assert len(path.read_text().splitlines()) == 1


@pytest.mark.promise("wire.14.loopback")
async def test_an_address_that_others_can_reach_is_refused() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "example.org"):
        assert "not a loopback address" in await refused("--host", host)


async def test_what_it_cannot_run_with_is_said_in_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("something else\n")
    assert "not a journal" in await refused("--keep", str(other))
    assert "heartbeat" in await refused("--heartbeat", "0")
    assert "answer-delay-ms" in await refused("--answer-delay-ms", "5", "1")
    assert "port" in await refused("--port", "70000")
    assert "anchor-ms" in await refused("--anchor-ms", "5")
