"""The JSON of batches and budgets."""

from msgspec import UNSET, UnsetType

from threadline.api.voyager.reaching.schemas import SendBody, Sent
from threadline.api.voyager.schemas import Data, ErrorItem, Schema


class BatchItemBody(SendBody, kw_only=True):
    """One message of a batch: as POST /api/send takes it, or an InMail."""

    inmail: bool = False


class BatchBody(Schema, kw_only=True):
    """Messages to be queued; `sends` holds 1 to 500."""

    all_or_nothing: bool = False
    sends: list[BatchItemBody]


class BatchResult(Schema, kw_only=True):
    """What became of one message of a batch: `accepted`, `replayed`, `joined` or `refused`."""

    index: int
    outcome: str
    send: Sent | UnsetType = UNSET
    error: ErrorItem | UnsetType = UNSET


class BatchCounts(Schema, kw_only=True):
    """How many messages of a batch had each outcome."""

    accepted: int
    replayed: int
    joined: int
    refused: int


class Batch(Data, kw_only=True):
    """What became of a batch, message by message in order; `success` when none was refused."""

    batch_id: str
    counts: BatchCounts
    results: list[BatchResult]


class GapBody(Schema, kw_only=True):
    """The gap between opening messages; what is left out stays."""

    least_seconds: float | UnsetType = UNSET
    most_seconds: float | UnsetType = UNSET


class HoursBody(Schema, kw_only=True):
    """The working hours; what is left out stays. Days by name or ISO number (Monday is 1)."""

    start: str | UnsetType = UNSET
    end: str | UnsetType = UNSET
    days: list[str | int] | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET


class BudgetBody(Schema, kw_only=True):
    """What is to be changed of an account's rules; what is left out stays, null goes back to the default."""

    profile: str | UnsetType = UNSET
    limits: dict[str, int | None] | UnsetType = UNSET
    gap: GapBody | UnsetType | None = UNSET
    working_hours: HoursBody | UnsetType | None = UNSET


class GapShown(Schema, kw_only=True):
    """The gap between opening messages; `floorSeconds` is the shortest that may be set."""

    least_seconds: float
    most_seconds: float
    floor_seconds: float


class HoursShown(Schema, kw_only=True):
    """The working hours."""

    start: str
    end: str
    days: list[str]
    time_zone: str


class Stopped(Schema, kw_only=True):
    """Why nothing may leave, and until when; null where a person must act."""

    state: str
    until: str | None


class BudgetLine(Schema, kw_only=True):
    """One kind of budget; `enforced` tells whether the limit holds anything back."""

    kind: str
    limit: int | None
    ceiling: int | None
    enforced: bool
    used: int
    left: int | None
    resets_at: str
    next_slot_at: str | None
    read_at: str | UnsetType = UNSET


class Budget(Data, kw_only=True):
    """What an account may do, and what it has done today."""

    profile: str
    established: bool
    new_until: str | None
    resets_at: str
    gap: GapShown
    working_hours: HoursShown | None
    waiting: int
    stopped: Stopped | None
    budgets: list[BudgetLine]
