"""Batches and budgets as the main API shows them."""

from collections import Counter
from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from threadline.api.voyager.errors import error_item
from threadline.api.voyager.pacing import schemas
from threadline.api.voyager.present import time, time_or_none
from threadline.api.voyager.queue import present
from threadline.api.voyager.schemas import ErrorItem
from threadline.model.accounts import Account
from threadline.model.clock import SECOND
from threadline.model.errors import ThreadlineError
from threadline.model.pacing import WorkingHours
from threadline.services.budgets import Budget
from threadline.services.sends.batching import BatchAccepted, BatchItem
from threadline.services.sends.queue import Shown

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HOUR = 60


def batch(account: Account, shown: BatchAccepted, now: int) -> schemas.Batch:
    """What became of a batch; now: epoch milliseconds."""
    results = [_result(account, index, one, now) for index, one in enumerate(shown.items)]
    counted = Counter(one.outcome for one in results)
    counts = schemas.BatchCounts(
        accepted=counted["accepted"],
        replayed=counted["replayed"],
        joined=counted["joined"],
        refused=counted["refused"],
    )
    return schemas.Batch(success=counts.refused == 0, batch_id=shown.batch_id, counts=counts, results=results)


def refused(errors: Sequence[tuple[int, ThreadlineError]]) -> list[ErrorItem]:
    """What is wrong with some messages of a batch, each with its place."""
    return [_error(index, error) for index, error in errors]


def budget(shown: Budget) -> schemas.Budget:
    """What an account may do, and has done today."""
    pace = shown.pace
    return schemas.Budget(
        profile=pace.profile,
        established=pace.new_until is None,
        new_until=time_or_none(pace.new_until),
        resets_at=time(shown.resets_at),
        gap=schemas.GapShown(
            least_seconds=pace.gap.least / SECOND,
            most_seconds=pace.gap.most / SECOND,
            floor_seconds=shown.least_gap / SECOND,
        ),
        working_hours=None if pace.hours is None else _hours(pace.hours),
        waiting=shown.waiting,
        stopped=(
            None
            if shown.stopped is None
            else schemas.Stopped(state=shown.stopped, until=time_or_none(shown.stopped_until))
        ),
        budgets=[
            schemas.BudgetLine(
                kind=one.kind,
                limit=one.limit,
                ceiling=one.ceiling,
                enforced=one.enforced,
                used=one.used,
                left=one.left,
                resets_at=time(shown.resets_at),
                next_slot_at=time_or_none(one.next_slot_at),
                read_at=UNSET if one.read_at is None else time(one.read_at),
            )
            for one in shown.lines
        ],
    )


def _result(account: Account, index: int, item: BatchItem, now: int) -> schemas.BatchResult:
    if item.error is not None:
        return schemas.BatchResult(index=index, outcome="refused", error=_error(index, item.error))
    accepted = item.accepted
    assert accepted is not None
    outcome = "replayed" if accepted.replayed else "joined" if accepted.joined else "accepted"
    shown = present.send(account, Shown(accepted.send, item.expected), now)
    return schemas.BatchResult(index=index, outcome=outcome, send=shown)


def _error(index: int, error: ThreadlineError) -> ErrorItem:
    place = f"sends[{index}]"
    return replace(error_item(error), field=f"{place}.{error.field}" if error.field else place)


def _hours(hours: WorkingHours) -> schemas.HoursShown:
    return schemas.HoursShown(
        start=_clock(hours.start),
        end=_clock(hours.end),
        days=[DAYS[day - 1] for day in hours.days],
        time_zone=hours.zone,
    )


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"
