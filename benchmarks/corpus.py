"""The store that is read: made through the store's own functions, kept between runs.

Per account a fifth of the conversations is long (60 messages, so that a page of 50 has a next one) and the
others are short (10); 1 in 20 is a group. Texts, people and times come from a seed.
"""

import base64
import hashlib
import random
import shutil
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from threadline.model.access import ALL_RIGHTS, ApiKey, Tenant
from threadline.model.clock import DAY, HOUR, MINUTE, SystemClock
from threadline.model.conversations import Conversation
from threadline.model.messages import ContentKind, Message, MessageContent, Reaction
from threadline.model.people import Distance, Person
from threadline.store import accounts, conversations, messages, migrations, people, positions, tenants
from threadline.store.database import Database
from threadline.store.positions import Position, Walk
from threadline.store.sqlite import SqliteDatabase

KEY = "tl_benchmark"
"""The key of the made tenant; it opens nothing but this store."""

CACHE = Path(__file__).resolve().parents[1] / "build" / "benchmarks"
"""Where made stores are kept; `make clean` removes it."""

LONG_THREAD = 60
SHORT_THREAD = 10

_NEWEST = 1_790_000_000_000
_PEOPLE = 300
_TENANT = "tenant-benchmark"
_WORDS = [
    "the",
    "plan",
    "for",
    "next",
    "week",
    "looks",
    "good",
    "could",
    "we",
    "talk",
    "about",
    "offer",
    "team",
    "project",
    "when",
    "you",
    "have",
    "time",
    "thanks",
    "budget",
    "contract",
    "draft",
    "review",
    "Termin",
    "später",
    "vielleicht",
    "könnten",
    "Angebot",
    "réunion",
    "demain",
    "équipe",
    "merci",
    "proyecto",
    "mañana",
    "gracias",
    "会議",
    "明日",
    "よろしく",
    "שלום",
    "תודה",
    "👍",
    "🎉",
]


class Shape(Struct, frozen=True, kw_only=True):
    """How large the store is."""

    accounts: int
    conversations: int
    """Of each account; a fifth of them long."""

    @property
    def long_threads(self) -> int:
        """How many conversations of an account are long."""
        return self.conversations // 5

    @property
    def messages(self) -> int:
        """How many messages there are."""
        long = self.long_threads
        return self.accounts * (long * LONG_THREAD + (self.conversations - long) * SHORT_THREAD)

    def __str__(self) -> str:
        return (
            f"{self.messages:,} messages, {self.accounts * self.conversations:,} conversations, "
            f"{self.accounts:,} accounts"
        )


FULL = Shape(accounts=100, conversations=500)
MEDIUM = Shape(accounts=20, conversations=250)
QUICK = Shape(accounts=4, conversations=50)


class MadeAccount(Struct, frozen=True):
    """One account of the store, as the load needs to know it."""

    account_id: str
    user_id: str
    long_threads: list[str]


class Corpus(Struct, frozen=True, kw_only=True):
    """A made store."""

    accounts: list[MadeAccount]
    made_in_seconds: float
    """How long storing took when it was made."""


async def kept(shape: Shape) -> tuple[Path, Corpus]:
    """The data folder of an SQLite store of this shape, made when there is none of this schema yet."""
    folder = CACHE / _name(shape)
    manifest = folder / "corpus.json"
    if manifest.exists():
        return folder, msgspec.json.decode(manifest.read_bytes(), type=Corpus)
    for outdated in CACHE.glob(f"{_size(shape)}-*"):
        shutil.rmtree(outdated)
    folder.mkdir(parents=True)
    database = SqliteDatabase(folder / "threadline.db", SystemClock())
    await database.open()
    try:
        corpus = await fill(database, shape)
    finally:
        await database.close()
    manifest.write_bytes(msgspec.json.encode(corpus))
    return folder, corpus


async def fill(database: Database, shape: Shape) -> Corpus:
    """Store everything, one transaction an account."""
    begun = time.perf_counter()
    chance = random.Random(1)
    texts = _texts(chance)
    made: list[MadeAccount] = []
    async with database.transaction() as tx:
        await tenants.insert(
            tx, Tenant(tenant_id=_TENANT, name="benchmark", sandbox=False, created_at=_NEWEST)
        )
        key = ApiKey(
            key_id="key-benchmark",
            tenant_id=_TENANT,
            name="benchmark",
            prefix=KEY[:8],
            rights=ALL_RIGHTS,
            created_at=_NEWEST,
        )
        await tenants.insert_key(tx, key, hashlib.sha256(KEY.encode()).hexdigest())
    for number in range(shape.accounts):
        made.append(await _fill_account(database, shape, number, chance, texts))
    return Corpus(accounts=made, made_in_seconds=time.perf_counter() - begun)


