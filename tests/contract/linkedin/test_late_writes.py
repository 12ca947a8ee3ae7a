"""A message leaves in time or not at all, however late the process that sends it wakes up."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from yarl import URL

from tests.contract.linkedin.certificates import self_signed
from tests.contract.linkedin.held_listener import everything_from, held_listener
from tests.contract.linkedin.rehearsal import (
    PATIENCE,
    Observer,
    Rehearsal,
    connector,
    http,
    scripted,
    session,
)
from tests.contract.linkedin.test_network import DELIVERED_BODY
from tests.contract.sandbox.client import SandboxClient
from tests.unit.linkedin.wire_examples import ME, MESSAGE, THREAD
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import TooLate
from threadline.model.clock import Clock, DrivenClock
from threadline.model.compositions import Composition

pytestmark = pytest.mark.promise("faults.late-waker")

NOW = 1_790_000_000_000
TRACKING = "0123456789abcdef"
REPOSITORY = Path(__file__).parents[3]

Sending = Callable[[AccountClient, int | None], Any]


class TurningClock:
    """A clock that jumps ten seconds ahead once something holds, as it does for a process that was paused."""

    def __init__(self, turned: Callable[[], bool], paused_seconds: float = 0) -> None:
        """turned: asked at each reading; paused_seconds: how long a reading then takes in truth."""
        self._turned = turned
        self._paused_seconds = paused_seconds

    def now(self) -> int:
        """The time as epoch milliseconds, UTC."""
        if not self._turned():
            return NOW
        time.sleep(self._paused_seconds)
        return NOW + 10_000


class SecondAsking:
    """While armed, holds from the second time on that it is asked."""

    def __init__(self) -> None:
        self.armed = False
        self._asked = 0

    def __call__(self) -> bool:
        """Whether it was asked before."""
        self._asked += self.armed
        return self.armed and self._asked > 1


async def to_a_conversation(client: AccountClient, not_after: int | None) -> Any:
    return await client.messages.create(
        Composition(text="Hello Bob"),
        origin_token="3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012",
        tracking_id=TRACKING,
        thread_id=THREAD,
        not_after=not_after,
    )


async def to_a_sales_thread(client: AccountClient, not_after: int | None) -> Any:
    return await client.sales.create("Hello Bob", thread_id=THREAD, tracking_id=TRACKING, not_after=not_after)


each_way_to_write = pytest.mark.parametrize("send", [to_a_conversation, to_a_sales_thread])


@asynccontextmanager
async def quiet(base_url: str, clock: Clock, call_timeout: float = PATIENCE) -> AsyncIterator[Rehearsal]:
    """A connector whose loop must report nothing: no task forgotten, no connection left open."""
    loop, reported = asyncio.get_running_loop(), list[dict[str, Any]]()
    loop.set_exception_handler(lambda _loop, context: reported.append(context))
    loop.set_debug(True)
    async with connector(base_url, clock=clock, call_timeout=call_timeout) as rehearsal:
        yield rehearsal
        gc.collect()
        await asyncio.sleep(0)
    gc.collect()
    assert reported == []


def ada(rehearsal: Rehearsal) -> AccountClient:
    return rehearsal.linkedin.account(session(), Observer(), ME)


@each_way_to_write
async def test_a_message_that_is_late_already_makes_no_connection(send: Sending) -> None:
    with held_listener() as held:
        async with quiet(f"http://127.0.0.1:{held.port}", DrivenClock(NOW)) as rehearsal:
            with pytest.raises(TooLate) as failure:
                await send(ada(rehearsal), NOW - 1)
        assert not held.somebody_connected
    assert (failure.value.may_have_left, failure.value.late_by) == (False, 1)


@each_way_to_write
async def test_nothing_is_written_on_a_connection_that_was_made_too_late(send: Sending) -> None:
    with held_listener() as held:
        clock = TurningClock(lambda: held.somebody_connected)
        async with quiet(f"http://127.0.0.1:{held.port}", clock) as rehearsal:
            with pytest.raises(TooLate) as failure:
                await send(ada(rehearsal), NOW + 9_999)
            # Closed at once, not only with the connector: it is not kept for another request.
            assert await everything_from(held.taken()) == b""
        endpoint = "create_message" if send is to_a_conversation else "sales_create"
        assert rehearsal.counted("calls", endpoint=endpoint, outcome="too_late") == 1
        assert not held.somebody_connected
    assert (failure.value.may_have_left, failure.value.late_by) == (False, 1)


@pytest.mark.parametrize(
    ("send", "body"), [(to_a_conversation, DELIVERED_BODY), (to_a_sales_thread, b'{"value":"a-message"}')]
)
async def test_nothing_is_written_on_a_connection_from_before_which_is_not_used_again(
    send: Sending, body: bytes
) -> None:
    answer = http("200 OK", body).replace(b"Connection: close\r\n", b"")
    turned = SecondAsking()
    async with scripted([answer, answer]) as script:
        script.keeps_open = True
        async with quiet(script.base_url, TurningClock(turned)) as rehearsal:
            client = ada(rehearsal)
            await send(client, NOW)
            turned.armed = True
            with pytest.raises(TooLate):
                await send(client, NOW + 1)
            assert (script.connections, len(script.requests)) == (1, 1)
            turned.armed = False
            await send(client, NOW)
            assert (script.connections, len(script.requests)) == (2, 2)


async def test_a_pause_longer_than_the_call_may_take_is_told_as_too_late() -> None:
    with held_listener() as held:
        clock = TurningClock(lambda: held.somebody_connected, paused_seconds=0.3)
        async with quiet(f"http://127.0.0.1:{held.port}", clock, call_timeout=0.2) as rehearsal:
            with pytest.raises(TooLate):
                await to_a_conversation(ada(rehearsal), NOW)
            assert await everything_from(held.taken()) == b""


@each_way_to_write
async def test_a_message_that_leaves_in_the_last_moment_leaves_as_it_would_without_one(
    send: Sending,
) -> None:
    body = DELIVERED_BODY if send is to_a_conversation else b'{"value":"a-message"}'
    async with scripted([http("200 OK", body)] * 2) as script:
        async with quiet(script.base_url, DrivenClock(NOW)) as rehearsal:
            told = [await send(ada(rehearsal), not_after) for not_after in (NOW, None)]
    assert told[0] == told[1]
    assert script.requests[0] == script.requests[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("leaves_within", "outcome"),
    [(2_000, "too_late False"), (60_000, f"delivered {MESSAGE}")],
    ids=["woken too late", "woken in time"],
)
def test_a_process_that_is_stopped_while_it_connects_writes_only_in_time(
    tmp_path: Path, scheme: str, leaves_within: int, outcome: str
) -> None:
    context, certificate = self_signed(tmp_path)
    with held_listener() as held:
        held.fill()
        arguments = ["-m", "tests.contract.linkedin.late_sender", f"{scheme}://127.0.0.1:{held.port}"]
        with subprocess.Popen(
            # Developer mode tells of every task and connection that is forgotten.
            [sys.executable, "-X", "dev", "-W", "error", *arguments, str(leaves_within)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            env=os.environ | {"SSL_CERT_FILE": str(certificate)},
        ) as sender:
            try:
                assert sender.stdout is not None
                not_after = int(sender.stdout.readline())
                _until(lambda: held.somebody_connects)
                sender.send_signal(signal.SIGSTOP)
                _until(lambda: _is_stopped(sender.pid))
                held.make_room()
                connection = held.taken()
                if outcome == "too_late False":
                    _until(lambda: time.time_ns() // 1_000_000 > not_after)
                sender.send_signal(signal.SIGCONT)
                if scheme == "https":
                    with context.wrap_socket(connection, server_side=True) as agreed:
                        received = _answered(agreed)
                else:
                    received = _answered(connection)
                written, complained = sender.communicate(timeout=PATIENCE)
            finally:
                sender.kill()
    assert (written.splitlines()[-1], complained) == (outcome, "")
    assert (received == b"") is (outcome == "too_late False")


def _answered(connection: socket.socket) -> bytes:
    """What a connection brings: a whole request, which is answered, or nothing until it is closed."""
    received = b""
    while not received.endswith(b"}"):
        piece = connection.recv(65_536)
        if not piece:
            return received
        received += piece
    connection.sendall(http("200 OK", DELIVERED_BODY))
    return received


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{condition} did not come to hold"
        time.sleep(0.01)


@pytest.mark.parametrize("missing", ["the body", "its last byte"])
async def test_the_sandbox_delivers_nothing_of_a_request_whose_body_did_not_come_whole(
    sandbox: SandboxClient, missing: str
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    async with scripted([http("200 OK", DELIVERED_BODY)]) as script, connector(script.base_url) as rehearsal:
        await rehearsal.linkedin.account(session(), Observer(), await sandbox.owner()).messages.create(
            Composition(text="In whole"), origin_token="t", tracking_id=TRACKING, thread_id=thread
        )
    [whole] = script.requests
    head, end, _body = whole.partition(b"\r\n\r\n")
    address = URL(sandbox.base_url)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(head + end if missing == "the body" else whole[:-1])
        writer.write_eof()
        # It has dealt with what came when it closes its own side.
        await reader.read()
        writer.close()
        assert await _delivered(sandbox, "In whole") == 0
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(whole)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.close()
    assert await _delivered(sandbox, "In whole") == 1


async def _delivered(sandbox: SandboxClient, text: str) -> int:
    told = await sandbox.told(f"mailboxes/sarah-chen/messages?text={quote(text)}")
    return len(told["messages"])
