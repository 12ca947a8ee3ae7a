"""A gateway that is stopped in the middle of a send and wakes up late changes nothing any more.

Two processes on one PostgreSQL: the second takes the send over when the lease of the first has ended.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.acceptance.calls import Answer
from tests.acceptance.pair import LEASE, LONG, Pair, two_gateways
from tests.acceptance.processes import sandbox, until
from tests.acceptance.relay import Relay, relay

pytestmark = pytest.mark.promise("sends.late-waker")

LATER: Final = 5 * 60_000
CALL_WINDOW: Final = 10_000
"""Milliseconds after `called_at` in which the message may still be written."""


class Scene:
    """Two gateways, the first of which reaches LinkedIn through a relay and can be stopped."""

    def __init__(self, pair: Pair, way: Relay) -> None:
        self.pair = pair
        self.way = way
        self.first = pair.first

    def stop_first(self) -> None:
        """Stop the first gateway where it stands."""
        os.kill(self.first.pid, signal.SIGSTOP)
        until(lambda: _process_state(self.first.pid) == "T")

    def wake_first(self) -> None:
        """Let it go on."""
        os.kill(self.first.pid, signal.SIGCONT)

    def settle_by_second(self, text: str) -> tuple[Any, ...]:
        """Let the lease end and time pass, until the second gateway has brought the send to its end."""
        self.pair.let_time_pass(LEASE)
        until(lambda: self.pair.state(text) != ("sending", None))
        for _ in range(4):
            until(lambda: self._quiet(text))
            if self.pair.state(text)[0] in ("sent", "failed"):
                row = self.pair.row(text)
                assert row is not None
                return row
            self.pair.let_time_pass(LATER)
        raise AssertionError(f"it did not settle: {self.pair.row(text)}")

    def _quiet(self, text: str) -> bool:
        """Whether the send is at its end, or waits for a reading that lies ahead."""
        state, _ = self.pair.state(text)
        if state in ("sent", "failed"):
            return True
        now = time.time_ns() // 1_000_000
        due = self.pair.rows(f"SELECT 1 FROM due_work WHERE kind = 'settle' AND due_at <= {now + 1_000}")
        return state == "unknown" and not due

    def end_first(self) -> None:
        """Let the first gateway end in good order, with whatever it still had to do."""
        assert self.first.stop() == 0


@pytest.fixture
def scene(tmp_path: Path, postgres_dsn: str) -> Iterator[Scene]:
    with sandbox(tmp_path) as network, relay(network.port) as way:
        urls = (way.base_url, network.base_url)
        with two_gateways(tmp_path, urls, network, postgres_dsn, linkedin_timeout_seconds=20) as pair:
            yield Scene(pair, way)


def test_stopped_between_the_claim_and_the_call_it_leaves_by_the_second_gateway_alone(scene: Scene) -> None:
    pair, text = scene.pair, "While typing is shown before it"
    answer = pair.send(scene.first, text, typing=True)
    until(lambda: pair.state(text) == ("sending", None))
    scene.stop_first()
    row = scene.settle_by_second(text)
    events = _events(pair)
    scene.wake_first()
    assert answer.result(LONG).data["status"] == "sent"
    scene.end_first()
    assert (pair.state(text)[0], pair.row(text), _events(pair)) == ("sent", row, events)
    assert len(pair.delivered(text)) == 1


def test_stopped_while_it_asks_where_to_send_it_leaves_by_the_second_gateway_alone(scene: Scene) -> None:
    pair, text = scene.pair, "To somebody new"
    pair.hold_next_answer("recipients")
    answer = pair.send(scene.first, text, "jane-doe-42")
    until(lambda: pair.state(text) == ("sending", None))
    scene.stop_first()
    row = scene.settle_by_second(text)
    scene.wake_first()
    assert answer.result(LONG).data["status"] == "sent"
    scene.end_first()
    assert (pair.state(text)[0], pair.row(text)) == ("sent", row)
    assert len(pair.delivered(text, "jane-doe-42")) == 1


def test_stopped_after_the_call_is_stored_and_before_it_is_written_it_writes_nothing_any_more(
    scene: Scene,
) -> None:
    pair, text = scene.pair, "Stored and not written"
    scene.way.shut()
    answer = pair.send(scene.first, text)
    until(lambda: pair.state(text)[1] is not None)
    scene.stop_first()
    called_at = pair.state(text)[1]
    assert called_at is not None
    # The kernel makes its connection while it is stopped.
    scene.way.open()
    row = scene.settle_by_second(text)
    until(lambda: time.time_ns() // 1_000_000 > called_at + CALL_WINDOW)
    scene.wake_first()
    _told_not_delivered(answer.result(LONG))
    until(lambda: '"taken over"' in scene.first.written)
    scene.end_first()
    assert (pair.state(text)[0], pair.row(text)) == ("failed", row)
    assert pair.delivered(text) == []


def test_stopped_while_it_waits_for_the_answer_of_what_arrived_the_second_gateway_finds_it(
    scene: Scene,
) -> None:
    pair, text = scene.pair, "Answered late"
    pair.hold_next_answer("createMessage")
    answer = pair.send(scene.first, text)
    until(lambda: bool(pair.delivered(text)))
    scene.stop_first()
    row = scene.settle_by_second(text)
    scene.wake_first()
    assert answer.result(LONG).data["status"] == "sent"
    scene.end_first()
    assert (pair.state(text)[0], pair.row(text)) == ("sent", row)
    assert len(pair.delivered(text)) == 1


def test_stopped_while_it_waits_for_the_answer_of_what_never_arrived_it_has_failed(scene: Scene) -> None:
    pair, text = scene.pair, "Swallowed on its way"
    scene.way.swallow()
    answer = pair.send(scene.first, text)
    until(lambda: pair.state(text)[1] is not None)
    until(scene.way.swallowed.is_set)
    scene.stop_first()
    row = scene.settle_by_second(text)
    scene.way.open()
    scene.wake_first()
    _told_not_delivered(answer.result(LONG))
    until(lambda: '"taken over"' in scene.first.written)
    scene.end_first()
    assert (pair.state(text)[0], pair.row(text)) == ("failed", row)
    assert pair.delivered(text) == []


def _told_not_delivered(answer: Answer) -> None:
    error = answer.json["errors"][0]
    assert (answer.status, error["code"], error["retrySafe"]) == (502, "NOT_DELIVERED", True)


def _events(pair: Pair) -> list[tuple[Any, ...]]:
    """What was told of sends."""
    return pair.rows("SELECT sequence, type, data FROM events WHERE type LIKE 'send.%' ORDER BY sequence")


def _process_state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
