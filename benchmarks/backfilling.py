"""Backfill against plain decoding: the same bytes of LinkedIn's, read by three readers.

The bytes are every page of every thread of one sandbox account, read once over the network and kept. In each
round they are decoded by msgspec alone, decoded by the connector into messages, and backfilled by the service
into a fresh store through the whole connector.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import processes
from benchmarks.memory import Answers, ConnectedLinkedIn, MemoryConnection, RecordingConnection
from benchmarks.plan import Plan
from benchmarks.results import Result, at_least, median, median_ratio
from benchmarks.sending import session_of
from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.decoding.graphql import MESSAGES, each
from threadline.linkedin.decoding.messages import message_of
from threadline.model.access import Tenant
from threadline.model.accounts import Account
from threadline.model.clock import HOUR, Clock, DrivenClock
from threadline.model.randomness import SeededRandomness
from threadline.services.accounts import Accounts
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder
from threadline.services.syncing.backfilling import Backfilling
from threadline.store import accounts, tenants
from threadline.store.database import Database
from threadline.store.sqlite import SqliteDatabase
from threadline.store.vault import Vault

AIM = 0.5
"""The least share of msgspec's own speed that the connector's decoding reaches."""

_ANCHOR = 1_790_035_200_000
"""UTC midnight, where the sandbox's history ends."""
_USER = "ada"
_ACCOUNT = "a" * 24
_EVERYTHING_DAYS = 3_660
_THREAD_FIELDS = {
    "deliveredAt": "messenger_messages_by_anchor_timestamp",
    "prevCursor": "messenger_messages_by_conversation",
}


async def measure(plan: Plan) -> list[Result]:
    """The three speeds, messages a second."""
    clock = DrivenClock(_ANCHOR + HOUR)
    with processes.sandbox("--anchor-ms", str(_ANCHOR)) as port:
        recording = RecordingConnection(f"http://127.0.0.1:{port}")
        await _backfill(ConnectedLinkedIn(recording, clock), clock)
    pages = _thread_pages(recording.answers)
    messages = sum(_decode(page) for page in pages)
    stored: list[float] = []
    decoded: list[float] = []
    bare: list[float] = []
    for _ in range(plan.backfill_rounds):
        bare.append(messages / _seconds_of(pages, lambda page: msgspec.json.decode(page.body)))
        decoded.append(messages / _seconds_of(pages, _decode))
        replay = MemoryConnection("http://127.0.0.1:1", recording.answers)
        stored.append(messages / await _backfill(ConnectedLinkedIn(replay, clock), clock))
    return _results(stored, decoded, bare, messages / sum(len(page.body) for page in pages))


def _results(stored: list[float], decoded: list[float], bare: list[float], each_byte: float) -> list[Result]:
    decoding = median_ratio(decoded, bare)
    storing = median_ratio(stored, decoded)
    return [
        Result(
            name="Decoding threads into messages",
            against="msgspec.json.decode alone",
            ours=f"{median(decoded):,.0f} messages/s",
            peer=f"{median(bare):,.0f} messages/s",
            value=f"{decoding:.2f}",
            aim=f"≥ {AIM}",
            verdict=at_least(decoding, AIM),
            figures={
                "ratio": decoding,
                "messages_per_second": median(decoded),
                "bare_messages_per_second": median(bare),
                "bytes_per_message": 1 / each_byte,
            },
        ),
        Result(
            name="Backfill through the connector into SQLite",
            against="its decoding alone",
            ours=f"{median(stored):,.0f} messages/s",
            peer=f"{median(decoded):,.0f} messages/s",
            value=f"{storing:.3f}",
            figures={"ratio": storing, "messages_per_second": median(stored)},
        ),
    ]


class _Page(Struct, frozen=True):
    """One answer of LinkedIn's that holds messages."""

    field: str
    body: bytes


def _thread_pages(answers: Answers) -> list[_Page]:
    return [
        _Page(field, answer.body)
        for path, answer in answers.items()
        for mark, field in _THREAD_FIELDS.items()
        if "messengerMessages." in path and f"{mark}:" in path
    ]


def _decode(page: _Page) -> int:
    """Decode a page into messages of the model, as the connector does; how many there are."""
    found = MESSAGES.read(page.body, page.field, _never_malformed)
    built = each(
        found.items,
        lambda item, people: message_of(item, people, owner_id=None, thread_id=None),
        _never_malformed,
    )
    return len(built)


def _never_malformed(kind: str) -> None:
    raise ValueError(f"the sandbox sent a {kind} that cannot be understood")


def _seconds_of(pages: list[_Page], read: Callable[[_Page], object]) -> float:
    begun = time.perf_counter()
    for page in pages:
        read(page)
    return time.perf_counter() - begun


async def _backfill(linkedin: LinkedIn, clock: Clock) -> float:
    """Store every message of every conversation in a fresh store; the seconds, without those of the lists."""
    await linkedin.open()
    try:
        with tempfile.TemporaryDirectory() as folder:
            database = SqliteDatabase(Path(folder) / "threadline.db", clock)
            await database.open()
            try:
                return await _backfill_into(database, linkedin, clock)
            finally:
                await database.close()
    finally:
        await linkedin.close()


async def _backfill_into(database: Database, linkedin: LinkedIn, clock: Clock) -> float:
    chance = SeededRandomness(1)
    journal = Journal(clock, chance)
    service = Accounts(database, linkedin, Vault(bytes(32), chance), journal, clock)
    backfilling = Backfilling(database, service, Recorder(clock, journal), clock, days=_EVERYTHING_DAYS)
    account = await _account(database, service, clock)
    while await backfilling.list_further(account):
        pass
    threads = await backfilling.unread_past(account, 1_000_000)
    begun = time.perf_counter()
    for thread_id in threads:
        while not (await backfilling.read_thread_further(account, thread_id)).complete:
            pass
    return time.perf_counter() - begun


async def _account(database: Database, service: Accounts, clock: Clock) -> Account:
    tenant = Tenant(tenant_id="tenant", name="benchmark", sandbox=False, created_at=clock.now())
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant)
        await accounts.insert(
            tx, account_id=_ACCOUNT, tenant_id=tenant.tenant_id, user_id=_USER, now=clock.now()
        )
    account = await service.get(_ACCOUNT)
    await service.keep(account, session_of(_USER), None)
    await service.prove(account)
    return await service.get(_ACCOUNT)
