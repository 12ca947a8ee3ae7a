"""The moves of a send, and what a reading that does not show it proves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.clock import SECOND
from threadline.model.sends import (
    FINAL,
    SendState,
    Verdict,
    may_move,
    next_check,
    verdict_of_absence,
)

DRAFT, QUEUED, SENDING, SENT, FAILED, UNKNOWN, CANCELLED = SendState

DECIDED = {
    # contracts/DECISIONS.md 1
    (DRAFT, QUEUED),
    (QUEUED, SENDING),
    (SENDING, SENT),
    (SENDING, FAILED),
    (SENDING, UNKNOWN),
    (UNKNOWN, SENT),
    (UNKNOWN, FAILED),
    (DRAFT, CANCELLED),
    (QUEUED, CANCELLED),
    (SENDING, QUEUED),
}

times = st.integers(1_500_000_000_000, 2_500_000_000_000)


def test_a_send_moves_as_decided_and_in_no_other_way() -> None:
    assert {(a, b) for a in SendState for b in SendState if may_move(a, b)} == DECIDED


def test_a_settled_send_never_moves_again() -> None:
    assert {SENT, FAILED, CANCELLED} == FINAL


@pytest.mark.promise("design.1.unknown-settles")
def test_an_unknown_send_is_never_sent_again() -> None:
    reachable = {UNKNOWN}
    while more := {b for a in reachable for b in SendState if may_move(a, b)} - reachable:
        reachable |= more
    assert reachable == {UNKNOWN, SENT, FAILED}


@given(read_at=times)
def test_one_reading_proves_nothing(read_at: int) -> None:
    assert verdict_of_absence(None, read_at) is Verdict.STILL_UNKNOWN


@given(first=times, gap=st.integers(-(10**9), 10**9))
def test_two_readings_prove_absence_only_a_minute_apart(first: int, gap: int) -> None:
    proven = verdict_of_absence(first, first + gap) is Verdict.NOT_DELIVERED
    assert proven == (gap >= 60 * SECOND)


@given(unknown_since=times, delays=st.lists(st.integers(0, 300 * SECOND), min_size=12, max_size=12))
def test_however_late_the_readings_run_no_verdict_comes_within_a_minute_of_the_first(
    unknown_since: int, delays: list[int]
) -> None:
    now = unknown_since
    verdict = Verdict.STILL_UNKNOWN
    readings: list[int] = []
    while verdict is Verdict.STILL_UNKNOWN:
        at = next_check(unknown_since, len(readings), now)
        assert at >= now
        now = at + delays[len(readings)]
        verdict = verdict_of_absence(readings[0] if readings else None, now)
        readings.append(now)
    assert readings[-1] - readings[0] >= 60 * SECOND


def test_an_unknown_send_is_looked_for_after_5_30_and_120_seconds_and_then_every_two_minutes() -> None:
    now, times_of_checks = 0, []
    for checks in range(6):
        now = next_check(0, checks, now)
        times_of_checks.append(now // SECOND)
    assert times_of_checks == [5, 30, 120, 240, 360, 480]


@given(unknown_since=times, checks=st.integers(0, 1_000), waited=st.integers(0, 10**10))
def test_a_check_is_never_due_in_the_past_nor_far_away(unknown_since: int, checks: int, waited: int) -> None:
    now = unknown_since + waited
    assert now <= next_check(unknown_since, checks, now) <= now + 120 * SECOND