async def _fill_account(
    database: Database, shape: Shape, number: int, chance: random.Random, texts: list[str]
) -> MadeAccount:
    account_id, user_id = f"{number:024x}", f"user-{number:03}"
    owner = _person(f"{number:05}owner", "Ada", f"Owner{number}", Distance.SELF)
    others = [
        _person(f"{number:05}peer{index:05}", f"First{index}", f"Last{index}", Distance.FIRST)
        for index in range(_PEOPLE)
    ]
    listed: list[Conversation] = []
    stored: list[Message] = []
    for index in range(shape.conversations):
        length = LONG_THREAD if index < shape.long_threads else SHORT_THREAD
        shown, written = _conversation(owner, others, index, length, chance, texts)
        listed.append(shown)
        stored.extend(written)
    async with database.transaction() as tx:
        await accounts.insert(
            tx, account_id=account_id, tenant_id=_TENANT, user_id=user_id, now=_NEWEST + number
        )
        await accounts.set_owner(tx, account_id, owner)
        await accounts.set_proven(tx, account_id, _NEWEST)
        await accounts.set_caught_up(tx, account_id, _NEWEST)
        await people.put(tx, account_id, [owner, *others])
        await conversations.put(tx, account_id, listed)
        await messages.put(tx, account_id, stored)
        await tx.run_many(
            "conversations.set_history",
            [
                {
                    "account_id": account_id,
                    "thread_id": one.thread_id,
                    "history_from": one.created_at,
                    "history_complete": 1,
                }
                for one in listed
            ],
        )
        await positions.put(
            tx,
            account_id,
            Position(baseline_at=_NEWEST, listed_at=_NEWEST, walks=(Walk("INBOX", done=True),)),
        )
    return MadeAccount(account_id, user_id, [one.thread_id for one in listed[: shape.long_threads]])


def _conversation(
    owner: Person, others: list[Person], index: int, length: int, chance: random.Random, texts: list[str]
) -> tuple[Conversation, list[Message]]:
    group = index % 20 == 19
    members = tuple(others[(index * 7 + step) % len(others)] for step in range(4 if group else 1))
    thread_id = _packed(f"{chance.getrandbits(128):032x}_{index % 1000:03}")
    newest = _NEWEST - chance.randrange(700 * DAY)
    at = newest
    written: list[Message] = []
    for serial in range(length):
        from_me = chance.random() < 0.4
        written.append(
            Message(
                message_id=_packed(f"{at:013}b{serial:05}-{index % 1000:03}&{index:08}"),
                thread_id=thread_id,
                sender=owner if from_me else members[serial % len(members)],
                delivered_at=at,
                from_me=from_me,
                text=texts[chance.randrange(len(texts))],
                content=_FILE if serial % 20 == 7 else (),
                reactions=_REACTION if serial % 20 == 3 else (),
            )
        )
        at -= MINUTE + chance.randrange(12 * HOUR)
    unread = index % 8 == 0
    shown = Conversation(
        thread_id=thread_id,
        owner_id=owner.person_id,
        categories=("INBOX", "PRIMARY_INBOX") if index % 5 else ("INBOX", "SECONDARY_INBOX"),
        participants=(owner, *members),
        group_chat=group,
        title="The project" if group else None,
        created_at=at,
        last_activity_at=newest,
        last_read_at=None if unread else newest,
        read=not unread,
        unread_count=int(unread),
        last_message=written[0],
    )
    return shown, written


def _person(mark: str, first_name: str, last_name: str, distance: Distance) -> Person:
    return Person(
        person_id="ACoAA" + mark.ljust(34, "x"),
        first_name=first_name,
        last_name=last_name,
        headline=f"Head of {last_name} at Sample Works",
        distance=distance,
        picture_url=f"https://media.example/{mark}/400_400.jpg",
    )


def _texts(chance: random.Random) -> list[str]:
    """Texts of 2 to 40 words, most of them short."""
    return [" ".join(chance.choices(_WORDS, k=2 + int(38 * chance.random() ** 2))) for _ in range(5_000)]


def _packed(text: str) -> str:
    return "2-" + base64.b64encode(text.encode()).decode()


def _name(shape: Shape) -> str:
    """A name that changes with the schema, and with what is made here."""
    written_by = (
        *(statement for step in migrations.migrations("sqlite") for statement in step.statements),
        Path(__file__).read_text(),
    )
    digest = hashlib.sha256("\0".join(written_by).encode()).hexdigest()[:12]
    return f"{_size(shape)}-{digest}"


def _size(shape: Shape) -> str:
    return f"store-{shape.accounts}x{shape.conversations}"


_FILE = (
    MessageContent(
        kind=ContentKind.FILE,
        wire_kind="file",
        urn="urn:li:digitalmediaAsset:C4D00AAAAAAAAAAAA",
        url="https://media.example/document/file.pdf",
        name="offer.pdf",
        media_type="application/pdf",
        byte_size=482_113,
    ),
)
_REACTION = (Reaction(emoji="👍", count=1, first_reacted_at=_NEWEST),)
