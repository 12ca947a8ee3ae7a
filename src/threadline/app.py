"""The composition root: the only place where implementations are chosen and put together."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from threadline.api.server import Services, create_api
from threadline.engine.embedded import EmbeddedEngine
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import Engine
from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.model import randomness as chance
from threadline.model.clock import SECOND, Clock, SystemClock
from threadline.model.limits import Ceilings
from threadline.model.randomness import Randomness, SystemRandomness
from threadline.services.access import Access
from threadline.services.accounts import RESUME, Accounts
from threadline.services.budgets import Budgets
from threadline.services.changes.altering import Altering
from threadline.services.changes.arranging import Arranging
from threadline.services.changes.changing import Changing
from threadline.services.changes.echoes import Echoes
from threadline.services.changes.grouping import Grouping
from threadline.services.cursors import Cursors
from threadline.services.exporting import Exporting
from threadline.services.inbox import Inbox
from threadline.services.linking import Linking
from threadline.services.media.files import Media
from threadline.services.media.opening import Opening
from threadline.services.metrics import ServiceMetrics
from threadline.services.people import People
from threadline.services.presence import Presences
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder
from threadline.services.sales.inbox import FOLLOW_SALES, Sales
from threadline.services.sales.seats import Seats
from threadline.services.searching import Searching
from threadline.services.sends.accepting import Accepting
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.batching import Batching
from threadline.services.sends.claiming import Claiming
from threadline.services.sends.composing import Composing
from threadline.services.sends.endings import Endings
from threadline.services.sends.forgetting import FORGET, Forgetting
from threadline.services.sends.inmail import InMail
from threadline.services.sends.inmail_planning import InMailPlanning
from threadline.services.sends.lanes import Lanes
from threadline.services.sends.leases import Leases
from threadline.services.sends.leaving import Leaving
from threadline.services.sends.locating import Locating
from threadline.services.sends.outbox import OUTBOX, SETTLE
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.placing import Placing
from threadline.services.sends.preparing import Preparing
from threadline.services.sends.queue import Queue
from threadline.services.sends.reach import Reach
from threadline.services.sends.sales_sends import SalesSends
from threadline.services.sends.sending import Sending
from threadline.services.sends.settling import Settling
from threadline.services.sends.typing_shown import TypingShown
from threadline.services.syncing.backfilling import Backfilling
from threadline.services.syncing.catching_up import CatchingUp
from threadline.services.syncing.following import FOLLOW, Syncing
from threadline.settings import Settings
from threadline.store.database import Database
from threadline.store.ownership import Ownership
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase
from threadline.store.vault import Vault, master_key, parse_key

OPERATOR_TOKEN = "operator.token"  # noqa: S105 - the name of a file
"""The file in the data folder by which local commands prove that they may administer the running gateway."""


@dataclass(frozen=True)
class Gateway:
    """A gateway that is put together, and not yet started."""

    settings: Settings
    api: FastAPI
    services: Services
    database: Database
    engine: Engine
    linkedin: LinkedIn
    sending: Sending
    settling: Settling
    forgetting: Forgetting
    syncing: Syncing
    sales: Sales
    ownership: Ownership

    async def open(self) -> None:
        """Take the data folder, open the database, and make ready for calls; nothing runs by itself yet."""
        self.ownership.take()
        await self.database.open()
        await self.linkedin.open()

    async def start(self) -> None:
        """Put right what a crash left, and follow the accounts."""
        if self.settings.sandbox_keys:
            await self.services.access.sandbox_tenant()
        await self.services.accounts.begin()
        await self.sending.recover()
        await self.forgetting.begin()
        await self.engine.start()

    async def stop(self, seconds: float | None = None) -> None:
        """Let calls under way end, stop following, and close everything.

        seconds: how long the calls may take; as the settings say when left out.
        """
        await self.sending.stop(self.settings.stop_seconds if seconds is None else seconds)
        await self.engine.stop()
        await self.sending.cut_off()
        await self.services.accounts.stop()
        await self.linkedin.close()
        await self.database.close()
        self.ownership.release()


def build(settings: Settings, *, clock: Clock | None = None) -> Gateway:
    """A gateway as `settings` say; clock: the machine's own when left out.

    Raises VaultError when the master key cannot be used.
    """
    clock, randomness = clock or SystemClock(), SystemRandomness()
    registry = CollectorRegistry()
    vault = Vault(_master_key(settings, randomness), randomness)
    database = _database(settings, clock)
    linkedin = LinkedIn(
        settings.linkedin_url,
        clock=clock,
        randomness=randomness,
        metrics=ConnectorMetrics(registry),
        call_timeout=settings.linkedin_timeout_seconds,
        frame_timeout=settings.stream_silence_seconds,
    )
    engine = EmbeddedEngine(database, clock, randomness, EngineMetrics(registry))
    journal, outcomes, metrics = Journal(clock, randomness), Outcomes(), ServiceMetrics(registry)
    recorder = Recorder(clock, journal)
    accounts = Accounts(database, linkedin, vault, journal, clock)
    linking = Linking(database, linkedin, accounts, clock, randomness)
    people = People(database, accounts, clock)
    backfilling = Backfilling(database, accounts, recorder, clock, days=settings.backfill_days)
    opening = Opening(database, accounts, recorder, clock)
    media = Media(database, accounts, opening, clock, randomness)
    locating = Locating(database, accounts, recorder, backfilling)
    inbox = Inbox(database, accounts, people, locating, backfilling, recorder, Cursors(vault), clock)
    seats, presences = Seats(database, accounts), Presences(accounts, clock)
    sales_sends = SalesSends(database, accounts, recorder, clock)
    aiming = Aiming(database, people, inbox, seats, experimental_allowed=settings.experimental_allowed)
    planning = InMailPlanning(accounts, inbox, locating, aiming)
    lanes = Lanes(clock, randomness, _ceilings(settings))
    endings = Endings(journal, clock)
    claiming = Claiming(database, lanes, endings, journal, outcomes, randomness)
    placing = Placing(clock, randomness, most_waiting=settings.most_waiting_sends)
    accepting = Accepting(
        database,
        accounts,
        aiming,
        Composing(database, media),
        lanes,
        claiming,
        endings,
        placing,
        clock,
    )
    leaving = Leaving(
        database,
        accounts,
        Preparing(database, accounts, aiming, locating, planning),
        TypingShown(accounts),
        recorder,
        sales_sends,
        endings,
        Leases(database, clock),
        outcomes,
        clock,
        metrics,
    )
    sending = Sending(database, accounts, lanes, accepting, claiming, leaving, endings, outcomes, clock)
    inmail = InMail(database, accounts, aiming, planning, sending, clock)
    settling = Settling(database, accounts, recorder, sales_sends, endings, outcomes, clock, metrics)
    forgetting = Forgetting(database, clock)
    syncing = Syncing(
        database,
        accounts,
        recorder,
        backfilling,
        CatchingUp(database, accounts, recorder, backfilling, outcomes, clock, metrics),
        journal,
        outcomes,
        presences,
        clock,
        randomness,
        metrics,
        pause_between_reads=settings.backfill_pause_seconds,
        check_seconds=settings.check_seconds,
    )
    sales = Sales(
        database,
        accounts,
        seats,
        sales_sends,
        recorder,
        clock,
        metrics,
        poll_seconds=settings.sales_poll_seconds,
        pause_between_reads=settings.backfill_pause_seconds,
    )
    engine.handle(OUTBOX, sending.drain)
    engine.handle(SETTLE, settling.settle)
    engine.handle(FORGET, forgetting.forget)
    engine.hold(FOLLOW, syncing.accounts_to_follow, syncing.follow)
    engine.hold(FOLLOW_SALES, sales.accounts_to_follow, sales.follow)
    engine.handle(RESUME, accounts.resume)
    for changed in (syncing.changed, sales.changed, presences.forget):
        accounts.on_change(changed)
    for duty in (FOLLOW, FOLLOW_SALES):
        accounts.on_change(partial(_reconsider, engine, duty))
    echoes = Echoes(database, syncing.follows)
    altering = Altering(database, accounts, inbox, recorder, echoes)
    services = Services(
        access=Access(database, clock, randomness, sandbox_runs=settings.sandbox_keys),
        accounts=accounts,
        linking=linking,
        people=people,
        inbox=inbox,
        media=media,
        sending=sending,
        queue=Queue(database, lanes, endings, outcomes, Cursors(vault), clock),
        budgets=Budgets(database, accounts, lanes, clock),
        inmail=inmail,
        batching=Batching(
            database, lanes, aiming, accepting, placing, Reach(inmail), endings, clock, randomness
        ),
        changing=Changing(database, accounts, recorder, echoes, clock),
        arranging=Arranging(database, accounts, recorder, altering),
        grouping=Grouping(people, altering),
        exporting=Exporting(inbox, clock),
        searching=Searching(database, accounts),
        seats=seats,
        presences=presences,
        clock=clock,
        operator_token=_operator_token(settings.data_dir, randomness),
        database_ready=_readiness(database),
        sandbox_runs=settings.sandbox_keys,
    )
    return Gateway(
        settings=settings,
        api=create_api(services, registry),
        services=services,
        database=database,
        engine=engine,
        linkedin=linkedin,
        sending=sending,
        settling=settling,
        forgetting=forgetting,
        syncing=syncing,
        sales=sales,
        ownership=Ownership(settings.data_dir),
    )


def _reconsider(engine: Engine, duty: str, _account_id: str) -> None:
    engine.reconsider(duty)


def _database(settings: Settings, clock: Clock) -> Database:
    if settings.database_url is not None:
        return PostgresqlDatabase(settings.database_url.get_secret_value(), clock)
    return SqliteDatabase(settings.data_dir / "threadline.db", clock)


def _ceilings(settings: Settings) -> Ceilings:
    return Ceilings(
        messages=settings.most_messages_a_day,
        new_conversations=settings.most_new_conversations_a_day,
        least_gap=int(settings.least_gap_seconds * SECOND),
    )


def _master_key(settings: Settings, randomness: Randomness) -> bytes:
    if settings.master_key is not None:
        return parse_key(settings.master_key.get_secret_value())
    return master_key(settings.data_dir / "master.key", randomness)


def _operator_token(folder: Path, randomness: Randomness) -> str:
    """The token of the operator, kept for the local commands; the same over restarts."""
    path = folder / OPERATOR_TOKEN
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        token = chance.letters(40, randomness)
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
        return token


def _readiness(database: Database) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            await database.row("tenants.sandbox")
        except Exception:  # noqa: BLE001 - whatever the driver says, the answer is no
            return False
        return True

    return ready
