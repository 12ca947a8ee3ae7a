"""The main job from end to end: a linked account, its inbox, a message sent and answered."""

from typing import Final

from tests.promise import Gap, Promise

MAIN_JOB: Final = (
    Promise(
        "main-job.1.bare-clone",
        "`make demo` and `make test` work from a bare clone with an empty home.",
        "the main job, 1",
        Gap("no test starts from a bare clone; it is tried by hand"),
    ),
    Promise(
        "main-job.2.seed-lines",
        "The seed's curl lines run as printed, the message reaches its mailbox, the answer comes by itself.",
        "the main job, 2",
    ),
    Promise(
        "main-job.3.four-phases",
        "Each of the four phases can be the one that finds the thread.",
        "the main job, 3",
    ),
    Promise(
        "main-job.4.killed-at-any-moment",
        "After a kill at any moment nothing is lost, what arrived meanwhile is there, no send left twice.",
        "the main job, 4",
    ),
    Promise(
        "main-job.5.paging",
        "Paging while messages arrive shows no conversation twice, and each message of a thread just once.",
        "the main job, 5",
    ),
    Promise(
        "main-job.6.unread-counts",
        "No read call changes any unread count, here or in the sandbox.",
        "the main job, 6",
    ),
    Promise(
        "main-job.7.an-unmodified-client",
        "The linkedin-api package, unmodified, lists, reads, sends and marks read against the sandbox.",
        "contracts/linkedin-wire.md §13.1",
    ),
    Promise(
        "main-job.8.benchmark",
        "`make bench` prints its table of ratios.",
        "the main job, 8",
    ),
    Promise(
        "main-job.9.people-acting",
        "Typing, reaction, edit, recall, receipt and group change by a sandbox person soon show in the API.",
        "the whole protocol, 5",
    ),
    Promise(
        "main-job.10.manual-lines",
        "The lines of the API's manual run as they stand, and every route of a tenant has one.",
        "docs/api.md",
    ),
)
