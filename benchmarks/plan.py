"""How much is measured: the full run, and a quick one that only shows that everything works."""

from msgspec import Struct

from benchmarks import corpus
from benchmarks.corpus import Shape


class Plan(Struct, frozen=True, kw_only=True):
    """The size of every part."""

    name: str
    sqlite: Shape
    postgresql: Shape
    read_rounds: int
    read_seconds: float
    """Of each side in each round."""
    connections: int
    sends: int
    """Of each side."""
    backfill_rounds: int
    starts: int
    followed: int
    """Accounts with live streams."""
    idle_seconds: float
    events: int
    events_a_second: int
    file_rounds: int
    queued_accounts: int
    """Accounts with five timed sends each."""
    polls: int
    due: int
    """Accounts of which one send becomes due while the engine runs."""
    due_seconds: float
    claim_rounds: int
    claims: int
    """Of each side in each round."""
    claims_at_once: int


FULL = Plan(
    name="full",
    sqlite=corpus.FULL,
    postgresql=corpus.MEDIUM,
    read_rounds=5,
    read_seconds=1.5,
    connections=16,
    sends=300,
    backfill_rounds=5,
    starts=5,
    followed=1_000,
    idle_seconds=20,
    events=4_000,
    events_a_second=200,
    file_rounds=3,
    queued_accounts=100_000,
    polls=2_000,
    due=500,
    due_seconds=10,
    claim_rounds=5,
    claims=400,
    claims_at_once=8,
)
QUICK = Plan(
    name="quick",
    sqlite=corpus.QUICK,
    postgresql=corpus.QUICK,
    read_rounds=1,
    read_seconds=0.3,
    connections=4,
    sends=10,
    backfill_rounds=1,
    starts=1,
    followed=10,
    idle_seconds=0.5,
    events=40,
    events_a_second=100,
    file_rounds=1,
    queued_accounts=200,
    polls=20,
    due=20,
    due_seconds=0.5,
    claim_rounds=1,
    claims=20,
    claims_at_once=4,
)
