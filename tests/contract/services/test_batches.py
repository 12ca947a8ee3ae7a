"""Batches on both databases: five hundred at once, in order, and the same ones when repeated."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import Drive, aimed, driving, quiet_people, requests_made
from threadline.model.clock import HOUR
from threadline.model.errors import QueueFull
from threadline.model.sends import SendState, Terms
from threadline.services.sends.batching import BatchAccepted, Wish


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url) as drive:
        yield drive


async def accept(drive: Drive, wishes: list[Wish], *, whole: bool = False) -> BatchAccepted:
    """Accept a batch of Ada's."""
    batching = drive.rehearsal.services.batching
    found: BatchAccepted = await batching.send(await drive.account(), wishes, all_or_nothing=whole)
    return found


def send_ids(batch: BatchAccepted) -> list[str]:
    """The sends of a batch that nothing was refused of."""
    return [one.accepted.send.send_id for one in batch.items if one.accepted is not None]


@pytest.mark.promise("sends.batch", "sends.idempotency")
async def test_five_hundred_are_accepted_at_once_and_are_the_same_ones_when_repeated(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 20)
    later = drive.clock.now() + HOUR
    wishes = [
        Wish(aimed(f"Number {place}", people[place % 20]), Terms(send_at=later, idempotency_key=f"k{place}"))
        for place in range(500)
    ]
    before = await requests_made(sandbox)
    first = await accept(drive, wishes)
    assert await requests_made(sandbox) == before
    ids = send_ids(first)
    assert len(ids) == 500
    assert ids == sorted(ids)
    stored = await drive.sends()
    assert [one.send_id for one in stored] == ids
    assert [one.text for one in stored] == [f"Number {place}" for place in range(500)]
    assert {(one.batch_id, one.direct, one.state) for one in stored} == {
        (first.batch_id, False, SendState.QUEUED)
    }
    again = await accept(drive, wishes)
    assert (again.batch_id, send_ids(again)) == (first.batch_id, ids)
    assert all(one.accepted is not None and one.accepted.replayed for one in again.items)
    assert len(await drive.sends()) == 500


@pytest.mark.promise("sends.batch")
async def test_what_does_not_fit_into_the_queue_is_refused_and_the_rest_is_taken(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with driving(sandbox, tmp_path, most_waiting_sends=3) as drive:
        later = Terms(send_at=drive.clock.now() + HOUR)
        wishes = [Wish(aimed(f"Number {place}", "janesmith"), later) for place in range(5)]
        accepted = await accept(drive, wishes)
        assert [isinstance(one.error, QueueFull) for one in accepted.items] == [False] * 3 + [True] * 2
        assert len(await drive.sends()) == 3


@pytest.mark.promise("sends.batch")
async def test_a_batch_leaves_once_over_a_restart(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 4)
    accepted = await accept(drive, [Wish(aimed(f"Hello {one}", one), Terms()) for one in people])
    await drive.settled()
    await drive.restart()
    left = await drive.until_over()
    assert [one.send_id for one in left] == send_ids(accepted)
    assert {one.state for one in left} == {SendState.SENT}
