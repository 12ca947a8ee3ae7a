"""What makes Threadline worth choosing, item by item of the design's first section."""

from typing import Final

from tests.promise import Gap, Promise

DESIGN: Final = (
    Promise(
        "design.1.accepted-once",
        "A send is accepted once: the same idempotency key never makes a second message.",
        "design §1.1",
    ),
    Promise(
        "design.1.sent-means-id",
        "A send is called sent only when LinkedIn's message id is in hand.",
        "design §1.1",
    ),
    Promise(
        "design.1.unknown-settles",
        "A send whose answer was lost is unknown, is never repeated, and settles by reading the thread.",
        "design §1.1",
    ),
    Promise(
        "design.2.one-log",
        "Feed, live stream and webhooks show the same events with the same ids, from any cursor.",
        "design §1.2",
        Gap("feed, stream and webhooks; events are recorded in one log"),
    ),
    Promise(
        "design.3.nothing-lost",
        "What happened while the gateway or its stream was down is told later, in order, marked backfilled.",
        "design §1.3",
    ),
    Promise(
        "design.4.reading-changes-nothing",
        "No read call changes an unread count, here or at LinkedIn.",
        "design §1.4",
    ),
    Promise(
        "design.5.budgets",
        "Pacing and budgets survive restarts, can be read over the API, and start out careful.",
        "design §1.5",
    ),
    Promise(
        "design.5.warning-stops",
        "A warning from LinkedIn stops the account's calls until the person has acted, or its time is over.",
        "design §1.5",
    ),
    Promise(
        "design.6.connected-means-proven",
        "Health is the age of the last proven traffic, and each account state names what the person must do.",
        "design §1.6",
    ),
    Promise(
        "design.7.one-suite-over-both-stores",
        "SQLite and PostgreSQL pass one contract suite, and the gateway starts with no service beside it.",
        "design §1.7",
    ),
    Promise(
        "design.7.many-machines",
        "The same code runs on many machines over PostgreSQL, each account held by exactly one.",
        "design §1.7",
        Gap("the cluster engine; one process holds every account"),
    ),
    Promise(
        "design.8.sandbox-through-the-connector",
        "The sandbox speaks LinkedIn's wire protocol and is reached through the connector that LinkedIn is.",
        "design §1.8",
    ),
    Promise(
        "design.never.no-hiding",
        "Nothing hides automation: the README names the risk before its first command.",
        "design §1, last paragraph",
    ),
)
