"""What holds when LinkedIn fails, and after a long time of everything at once."""

from typing import Final

from tests.promise import Promise

FAULTS: Final = (
    Promise(
        "faults.answered",
        "The connector answers each fault of the sandbox as the table of docs/linkedin.md says.",
        "docs/linkedin.md",
    ),
    Promise(
        "faults.late-waker",
        "A process that was paused writes no message after its time: nothing leaves, and it is told so.",
        "docs/linkedin.md",
    ),
    Promise(
        "faults.survived",
        "After each fault nothing is lost or doubled, the state is right, and the account recovers.",
        "docs/linkedin.md",
    ),
    Promise(
        "faults.soak",
        "After random people and random faults the store equals each account's mailbox, message by message.",
        "docs/linkedin.md",
    ),
    Promise(
        "faults.crowd",
        "The sandbox makes a crowd of accounts, bustle among its people, and a mailbox to compare with.",
        "docs/sandbox.md",
    ),
)
