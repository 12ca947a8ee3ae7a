"""Changes of the rules of an account by its owner: merged over what is set, checked against the ceilings.

Source: contracts/DECISIONS.md 4.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType

from threadline.model.clock import SECOND
from threadline.model.errors import BadInput
from threadline.model.limits import CAPPED, DEFAULT_GAP, LONGEST_GAP, Ceilings, OwnRules
from threadline.model.pacing import BudgetKind, Gap, Profile, WorkingHours, checked_zone

_Value = TypeVar("_Value")

WORKING_DAYS = (1, 2, 3, 4, 5)
"""Monday to Friday: the days of working hours that name none."""

FIELDS: Mapping[BudgetKind, str] = {
    BudgetKind.MESSAGES: "limits.messages",
    BudgetKind.NEW_CONVERSATIONS: "limits.newConversations",
}
"""The input that sets the limit of each kind that has one."""

_SETTINGS: Mapping[BudgetKind, str] = {
    BudgetKind.MESSAGES: "THREADLINE_MOST_MESSAGES_A_DAY",
    BudgetKind.NEW_CONVERSATIONS: "THREADLINE_MOST_NEW_CONVERSATIONS_A_DAY",
}


class GapChange(Struct, frozen=True, kw_only=True):
    """New ends of the gap, in milliseconds; what is UNSET stays."""

    least: int | UnsetType = UNSET
    most: int | UnsetType = UNSET


class HoursChange(Struct, frozen=True, kw_only=True):
    """New working hours, as `WorkingHours` has them; what is UNSET stays."""

    start: int | UnsetType = UNSET
    end: int | UnsetType = UNSET
    days: tuple[int, ...] | UnsetType = UNSET
    zone: str | UnsetType = UNSET


class RulesChange(Struct, frozen=True, kw_only=True):
    """What is to be changed of an owner's rules; what is UNSET stays, and None goes back to the default."""

    profile: Profile | UnsetType = UNSET
    limits: Mapping[BudgetKind, int | None] = {}
    gap: GapChange | UnsetType | None = UNSET
    hours: HoursChange | UnsetType | None = UNSET


def changed(rules: OwnRules, change: RulesChange, ceilings: Ceilings) -> OwnRules:
    """The rules after `change`; raises BadInput where they would pass a ceiling or make no sense."""
    profile = rules.profile if change.profile is UNSET else change.profile
    return OwnRules(
        profile=profile,
        limits=_limits(rules, change, ceilings),
        gap=rules.gap if change.gap is UNSET else _gap(rules.gap, change.gap, ceilings),
        hours=rules.hours if change.hours is UNSET else _hours(rules.hours, change.hours),
    )


def _limits(rules: OwnRules, change: RulesChange, ceilings: Ceilings) -> dict[BudgetKind, int]:
    limits = dict(rules.limits)
    for kind, chosen in change.limits.items():
        if kind not in CAPPED:
            raise BadInput(f"{kind.value}: it has no limit that can be set.", field="limits")
        if chosen is None:
            limits.pop(kind, None)
            continue
        field, ceiling = FIELDS[kind], ceilings.of(kind)
        if chosen < 0:
            raise BadInput(f"{field}: it is a whole number from 0.", field=field)
        if ceiling is not None and chosen > ceiling:
            raise BadInput(
                f"{field}: at most {ceiling} a day may be set here.",
                field=field,
                next_step=f"Set {ceiling} or less; the operator's setting {_SETTINGS[kind]} is the ceiling.",
            )
        limits[kind] = chosen
    return limits


def _gap(before: Gap | None, change: GapChange | None, ceilings: Ceilings) -> Gap | None:
    if change is None:
        return None
    before = before or DEFAULT_GAP
    least = before.least if change.least is UNSET else change.least
    most = before.most if change.most is UNSET else change.most
    if least < ceilings.least_gap:
        shortest = ceilings.least_gap / SECOND
        raise BadInput(
            f"gap.leastSeconds: it is at least {shortest:g} here.",
            field="gap.leastSeconds",
            next_step=(
                f"Set {shortest:g} or more; the operator's setting THREADLINE_LEAST_GAP_SECONDS is the floor."
            ),
        )
    if most < least:
        raise BadInput(
            f"gap.mostSeconds: it is not below leastSeconds, which is {least / SECOND:g}.",
            field="gap.mostSeconds",
        )
    if most > LONGEST_GAP:
        raise BadInput(
            f"gap.mostSeconds: it is at most {LONGEST_GAP / SECOND:g}.",
            field="gap.mostSeconds",
        )
    return Gap(least, most)


def _hours(before: WorkingHours | None, change: HoursChange | None) -> WorkingHours | None:
    if change is None:
        return None
    start = _kept("start", change.start, before.start if before else None)
    end = _kept("end", change.end, before.end if before else None)
    zone = _kept("timeZone", change.zone, before.zone if before else None)
    days = _kept("days", change.days, before.days if before else WORKING_DAYS)
    try:
        checked_zone(zone)
    except ValueError as error:
        raise BadInput(f"workingHours.timeZone: {error}", field="workingHours.timeZone") from None
    try:
        return WorkingHours(start=start, end=end, days=tuple(sorted(set(days))), zone=zone)
    except ValueError as error:
        raise BadInput(f"workingHours: {error}", field="workingHours") from None


def _kept(name: str, chosen: _Value | UnsetType, before: _Value | None) -> _Value:
    """What is chosen, else what holds; raises BadInput where neither is there."""
    kept = before if chosen is UNSET else chosen
    if kept is None:
        raise BadInput(f"workingHours.{name}: it is missing.", field=f"workingHours.{name}")
    return kept
