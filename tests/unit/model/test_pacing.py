"""Pacing and budgets by example: what each rule holds, for how long, and what is said of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from msgspec import structs

from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.pacing import (
    BudgetKind,
    Decision,
    Expected,
    Gap,
    Lane,
    Pace,
    Profile,
    Waiting,
    WaitsFor,
    WorkingHours,
    day_of,
    decide,
    forecast,
    gap_after,
    kinds_of,
    next_midnight,
    next_slot,
    over_budget,
)

NOW = int(datetime(2026, 11, 24, 14, tzinfo=UTC).timestamp()) * SECOND
"""A Tuesday afternoon."""
TODAY, MIDNIGHT = "2026-11-24", NOW + 10 * HOUR

MESSAGES, NEW, INMAIL = BudgetKind.MESSAGES, BudgetKind.NEW_CONVERSATIONS, BudgetKind.INMAIL
NOTHING = Decision(None, None, (), False, None)


def a_pace(
    profile: Profile = Profile.STANDARD,
    gap: Gap | None = None,
    hours: WorkingHours | None = None,
    caps: Mapping[BudgetKind, int] | None = None,
    new_until: int | None = None,
    seed: int = 7,
) -> Pace:
    limits = {MESSAGES: 150, NEW: 150} if caps is None else caps
    return Pace(profile=profile, gap=gap or Gap(), hours=hours, caps=limits, new_until=new_until, seed=seed)


IDLE = Lane(
    openings=0, slot_at=None, opened_at=None, used={}, held=frozenset(), stopped=False, stopped_until=None
)


def after_opening(at: int, opened_at: int | None = None) -> Lane:
    return structs.replace(IDLE, openings=1, slot_at=at, opened_at=at if opened_at is None else opened_at)


def a_send(
    send_id: str = "a",
    *,
    to: str | None = None,
    priority: int = 0,
    ready_at: int = NOW,
    direct: bool = False,
    reply: bool = False,
    opens: bool = False,
    inmail: bool = False,
) -> Waiting:
    return Waiting(
        send_id=send_id,
        priority=priority,
        ready_at=ready_at,
        direct=direct,
        aims=frozenset({to or f"person of {send_id}"}),
        reply=reply,
        opens=opens,
        inmail=inmail,
    )


def test_each_send_is_charged_as_a_message_and_for_what_else_it_is() -> None:
    assert kinds_of(a_send()) == (MESSAGES,)
    assert kinds_of(a_send(opens=True)) == (MESSAGES, NEW)
    assert kinds_of(a_send(inmail=True)) == (MESSAGES, INMAIL)
    assert kinds_of(a_send(opens=True, inmail=True)) == (MESSAGES, NEW, INMAIL)


def test_a_window_is_a_day_of_utc() -> None:
    assert (day_of(NOW), next_midnight(NOW)) == (TODAY, MIDNIGHT)
    assert (day_of(MIDNIGHT - 1), day_of(MIDNIGHT)) == (TODAY, "2026-11-25")
    assert next_midnight(MIDNIGHT) == MIDNIGHT + DAY
    assert day_of(0) == "1970-01-01"


def test_the_gaps_of_a_seed_never_change() -> None:
    # Shown times rest on them: another release that drew others would break what was promised.
    assert [gap_after(a_pace(seed=7), number, NOW) for number in range(1, 6)] == [
        58454,
        45170,
        41072,
        50210,
        35991,
    ]
    assert [gap_after(a_pace(seed=2**63 - 1), number, NOW) for number in (0, 10**9)] == [49789, 50198]


def test_gaps_spread_over_all_that_is_allowed() -> None:
    drawn = [gap_after(a_pace(gap=Gap(10, 19)), number, NOW) for number in range(1_000)]
    assert set(drawn) == set(range(10, 20))
    assert max(drawn.count(gap) for gap in set(drawn)) < 150


def test_gaps_are_twice_as_long_while_the_account_is_new() -> None:
    new, established = a_pace(new_until=NOW), a_pace()
    assert gap_after(new, 3, NOW - 1) == 2 * gap_after(established, 3, NOW - 1)
    assert gap_after(new, 3, NOW) == gap_after(established, 3, NOW)


@pytest.mark.parametrize(("least", "most"), [(-1, 0), (2, 1)])
def test_a_gap_that_cannot_be_is_refused(least: int, most: int) -> None:
    with pytest.raises(ValueError, match="gap"):
        Gap(least, most)


def test_the_next_slot_counts_from_the_planned_time_of_the_last_opening() -> None:
    gap = gap_after(a_pace(), 1, NOW)
    assert next_slot(a_pace(), IDLE) is None
    assert next_slot(a_pace(), after_opening(NOW)) == NOW + gap
    assert next_slot(a_pace(), after_opening(NOW, opened_at=NOW + 40)) == NOW + gap


def test_the_least_gap_holds_from_the_true_time_of_the_last_opening() -> None:
    pace = a_pace(gap=Gap(30_000, 30_000))
    assert next_slot(pace, after_opening(NOW, opened_at=NOW + 40)) == NOW + 40 + 30_000
    new = structs.replace(pace, new_until=NOW + DAY)
    assert next_slot(new, after_opening(NOW, opened_at=NOW + 40)) == NOW + 40 + 60_000


def test_an_idle_account_sends_at_once() -> None:
    assert decide(a_pace(), IDLE, [a_send(opens=True)], NOW) == Decision(
        "a", NOW, (MESSAGES, NEW), True, None
    )
    assert decide(a_pace(), IDLE, [a_send(reply=True)], NOW) == Decision("a", None, (MESSAGES,), False, None)
    assert decide(a_pace(), IDLE, [], NOW) == NOTHING


def test_priority_comes_before_age_and_age_before_the_id() -> None:
    waiting = [
        a_send("young", ready_at=NOW - 1),
        a_send("b", ready_at=NOW - 5),
        a_send("a", ready_at=NOW - 5),
        a_send("urgent", priority=1),
        a_send("not yet", priority=9, ready_at=NOW + 1),
    ]
    left = []
    while (decision := decide(a_pace(Profile.OPEN), IDLE, waiting, NOW)).send_id is not None:
        left.append(decision.send_id)
        waiting = [send for send in waiting if send.send_id != decision.send_id]
    assert left == ["urgent", "a", "b", "young"]
    assert decision.wake_at == NOW + 1


def test_a_queued_opening_waits_for_the_gap_and_a_reply_behind_it_does_not() -> None:
    lane = after_opening(NOW - 10 * SECOND)
    slot = next_slot(a_pace(), lane)
    opening, reply = a_send("opening", priority=5), a_send("reply", reply=True)
    assert decide(a_pace(), lane, [opening], NOW) == structs.replace(NOTHING, wake_at=slot)
    assert decide(a_pace(), lane, [opening, reply], NOW).send_id == "reply"
    assert forecast(a_pace(), lane, [opening, reply], NOW) == {
        "opening": Expected(slot, WaitsFor.GAP),
        "reply": Expected(NOW, None),
    }


@pytest.mark.parametrize(
    ("profile", "direct", "waits"),
    [
        (Profile.OPEN, False, False),
        (Profile.OPEN, True, False),
        (Profile.STANDARD, False, True),
        (Profile.STANDARD, True, False),
        (Profile.CAREFUL, False, True),
        (Profile.CAREFUL, True, True),
    ],
)
def test_the_profile_says_whom_gap_and_working_hours_hold(
    profile: Profile, direct: bool, waits: bool
) -> None:
    send = a_send(direct=direct)
    held = decide(a_pace(profile), after_opening(NOW - 1), [send], NOW)
    assert (held.send_id is None) is waits
    closed = a_pace(profile, hours=WorkingHours(0, 60, (1,), "UTC"))
    assert (decide(closed, IDLE, [send], NOW).send_id is None) is waits
    assert (decide(closed, IDLE, [structs.replace(send, reply=True)], NOW).send_id is None) is waits


def test_a_direct_send_under_standard_pushes_the_next_slot() -> None:
    decision = decide(a_pace(), after_opening(NOW - SECOND), [a_send(direct=True)], NOW)
    assert decision == Decision("a", NOW, (MESSAGES,), True, None)


def test_an_opening_that_is_a_little_late_keeps_its_slot() -> None:
    lane = after_opening(NOW - 5 * MINUTE)
    slot = next_slot(a_pace(), lane)
    assert slot is not None
    send = a_send(ready_at=NOW - DAY)
    assert decide(a_pace(), lane, [send], slot).slot_at == slot
    assert decide(a_pace(), lane, [send], slot + 40).slot_at == slot
    assert decide(a_pace(), lane, [send], slot + SECOND).slot_at == slot
    assert decide(a_pace(), lane, [send], slot + SECOND + 1).slot_at == slot + SECOND + 1


def test_a_slot_is_never_before_the_one_that_was_given_last() -> None:
    decision = decide(a_pace(), after_opening(NOW - 200), [a_send(direct=True, ready_at=NOW - 700)], NOW)
    assert decision.slot_at == NOW - 200


def test_a_queue_of_openings_leaves_a_gap_apart_and_each_waits_for_its_turn() -> None:
    pace, waiting = a_pace(), [a_send(f"{number:02}") for number in range(50)]
    expected = [forecast(pace, IDLE, waiting, NOW)[send.send_id] for send in waiting]
    times = [one.at or 0 for one in expected]
    assert times[0] == NOW
    assert [later - earlier for earlier, later in pairwise(times)] == [
        gap_after(pace, number, NOW) for number in range(1, 50)
    ]
    assert [one.waits_for for one in expected] == [None] + [WaitsFor.TURN] * 49


@pytest.mark.parametrize("seed", range(20))
def test_a_queue_whose_sends_leave_a_little_late_keeps_within_a_second_of_what_was_shown(seed: int) -> None:
    pace, lane, now = a_pace(seed=seed), IDLE, NOW
    waiting = [a_send(f"{number:02}") for number in range(50)]
    shown = forecast(pace, lane, waiting, now)
    while waiting:
        decision = decide(pace, lane, waiting, now)
        if decision.send_id is None:
            assert decision.wake_at is not None
            now = decision.wake_at + 200
            continue
        at = shown[decision.send_id].at
        assert at is not None
        assert 0 <= now - at <= SECOND
        lane = structs.replace(lane, openings=lane.openings + 1, slot_at=decision.slot_at, opened_at=now)
        waiting = [send for send in waiting if send.send_id != decision.send_id]


def test_only_the_first_answer_is_a_reply_and_the_next_message_an_opening() -> None:
    lane = after_opening(NOW - SECOND)
    waiting = [a_send("first", to="Noor", reply=True), a_send("second", to="Noor", reply=True)]
    expected = forecast(a_pace(), lane, waiting, NOW)
    assert expected == {
        "first": Expected(NOW, None),
        "second": Expected(next_slot(a_pace(), lane), WaitsFor.GAP),
    }


def test_only_the_first_message_to_somebody_begins_a_conversation() -> None:
    pace = a_pace(Profile.CAREFUL, gap=Gap(0, 0), caps={NEW: 1})
    waiting = [
        a_send("1", to="Noor", opens=True),
        a_send("2", to="Noor", opens=True),
        a_send("3", to="Omar", opens=True),
    ]
    expected = forecast(pace, IDLE, waiting, NOW)
    assert expected["2"].at == NOW
    assert expected["3"] == Expected(MIDNIGHT, WaitsFor.BUDGET)


def test_what_is_over_the_budget_leaves_on_the_next_day_and_holds_back_no_other_kind() -> None:
    pace = a_pace(gap=Gap(0, 0), caps={MESSAGES: 10, NEW: 2})
    lane = structs.replace(IDLE, used={TODAY: {MESSAGES: 5, NEW: 2}})
    waiting = [a_send("new", opens=True), a_send("old"), a_send("new too", opens=True)]
    assert decide(pace, lane, waiting, NOW).send_id == "old"
    assert forecast(pace, lane, waiting, NOW) == {
        "old": Expected(NOW, None),
        "new": Expected(MIDNIGHT, WaitsFor.BUDGET),
        "new too": Expected(MIDNIGHT, WaitsFor.BUDGET),
    }


def test_a_long_queue_goes_out_over_as_many_days_as_its_budget_needs() -> None:
    pace = a_pace(gap=Gap(SECOND, SECOND), caps={MESSAGES: 3})
    waiting = [a_send(f"{number}") for number in range(8)]
    lane = structs.replace(IDLE, used={TODAY: {MESSAGES: 1}})
    expected = forecast(pace, lane, waiting, NOW)
    days = [day_of(one.at) for one in expected.values() if one.at is not None]
    assert days == [TODAY] * 2 + ["2026-11-25"] * 3 + ["2026-11-26"] * 3
    assert [one.waits_for for one in expected.values()] == [None, WaitsFor.TURN] + [WaitsFor.BUDGET] * 6


def test_a_cap_of_none_at_all_holds_until_it_is_raised() -> None:
    pace = a_pace(caps={NEW: 0})
    assert decide(pace, IDLE, [a_send(opens=True)], NOW) == NOTHING
    assert forecast(pace, IDLE, [a_send(opens=True)], NOW) == {"a": Expected(None, WaitsFor.BUDGET)}
    assert decide(pace, IDLE, [a_send(opens=False)], NOW).send_id == "a"


def test_over_budget_names_the_first_kind_that_is_used_up_today() -> None:
    lane = structs.replace(IDLE, used={TODAY: {MESSAGES: 150, NEW: 150, INMAIL: 900}})
    assert over_budget(a_pace(), lane, (MESSAGES, NEW), NOW) is MESSAGES
    assert over_budget(a_pace(), lane, (NEW,), NOW) is NEW
    assert over_budget(a_pace(), lane, (INMAIL,), NOW) is None
    assert over_budget(a_pace(), lane, (MESSAGES,), MIDNIGHT) is None
    assert over_budget(a_pace(Profile.OPEN), lane, (MESSAGES, NEW), NOW) is None
    almost = structs.replace(IDLE, used={TODAY: {MESSAGES: 149}})
    assert over_budget(a_pace(), almost, (MESSAGES,), NOW) is None


def test_what_is_asked_for_later_waits_for_its_time_and_longer_for_the_hours() -> None:
    hours = WorkingHours(9 * 60, 18 * 60, (1, 2, 3, 4, 5), "Europe/Lisbon")
    waiting = [a_send("today", ready_at=NOW + HOUR), a_send("tonight", ready_at=NOW + 6 * HOUR)]
    assert decide(a_pace(hours=hours), IDLE, waiting, NOW).wake_at == NOW + HOUR
    assert forecast(a_pace(hours=hours), IDLE, waiting, NOW) == {
        "today": Expected(NOW + HOUR, WaitsFor.SEND_AT),
        "tonight": Expected(NOW + 19 * HOUR, WaitsFor.WORKING_HOURS),
    }


def test_a_gap_that_ends_after_work_ends_in_the_morning() -> None:
    hours = WorkingHours(9 * 60, 14 * 60 + 1, (2, 3), "UTC")
    pace = a_pace(hours=hours, gap=Gap(2 * MINUTE, 2 * MINUTE))
    expected = forecast(pace, after_opening(NOW), [a_send("a"), a_send("b")], NOW)
    morning = NOW + 19 * HOUR
    assert expected == {
        "a": Expected(morning, WaitsFor.WORKING_HOURS),
        "b": Expected(morning + 2 * MINUTE, WaitsFor.WORKING_HOURS),
    }


def test_what_holds_a_send_first_is_what_it_waits_for_also_when_work_begins_later() -> None:
    pace = a_pace(hours=WorkingHours(9 * 60, 18 * 60, (2, 3), "UTC"), caps={NEW: 1})
    lane = structs.replace(IDLE, used={TODAY: {NEW: 1}})
    waiting = [a_send(opens=True), a_send("at night", direct=True, ready_at=MIDNIGHT + HOUR)]
    assert forecast(pace, lane, waiting, NOW) == {
        "a": Expected(MIDNIGHT + 9 * HOUR, WaitsFor.BUDGET),
        "at night": Expected(MIDNIGHT + HOUR, WaitsFor.SEND_AT),
    }


def test_a_send_that_leaves_before_work_ends_does_not_wait_for_it_to_begin_again() -> None:
    pace = a_pace(hours=WorkingHours(9 * 60, 18 * 60, (2, 3), "UTC"))
    waiting = [
        a_send("first", to="Noor", reply=True),
        a_send("second", to="Noor", reply=True, ready_at=NOW + HOUR),
        a_send("tonight", ready_at=NOW + 6 * HOUR),
    ]
    expected = forecast(pace, IDLE, waiting, NOW)
    assert expected["second"] == Expected(NOW + HOUR, WaitsFor.SEND_AT)
    assert expected["tonight"] == Expected(MIDNIGHT + 9 * HOUR, WaitsFor.WORKING_HOURS)


def test_a_time_asked_for_is_named_where_it_is_the_longer_wait() -> None:
    pace = a_pace(gap=Gap(MINUTE, MINUTE))
    waiting = [a_send("1"), a_send("soon", ready_at=NOW + 20 * SECOND), a_send("2", ready_at=NOW + HOUR)]
    waiting.append(a_send("3", ready_at=NOW + HOUR))
    assert {send_id: one.waits_for for send_id, one in forecast(pace, IDLE, waiting, NOW).items()} == {
        "1": None,
        "soon": WaitsFor.TURN,
        "2": WaitsFor.SEND_AT,
        "3": WaitsFor.SEND_AT,
    }


def test_of_several_that_may_leave_now_one_does_and_the_others_wait_for_their_turn() -> None:
    waiting = [a_send("a", reply=True), a_send("b", reply=True), a_send("c", direct=True)]
    assert forecast(a_pace(), IDLE, waiting, NOW) == {
        "a": Expected(NOW, None),
        "b": Expected(NOW, WaitsFor.TURN),
        "c": Expected(NOW, WaitsFor.TURN),
    }


@pytest.mark.parametrize("profile", Profile)
def test_a_stopped_account_sends_nothing_until_it_is_well_again(profile: Profile) -> None:
    waiting = [a_send("reply", reply=True), a_send("direct", direct=True)]
    stopped = structs.replace(IDLE, stopped=True, stopped_until=NOW + MINUTE)
    assert decide(a_pace(profile), stopped, waiting, NOW).wake_at == NOW + MINUTE
    assert decide(a_pace(profile), stopped, waiting, NOW + MINUTE).send_id == "direct"
    expected = forecast(a_pace(profile), stopped, waiting, NOW)
    assert {one.waits_for for one in expected.values()} == {WaitsFor.ACCOUNT}
    for_good = structs.replace(stopped, stopped_until=None)
    assert decide(a_pace(profile), for_good, waiting, NOW) == NOTHING
    assert forecast(a_pace(profile), for_good, waiting, NOW) == {
        "reply": Expected(None, WaitsFor.ACCOUNT),
        "direct": Expected(None, WaitsFor.ACCOUNT),
    }


@pytest.mark.parametrize("profile", Profile)
def test_an_unknown_send_holds_what_goes_to_the_same_and_nothing_else(profile: Profile) -> None:
    lane = structs.replace(IDLE, held=frozenset({"Noor"}))
    waiting = [a_send("a", to="Noor", direct=True, priority=9), a_send("b", to="Omar")]
    assert decide(a_pace(profile), lane, waiting, NOW).send_id == "b"
    assert decide(a_pace(profile), lane, waiting[:1], NOW) == NOTHING
    assert forecast(a_pace(profile), lane, waiting, NOW) == {
        "a": Expected(None, WaitsFor.UNKNOWN_SEND),
        "b": Expected(NOW, None),
    }
