"""Working hours and time zones: open while the wall clock shows them, also when it is put forward or back."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import ValidationError, json

from threadline.model.clock import DAY, MINUTE, SECOND
from threadline.model.pacing import WorkingHours, checked_zone

ZONES = available_timezones() - {"Factory", "localtime"}
WEEK = (1, 2, 3, 4, 5, 6, 7)
WEEKDAYS = (1, 2, 3, 4, 5)
QUARTER = 15 * MINUTE

CHANGES = {
    "Europe/Lisbon": ["2027-03-28T01:00", "2027-10-31T01:00"],
    "America/New_York": ["2027-03-14T07:00", "2027-11-07T06:00"],
    "Australia/Lord_Howe": ["2027-04-03T15:00", "2027-10-02T15:30"],
    "America/Sao_Paulo": ["2018-11-04T03:00", "2019-02-17T02:00"],
    "Pacific/Apia": ["2011-12-30T10:00"],
    "Pacific/Kwajalein": ["1993-08-21T12:00"],
    "Asia/Kathmandu": ["2027-03-28T01:00"],
    "UTC": ["2027-03-28T01:00"],
}
"""Zones, with moments (UTC) at which their clocks are put to another time."""


def instant(text: str, zone: str = "UTC", fold: int = 0) -> int:
    """Epoch milliseconds of what the clocks of `zone` show."""
    shown = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(shown.timestamp()) * SECOND


def wall(at: int, zone: str) -> str:
    """What the clocks of `zone` show at `at`."""
    return datetime.fromtimestamp(at / SECOND, ZoneInfo(zone)).isoformat(timespec="minutes")[:16]


def shows(hours: WorkingHours, at: int) -> bool:
    clock = datetime.fromtimestamp(at // SECOND, ZoneInfo(hours.zone))
    return clock.isoweekday() in hours.days and hours.start <= clock.hour * 60 + clock.minute < hours.end


@some.composite
def near_a_change(draw: some.DrawFn) -> tuple[WorkingHours, int]:
    zone = draw(some.sampled_from(sorted(CHANGES)))
    change = instant(draw(some.sampled_from(CHANGES[zone])))
    ends = draw(some.lists(some.integers(0, 96), min_size=2, max_size=2, unique=True))
    days = tuple(draw(some.sets(some.integers(1, 7), min_size=1)))
    at = change + draw(some.integers(-9 * DAY, 2 * DAY) | some.integers(-2 * 3_600_000, 2 * 3_600_000))
    return WorkingHours(min(ends) * 15, max(ends) * 15, days, zone), at


@given(near_a_change())
def test_the_next_opening_is_the_first_moment_at_which_the_wall_clock_shows_the_hours(
    drawn: tuple[WorkingHours, int],
) -> None:
    hours, at = drawn
    # Clocks show quarters of an hour everywhere at the same time, and hours of quarters begin with one.
    first = at
    while not shows(hours, first):
        first = (first // QUARTER + 1) * QUARTER
    assert hours.next_open(at) == first


def test_the_queue_moves_from_nine_to_six_by_the_owners_clock() -> None:
    hours = WorkingHours(9 * 60, 18 * 60, WEEKDAYS, "Europe/Lisbon")

    def opens(at: str) -> str:
        return wall(hours.next_open(instant(at, "Europe/Lisbon")), "Europe/Lisbon")

    assert opens("2027-03-24T08:59") == "2027-03-24T09:00"
    assert opens("2027-03-24T09:00") == "2027-03-24T09:00"
    assert opens("2027-03-24T17:59") == "2027-03-24T17:59"
    assert opens("2027-03-24T18:00") == "2027-03-25T09:00"
    assert opens("2027-03-26T18:00") == "2027-03-29T09:00"
    assert hours.next_open(instant("2027-03-26T17:00")) == instant("2027-03-26T17:00")
    assert hours.next_open(instant("2027-03-29T07:00")) == instant("2027-03-29T08:00")


def test_hours_that_end_at_midnight_include_the_last_minute_of_the_day() -> None:
    hours = WorkingHours(20 * 60, 24 * 60, (5,), "America/New_York")
    late = instant("2027-03-26T23:59", "America/New_York")
    assert hours.next_open(late) == late
    assert wall(hours.next_open(late + MINUTE), "America/New_York") == "2027-04-02T20:00"


@given(some.integers(-3 * DAY, 3 * DAY))
def test_all_hours_of_all_days_are_always_open(offset: int) -> None:
    at = instant("2027-03-28T01:00") + offset
    assert WorkingHours(0, 24 * 60, WEEK, "Europe/Lisbon").next_open(at) == at


def test_hours_that_begin_in_the_hour_that_is_skipped_begin_when_the_clock_is_put_forward() -> None:
    hours = WorkingHours(90, 5 * 60, WEEK, "Europe/Lisbon")
    opens = hours.next_open(instant("2027-03-28T00:30", "Europe/Lisbon"))
    assert (opens, wall(opens, "Europe/Lisbon")) == (instant("2027-03-28T01:00"), "2027-03-28T02:00")


def test_hours_that_lie_in_the_hour_that_is_skipped_open_a_week_later() -> None:
    hours = WorkingHours(60, 120, (7,), "Europe/Lisbon")
    opens = hours.next_open(instant("2027-03-28T00:00", "Europe/Lisbon"))
    assert wall(opens, "Europe/Lisbon") == "2027-04-04T01:00"


def test_hours_within_the_hour_that_comes_twice_are_open_twice() -> None:
    hours = WorkingHours(75, 105, (7,), "Europe/Lisbon")
    first = instant("2027-10-31T01:15", "Europe/Lisbon")
    again = instant("2027-10-31T01:15", "Europe/Lisbon", fold=1)
    assert again - first == 60 * MINUTE
    assert hours.next_open(first - 1) == first
    assert hours.next_open(first + 30 * MINUTE) == again


@pytest.mark.parametrize(
    ("start", "end", "days", "zone"),
    [
        (540, 540, WEEKDAYS, "UTC"),
        (1080, 540, WEEKDAYS, "UTC"),
        (-1, 540, WEEKDAYS, "UTC"),
        (540, 1441, WEEKDAYS, "UTC"),
        (540, 1080, (), "UTC"),
        (540, 1080, (0,), "UTC"),
        (540, 1080, (1, 8), "UTC"),
        (540, 1080, WEEKDAYS, "Mars/Olympus"),
    ],
)
def test_hours_that_no_week_has_are_refused(start: int, end: int, days: tuple[int, ...], zone: str) -> None:
    with pytest.raises(ValueError, match=r"Working hours|time zone"):
        WorkingHours(start, end, days, zone)


def test_hours_are_kept_as_json_and_checked_when_they_are_read() -> None:
    hours = WorkingHours(540, 1080, WEEKDAYS, "Asia/Kathmandu")
    assert json.decode(json.encode(hours), type=WorkingHours) == hours
    with pytest.raises(ValidationError, match="no time zone"):
        json.decode(json.encode(hours).replace(b"Asia", b"Isle"), type=WorkingHours)


def test_every_zone_of_the_database_is_one() -> None:
    for name in ZONES:
        checked_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "../x",
        "/etc/hostname",
        "Europe/../Europe/Lisbon",
        "Europe/./Lisbon",
        "Europe",
        "Europe/",
        "Europe//Lisbon",
        "Europe/Lisbon\n",
        "Europe/Lisbon\0",
        "Europe\\Lisbon",
        "europe/lisbon ",
        "Lisbon",
        "zone.tab",
        "tzdata.zi",
        "posixrules",
        "localtime",
        "posix/Europe/Lisbon",
        "right/Europe/Lisbon",
        "\ud800",
        "Etc/" + "x" * 60,
        "x" * 10_000,
    ],
)
def test_what_is_no_zone_is_refused_in_one_short_sentence(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone") as refusal:
        checked_zone(name)
    assert len(str(refusal.value)) < 200


@given(some.text(max_size=80) | some.from_regex(r"[A-Za-z./]{1,30}", fullmatch=True))
def test_whatever_is_given_as_a_zone_is_one_or_is_refused_with_a_value_error(name: str) -> None:
    if name not in ZONES:
        with pytest.raises(ValueError, match="no time zone"):
            checked_zone(name)
