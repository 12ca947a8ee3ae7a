"""Budgets: what an account may do and has done, and the rules that its owner sets."""

import re

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.pacing import present
from threadline.api.voyager.pacing.schemas import BudgetBody, GapBody, HoursBody
from threadline.model.access import Right
from threadline.model.clock import SECOND
from threadline.model.errors import BadInput
from threadline.model.limits import LONGEST_GAP
from threadline.model.pacing import BudgetKind, Profile
from threadline.model.rule_changes import FIELDS, GapChange, HoursChange, RulesChange

_body = msgspec.json.Decoder(BudgetBody)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_KINDS = {field.removeprefix("limits."): kind for kind, field in FIELDS.items()}


async def show_budget(request: Request) -> Response:
    """What the account may do, and has done today."""
    account = await account_of(request, Right.READ)
    return answer(request, present.budget(await services_of(request).budgets.show(account)))


async def change_budget(request: Request) -> Response:
    """Change the profile, the limits, the gap or the working hours, within the operator's ceilings."""
    account = await account_of(request, Right.BUDGET)
    body = await json_body(request, _body)
    change = RulesChange(
        profile=_profile(body.profile),
        limits=_limits(body.limits),
        gap=_gap(body.gap) if isinstance(body.gap, GapBody) else body.gap,
        hours=_hours(body.working_hours) if isinstance(body.working_hours, HoursBody) else body.working_hours,
    )
    shown = await services_of(request).budgets.set(account, change)
    return answer(request, present.budget(shown), message="Changed")


def _profile(given: str | UnsetType) -> Profile | UnsetType:
    if given is UNSET:
        return UNSET
    try:
        return Profile(given)
    except ValueError:
        raise BadInput(f"profile: it is {', '.join(Profile)}, not {given[:40]!r}.", field="profile") from None


def _limits(given: dict[str, int | None] | UnsetType) -> dict[BudgetKind, int | None]:
    if given is UNSET:
        return {}
    for name in given:
        if name not in _KINDS:
            raise BadInput(
                f"limits.{name[:40]}: there are limits of {' and '.join(_KINDS)} alone.",
                field=f"limits.{name[:40]}",
            )
    return {_KINDS[name]: chosen for name, chosen in given.items()}


def _gap(given: GapBody) -> GapChange:
    return GapChange(
        least=_milliseconds(given.least_seconds, "gap.leastSeconds"),
        most=_milliseconds(given.most_seconds, "gap.mostSeconds"),
    )


def _milliseconds(seconds: float | UnsetType, field: str) -> int | UnsetType:
    if seconds is UNSET:
        return UNSET
    if not 0 <= seconds <= LONGEST_GAP / SECOND:
        raise BadInput(f"{field}: it is from 0 to {LONGEST_GAP // SECOND} seconds.", field=field)
    return round(seconds * SECOND)


def _hours(given: HoursBody) -> HoursChange:
    return HoursChange(
        start=_minutes(given.start, "start"),
        end=_minutes(given.end, "end"),
        days=given.days if given.days is UNSET else tuple(_day(day) for day in given.days),
        zone=given.time_zone,
    )


def _minutes(given: str | UnsetType, name: str) -> int | UnsetType:
    if given is UNSET:
        return UNSET
    if _CLOCK.fullmatch(given) is None:
        field = f"workingHours.{name}"
        raise BadInput(f"{field}: it is a time as 09:00, not {given[:40]!r}.", field=field)
    hours, minutes = given.split(":")
    return int(hours) * 60 + int(minutes)


def _day(given: str | int) -> int:
    if isinstance(given, int) and given in range(1, 8):
        return given
    if isinstance(given, str) and given.lower() in present.DAYS:
        return present.DAYS.index(given.lower()) + 1
    shown = repr(given)[:40]
    raise BadInput(
        f"workingHours.days: {shown} is no day; there are monday to sunday, or 1 to 7.",
        field="workingHours.days",
    )
