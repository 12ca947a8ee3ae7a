"""Pacing, whatever waits and whatever the rules: accounts are played through, one decision after the other.

The player knows no rule but what becomes of an account when a send has left; `may_leave` says what the rules
are, for one send and one moment and without looking ahead.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as some
from msgspec import structs

from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.pacing import (
    BudgetKind,
    Decision,
    Gap,
    Lane,
    Pace,
    Profile,
    Waiting,
    WorkingHours,
    day_of,
    decide,
    forecast,
    kinds_of,
    next_slot,
)

# The Friday before summer time begins in Europe.
NOW = int(datetime(2027, 3, 26, 15, 20, tzinfo=UTC).timestamp()) * SECOND
NOBODY: frozenset[str] = frozenset()


class World(NamedTuple):
    """An account, and what waits to leave it."""

    pace: Pace
    lane: Lane
    waiting: list[Waiting]


class Left(NamedTuple):
    """A send that has left, and the account before and after."""

    send: Waiting
    at: int
    decision: Decision
    before: Lane
    others: list[Waiting]
    after: Lane


class Run(NamedTuple):
    """All that left, in order, and what never did."""

    left: list[Left]
    stayed: list[Waiting]


moments = some.one_of(
    some.integers(-5 * MINUTE, 5 * MINUTE),
    some.integers(-2 * HOUR, 60 * HOUR),
    some.sampled_from([0, -SECOND, SECOND, 30 * SECOND]),
).map(lambda offset: NOW + offset)

gaps = some.one_of(
    some.just(Gap()),
    some.tuples(some.integers(0, 90_000), some.integers(0, 90_000)).map(
        lambda ends: Gap(min(ends), max(ends))
    ),
)

working_hours = some.builds(
    lambda ends, days, zone: WorkingHours(min(ends) * 15, max(ends) * 15, tuple(sorted(days)), zone),
    some.lists(some.integers(0, 96), min_size=2, max_size=2, unique=True),
    some.sets(some.integers(1, 7), min_size=1),
    some.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)

caps = some.dictionaries(
    some.sampled_from([BudgetKind.MESSAGES, BudgetKind.NEW_CONVERSATIONS, BudgetKind.INMAIL]),
    some.integers(0, 6),
)


@some.composite
def queues(draw: some.DrawFn) -> list[Waiting]:
    people = draw(some.integers(1, 6))
    waiting = []
    for number in range(draw(some.integers(0, 14))):
        person = draw(some.integers(1, people))
        aims = draw(some.sampled_from([{f"person-{person}"}, {f"chat-{person}"}, set[str]()]))
        reply = draw(some.booleans())
        send = Waiting(
            send_id=f"send-{draw(some.integers(0, 9))}-{number}",
            priority=draw(some.integers(-1, 1)),
            ready_at=draw(moments),
            direct=draw(some.booleans()),
            aims=frozenset({f"person-{person}"} | aims),
            reply=reply,
            opens=not reply and draw(some.booleans()),
            inmail=draw(some.booleans()),
        )
        waiting.append(send)
    return waiting


@some.composite
def lanes(draw: some.DrawFn) -> Lane:
    slot_at = draw(some.none() | some.integers(NOW - 3 * MINUTE, NOW))
    late = draw(some.integers(0, SECOND))
    stopped = draw(some.sampled_from([False, False, False, True]))
    return Lane(
        openings=draw(some.integers(0, 10_000)),
        slot_at=slot_at,
        opened_at=None if slot_at is None else min(NOW, slot_at + late),
        used={day_of(NOW): draw(some.dictionaries(some.sampled_from(BudgetKind), some.integers(0, 7)))},
        held=draw(some.sampled_from([NOBODY, NOBODY, frozenset({"person-1"}), frozenset({"chat-2", "x"})])),
        stopped=stopped,
        stopped_until=draw(some.none() | moments) if stopped else None,
    )


paces = some.builds(
    Pace,
    profile=some.sampled_from(Profile),
    gap=gaps,
    hours=some.none() | working_hours,
    caps=caps,
    new_until=some.none() | moments,
    seed=some.integers(0, 2**63 - 1),
)

worlds = some.builds(World, paces, lanes(), queues())


def may_leave(pace: Pace, lane: Lane, send: Waiting, now: int) -> bool:
    stopped = lane.stopped and (lane.stopped_until is None or now < lane.stopped_until)
    if stopped or now < send.ready_at or send.aims & lane.held:
        return False
    if pace.profile is not Profile.OPEN:
        used = lane.used.get(day_of(now), {})
        if any(used.get(kind, 0) >= pace.caps.get(kind, 10**9) for kind in kinds_of(send)):
            return False
    if not is_paced(pace, send):
        return True
    slot = next_slot(pace, lane)
    return shows_hours(pace.hours, now) and (send.reply or slot is None or now >= slot)


def is_paced(pace: Pace, send: Waiting) -> bool:
    return pace.profile is Profile.CAREFUL or (pace.profile is Profile.STANDARD and not send.direct)


def shows_hours(hours: WorkingHours | None, now: int) -> bool:
    if hours is None:
        return True
    wall = datetime.fromtimestamp(now / SECOND, ZoneInfo(hours.zone))
    return wall.isoweekday() in hours.days and hours.start <= wall.hour * 60 + wall.minute < hours.end


def order(send: Waiting) -> tuple[int, int, str]:
    return (-send.priority, send.ready_at, send.send_id)


def gone(waiting: Sequence[Waiting], left: Waiting) -> list[Waiting]:
    """What still waits when `left` has gone: who was answered awaits none, and is in conversation."""
    return [
        structs.replace(send, reply=False, opens=False) if send.aims & left.aims else send
        for send in waiting
        if send.send_id != left.send_id
    ]


def spent(
    used: Mapping[str, Mapping[BudgetKind, int]], day: str, kinds: Sequence[BudgetKind]
) -> dict[str, dict[BudgetKind, int]]:
    grown = {known: dict(counts) for known, counts in used.items()}
    today = grown.setdefault(day, {})
    for kind in kinds:
        today[kind] = today.get(kind, 0) + 1
    return grown


def play(world: World, late: Sequence[int] = (0,)) -> Run:
    """Do as decided until nothing more can leave, waking up late by those milliseconds in turn."""
    pace, lane, waiting = world
    now, left = NOW, list[Left]()
    for turn in range(10 * len(waiting) + 10):
        decision = decide(pace, lane, waiting, now)
        if decision.send_id is None:
            assert (decision.slot_at, decision.kinds, decision.opening) == (None, (), False)
            if decision.wake_at is None:
                return Run(left, waiting)
            assert decision.wake_at > now
            now = decision.wake_at + late[turn % len(late)]
            continue
        assert decision.wake_at is None
        send = next(send for send in waiting if send.send_id == decision.send_id)
        after = structs.replace(lane, used=spent(lane.used, day_of(now), decision.kinds))
        if decision.opening:
            after = structs.replace(
                after, openings=lane.openings + 1, slot_at=decision.slot_at, opened_at=now
            )
        left.append(Left(send, now, decision, lane, waiting, after))
        lane, waiting = after, gone(waiting, send)
    raise AssertionError("it goes on without end")


lateness = some.lists(some.integers(0, 3 * SECOND), min_size=1, max_size=5)


@given(worlds, moments)
def test_what_leaves_is_the_first_in_order_of_those_that_may(world: World, now: int) -> None:
    free = [send for send in world.waiting if may_leave(world.pace, world.lane, send, now)]
    first = min(free, key=order, default=None)
    decision = decide(world.pace, world.lane, world.waiting, now)
    assert decision.send_id == (first and first.send_id)
    if first is not None:
        assert decision.kinds == kinds_of(first)
        assert decision.opening is not first.reply
        assert (decision.slot_at is not None) is decision.opening


@given(worlds, some.lists(some.floats(0, 1), max_size=20))
def test_the_time_to_look_again_is_the_soonest_at_which_any_may_leave(
    world: World, shares: list[float]
) -> None:
    decision = decide(world.pace, world.lane, world.waiting, NOW)
    assume(decision.send_id is None)
    wake_at = decision.wake_at
    if wake_at is not None:
        assert any(may_leave(world.pace, world.lane, send, wake_at) for send in world.waiting)
    end = NOW + 10 * DAY if wake_at is None else wake_at
    between = {end - 1} | {NOW + int(share * (end - NOW)) for share in shares} - {end}
    for now in between:
        assert not any(may_leave(world.pace, world.lane, send, now) for send in world.waiting)


@settings(max_examples=200)
@given(worlds)
def test_what_was_forecast_is_when_each_leaves_if_nothing_changes(world: World) -> None:
    expected = {
        send_id: at.at for send_id, at in forecast(world.pace, world.lane, world.waiting, NOW).items()
    }
    run = play(world)
    truth: dict[str, int | None] = {step.send.send_id: step.at for step in run.left}
    assert expected == truth | {send.send_id: None for send in run.stayed}


@given(worlds, some.integers(0, 14))
def test_a_later_forecast_says_the_same_of_what_is_left(world: World, steps: int) -> None:
    at_first = forecast(world.pace, world.lane, world.waiting, NOW)
    done = play(world).left[:steps]
    assume(done)
    last = done[-1]
    later = forecast(world.pace, last.after, gone(last.others, last.send), last.at)
    assert {send_id: expected.at for send_id, expected in later.items()} == {
        send_id: at_first[send_id].at for send_id in later
    }


@given(worlds, lateness)
def test_each_leaves_when_it_may_and_first_of_those_that_may_however_late_the_gateway_is(
    world: World, late: list[int]
) -> None:
    run = play(world, late)
    for step in run.left:
        free = [send for send in step.others if may_leave(world.pace, step.before, send, step.at)]
        assert min(free, key=order) == step.send


@given(worlds, lateness)
def test_no_opening_that_is_paced_follows_another_within_the_least_gap(world: World, late: list[int]) -> None:
    opened_at = world.lane.opened_at
    for step in play(world, late).left:
        if step.decision.opening:
            if opened_at is not None and is_paced(world.pace, step.send):
                assert step.at - opened_at >= world.pace.gap.least * slowness(world.pace, opened_at)
            opened_at = step.at


@given(worlds)
def test_no_gap_is_longer_than_the_most_where_nothing_else_holds(world: World) -> None:
    pace = structs.replace(world.pace, profile=Profile.CAREFUL, hours=None, caps={})
    lane = structs.replace(world.lane, stopped=False, held=NOBODY)
    openings = [step for step in play(World(pace, lane, world.waiting)).left if step.decision.opening]
    for one, other in pairwise(openings):
        most = pace.gap.most * slowness(pace, one.decision.slot_at or one.at)
        assert other.at <= max(one.at + most, other.send.ready_at)


@given(worlds, lateness)
def test_no_day_sees_more_of_a_kind_than_its_cap(world: World, late: list[int]) -> None:
    assume(world.pace.profile is not Profile.OPEN)
    run = play(world, late)
    used = run.left[-1].after.used if run.left else world.lane.used
    for day, counts in used.items():
        for kind, cap in world.pace.caps.items():
            assert counts.get(kind, 0) <= max(cap, world.lane.used.get(day, {}).get(kind, 0))


@given(worlds, lateness)
def test_the_slot_of_an_opening_is_its_time_or_since_when_it_might_have_left_if_not_for_long(
    world: World, late: list[int]
) -> None:
    slot_at = world.lane.slot_at or 0
    for step in play(world, late).left:
        if step.decision.slot_at is not None:
            assert slot_at <= step.decision.slot_at
            slot_at = step.decision.slot_at
            assert step.at - SECOND <= slot_at <= step.at
            if slot_at < step.at:
                assert may_leave(world.pace, step.before, step.send, slot_at)
                before = max(step.before.slot_at or 0, step.send.ready_at) == slot_at
                assert before or not may_leave(world.pace, step.before, step.send, slot_at - 1)


@given(worlds)
def test_a_reply_is_never_held_by_the_gap(world: World) -> None:
    pace = structs.replace(world.pace, hours=None, caps={})
    lane = structs.replace(world.lane, stopped=False, held=NOBODY)
    left = {step.send.send_id: step for step in play(World(pace, lane, world.waiting)).left}
    for send in world.waiting:
        if send.reply and left[send.send_id].send.reply:
            assert left[send.send_id].at == max(NOW, send.ready_at)


@given(worlds)
def test_a_direct_send_under_standard_is_held_by_neither_gap_nor_hours(world: World) -> None:
    pace = structs.replace(world.pace, profile=Profile.STANDARD, caps={})
    lane = structs.replace(world.lane, stopped=False, held=NOBODY)
    for step in play(World(pace, lane, world.waiting)).left:
        if step.send.direct:
            assert step.at == max(NOW, step.send.ready_at)


@given(worlds)
def test_the_open_profile_holds_nothing_but_what_may_not_leave_in_any(world: World) -> None:
    pace = structs.replace(world.pace, profile=Profile.OPEN)
    freed_at = (world.lane.stopped_until or 0) if world.lane.stopped else 0
    run = play(World(pace, world.lane, world.waiting))
    for step in run.left:
        assert step.at == max(NOW, step.send.ready_at, freed_at)
    forever = world.lane.stopped and world.lane.stopped_until is None
    for send in run.stayed:
        assert forever or send.aims & world.lane.held


@given(worlds)
def test_whom_an_unknown_send_went_to_gets_nothing_and_the_others_all(world: World) -> None:
    pace = structs.replace(world.pace, caps={})
    lane = structs.replace(world.lane, stopped=False)
    run = play(World(pace, lane, world.waiting))
    assert all(send.aims & lane.held for send in run.stayed)
    assert not any(step.send.aims & lane.held for step in run.left)


@given(worlds, some.randoms(use_true_random=False))
def test_the_order_in_which_the_waiting_are_given_changes_nothing(world: World, chance: Random) -> None:
    shuffled = list(world.waiting)
    chance.shuffle(shuffled)
    assert forecast(world.pace, world.lane, shuffled, NOW) == forecast(*world, NOW)
    assert decide(world.pace, world.lane, shuffled, NOW) == decide(*world, NOW)


def slowness(pace: Pace, at: int) -> int:
    return 2 if pace.new_until is not None and at < pace.new_until else 1
