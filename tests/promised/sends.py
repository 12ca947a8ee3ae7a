"""Honest sends: what is promised of every message from its acceptance to its outcome."""

from typing import Final

from tests.promise import Promise

SENDS: Final = (
    Promise(
        "sends.idempotency",
        "One key is one send across all that sends: repeats are answered alike, another request is refused.",
        "contracts/voyager.md §18",
    ),
    Promise(
        "sends.idempotency.restart",
        "A key stands for its request after a restart, on either database.",
        "issue 4: idempotency",
    ),
    Promise(
        "sends.joining",
        "The same text to the same person without a key joins a send that may have left; force overrides it.",
        "issue 4: answering",
    ),
    Promise(
        "sends.terms",
        "A message can be asked for as a draft, later, with a priority, or only where nothing newer arrived.",
        "issue 4: the queue",
    ),
    Promise(
        "sends.answers",
        "What is accepted and not sent is 202 and says when it will leave, and what keeps it.",
        "contracts/DECISIONS.md 3",
    ),
    Promise(
        "sends.queue",
        "What has not been claimed can be listed, followed, changed, cancelled, and a draft released.",
        "issue 4: the queue",
    ),
    Promise(
        "sends.expected-is-true",
        "The time at which a queued send is said to leave is the time at which it leaves, within a second.",
        "contracts/DECISIONS.md 4",
    ),
    Promise(
        "sends.first-week",
        "A newly linked account opens conversations half as fast, and fifty a day, for a week.",
        "contracts/DECISIONS.md 4",
    ),
    Promise(
        "sends.replies-not-held",
        "A reply to someone who wrote last is not held by the gap, and does not move it.",
        "contracts/DECISIONS.md 4",
    ),
    Promise(
        "sends.stops",
        "A warning stops the account that got it alone; what waits says until when, and leaves then.",
        "contracts/DECISIONS.md 1",
    ),
    Promise(
        "sends.batch",
        "Up to 500 messages are queued by one request, each with its own key, its own result and its time.",
        "issue 4: the queue",
    ),
    Promise(
        "sends.batch-whole",
        "With allOrNothing a batch is refused whole, before it starts, where one message or a budget fails.",
        "issue 4: the queue",
    ),
    Promise(
        "sends.batch-inmail",
        "InMails of a batch for which no credits are left are refused before anything leaves.",
        "issue 4: the queue",
    ),
    Promise(
        "sends.budget-shown",
        "GET /api/budget tells limit, use and next slot of each kind; PUT changes the rules within ceilings.",
        "issue 4: budgets",
    ),
    Promise(
        "sends.budget-kept",
        "A cap holds in whatever sends; it is charged at the claim, and what did not leave is given back.",
        "contracts/DECISIONS.md 4",
    ),
    Promise(
        "sends.budget-headers",
        "Every answer of what sends tells the account's real limit of messages a day, and its use.",
        "contracts/connectsafely.md",
    ),
    Promise(
        "sends.idempotency.processes",
        "A key stands for its request in every process of one database, also after one of them was killed.",
        "issue 4: done when 2",
    ),
    Promise(
        "sends.torture",
        "Whatever is killed, restarted or lost: no accepted send is lost, doubled, or left unknown.",
        "issue 4: done when 1",
    ),
    Promise(
        "sends.late-waker",
        "A process that was paused in the middle of a send and wakes up late changes nothing any more.",
        "issue 4: one implementation",
    ),
    Promise(
        "sends.forgotten",
        "Idempotency keys that have ended and charges of long ago are deleted daily, a few at a time.",
        "issue 4: idempotency",
    ),
    Promise(
        "sends.asked-when-it-leaves",
        "Of what nobody waits for, LinkedIn is asked who, how and whether still when it leaves, not before.",
        "contracts/DECISIONS.md 4",
    ),
    Promise(
        "sends.order",
        "Sends of an account leave one at a time, in order; none holds up another account or conversation.",
        "issue 4: pacing",
    ),
    Promise(
        "sends.told-once",
        "Each move of a send is told as one event, in order.",
        "contracts/DECISIONS.md 1, 17",
    ),
    Promise(
        "sends.leases",
        "A claimed send whose task is gone is taken over; a task that comes back late sends nothing.",
        "issue 4: one implementation",
    ),
)
