"""Joining: while a message may have left, the same message again stands for it, and leaves no second time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import (
    QUEUED,
    Drive,
    aimed,
    calls,
    copies,
    driving,
    settles,
)
from tests.contract.services.rehearsal import PATIENCE, until
from threadline.model.clock import SECOND
from threadline.model.sends import Send, SendState, Terms
from threadline.services.media.files import Said
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.sending import Answered

pytestmark = pytest.mark.promise("sends.joining")

DIRECT = Terms()
TEXT = "Did you get this"


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada and Grace linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace")) as drive:
        yield drive


async def lost(drive: Drive, outgoing: Outgoing | None = None, *, arrives: bool = True) -> Send:
    """A send whose answer was lost; arrives: whether the message did."""
    if arrives:
        await drive.rehearsal.fault("lose_answer", count=1)
    else:
        await drive.rehearsal.fault("cut_before", endpoint="createMessage", count=1)
    answered = await asked(drive, outgoing or aimed(TEXT, "sarah-chen"))

    async def unknown() -> bool:
        return (await drive.send(answered.send.send_id)).state is SendState.UNKNOWN

    await until(unknown)
    return await drive.send(answered.send.send_id)


async def asked(
    drive: Drive, outgoing: Outgoing, terms: Terms = DIRECT, *, name: str = "ada", wait: float = 0
) -> Answered:
    """What a caller is answered."""
    account = await drive.account(name)
    async with asyncio.timeout(PATIENCE):
        # The deadline of who waits goes by the driven clock, which may stand still.
        answered: Answered = await drive.rehearsal.services.sending.send(account, outgoing, terms, wait)
    return answered


@pytest.mark.parametrize("terms", [Terms(), QUEUED], ids=["direct", "queued"])
async def test_the_same_words_to_the_same_person_join_it_however_the_person_is_named(
    drive: Drive, sandbox: SandboxClient, terms: Terms
) -> None:
    first = await lost(drive)
    person = await sandbox.profile_id("sarah-chen")
    names = [
        "sarah-chen",
        f"urn:li:fsd_profile:{person}",
        await sandbox.thread_with("sarah-chen"),
    ]
    for to in names:
        joined = await asked(drive, aimed(TEXT, to), terms)
        assert (joined.send.send_id, joined.send.state) == (first.send_id, SendState.UNKNOWN)
    by_id = Outgoing(text=TEXT, profile_url=f"https://www.linkedin.com/in/{person}/")
    assert (await asked(drive, by_id, terms)).send.send_id == first.send_id
    [settled] = await drive.until_over()
    assert settled.state is SendState.SENT
    assert await calls(sandbox, "createMessage") == 1
    assert await copies(sandbox, "sarah-chen", TEXT) == 1


async def test_whoever_joined_gets_the_same_outcome(drive: Drive, sandbox: SandboxClient) -> None:
    first = await lost(drive)
    waiting = [asyncio.ensure_future(asked(drive, aimed(TEXT, "sarah-chen"), wait=60)) for _ in range(5)]
    await drive.forward(10 * SECOND)
    answered = [await settles(one) for one in waiting]
    assert {one.send.send_id for one in answered} == {first.send_id}
    assert {one.send.state for one in answered} == {SendState.SENT}
    assert len({one.send.message_id for one in answered} - {None}) == 1
    assert await calls(sandbox, "createMessage") == 1


async def test_whoever_joined_what_never_left_is_told_that_it_failed(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await lost(drive, arrives=False)
    joined = await asked(drive, aimed(TEXT, "sarah-chen"))
    assert joined.send.send_id == first.send_id
    [settled] = await drive.until_over()
    assert (settled.state, settled.error_code, settled.retry_safe) == (
        SendState.FAILED,
        "NOT_DELIVERED",
        True,
    )
    assert await copies(sandbox, "sarah-chen", TEXT) == 0
    again = await asked(drive, aimed(TEXT, "sarah-chen"), wait=10)
    assert again.send.send_id != first.send_id
    assert again.send.state is SendState.SENT
    assert await copies(sandbox, "sarah-chen", TEXT) == 1


async def test_a_first_message_whose_conversation_is_not_known_is_joined_too(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await lost(drive, aimed(TEXT, "jane-doe-42"))
    assert first.thread_id is None
    joined = await asked(drive, aimed(TEXT, "jane-doe-42"))
    assert joined.send.send_id == first.send_id
    [settled] = await drive.until_over()
    assert settled.state is SendState.SENT
    assert await copies(sandbox, "jane-doe-42", TEXT) == 1


async def test_a_repeat_whose_own_reading_finds_the_message_joins_it_too(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await lost(drive, aimed(TEXT, "jane-doe-42"))
    # Nothing is stored of the conversation, so it is read now, and the message is found in it.
    repeated = await asked(drive, aimed(TEXT, await sandbox.thread_with("jane-doe-42")), wait=10)
    assert (repeated.send.send_id, repeated.send.state) == (first.send_id, SendState.SENT)
    assert await calls(sandbox, "createMessage") == 1
    assert await copies(sandbox, "jane-doe-42", TEXT) == 1


async def test_other_words_another_person_and_another_account_do_not_join_it(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await lost(drive)
    other_words = await asked(drive, aimed("Other words", "sarah-chen"))
    other_person = await asked(drive, aimed(TEXT, "john-doe-123"), wait=10)
    other_account = await asked(drive, aimed(TEXT, "sarah-chen"), name="grace", wait=10)
    ids = {one.send.send_id for one in (other_words, other_person, other_account)}
    assert len(ids) == 3
    assert first.send_id not in ids
    assert other_words.send.state is SendState.QUEUED
    assert other_person.send.state is SendState.SENT
    assert other_account.send.state is SendState.SENT
    await drive.until_over()
    assert await copies(sandbox, "sarah-chen", "Other words") == 1
    assert await copies(sandbox, "sarah-chen", TEXT) == 2


@pytest.mark.parametrize(
    "terms",
    [
        Terms(idempotency_key="another"),
        Terms(force=True),
        Terms(draft=True, direct=False),
        Terms(send_at=4_000_000_000_000, direct=False),
    ],
    ids=["keyed", "forced", "draft", "timed"],
)
async def test_what_is_asked_for_on_purpose_is_a_message_of_its_own(drive: Drive, terms: Terms) -> None:
    first = await lost(drive)
    if terms.send_at is not None:
        terms = Terms(send_at=drive.clock.now() + 60 * SECOND, direct=False)
    other = await asked(drive, aimed(TEXT, "sarah-chen"), terms)
    assert other.send.send_id != first.send_id
    assert other.send.state in (SendState.QUEUED, SendState.DRAFT)


async def test_a_group_with_the_person_in_it_is_another_conversation(
    drive: Drive, sandbox: SandboxClient
) -> None:
    group = await sandbox.person_does(
        "janesmith", "groups", members=["ada", "sarah-chen"], title="Plans", text="Hello both"
    )
    first = await lost(drive)
    into_group = Outgoing(
        text=TEXT, conversation_id=group["threadId"], profile_url="https://www.linkedin.com/in/sarah-chen/"
    )
    other = await asked(drive, into_group, wait=10)
    assert other.send.send_id != first.send_id
    assert other.send.state is SendState.SENT
    assert other.send.thread_id == group["threadId"]


async def test_a_file_that_was_uploaded_again_is_the_same_file(drive: Drive, sandbox: SandboxClient) -> None:
    first = await lost(drive, await _with_file(drive, "cv.pdf", 1_000))
    again = await asked(drive, await _with_file(drive, "cv.pdf", 1_000))
    assert again.send.send_id == first.send_id
    other_name = await asked(drive, await _with_file(drive, "letter.pdf", 1_000))
    other_length = await asked(drive, await _with_file(drive, "cv.pdf", 1_001))
    without = await asked(drive, aimed(TEXT, "sarah-chen"))
    ids = {one.send.send_id for one in (other_name, other_length, without)}
    assert len(ids) == 3
    assert first.send_id not in ids
    await drive.until_over()
    assert await copies(sandbox, "sarah-chen", TEXT) == 4


async def test_once_it_is_settled_the_same_words_are_a_message_of_their_own(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await lost(drive)
    await drive.until_over()
    again = await asked(drive, aimed(TEXT, "sarah-chen"), wait=10)
    assert again.send.send_id != first.send_id
    assert await copies(sandbox, "sarah-chen", TEXT) == 2


async def _with_file(drive: Drive, name: str, size: int) -> Outgoing:
    account, media = await drive.account(), drive.rehearsal.services.media

    async def body() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7\n".ljust(size, b"x")

    async with media.receiving(account, body()) as spooled:
        taken = await media.upload(account, spooled, Said(name=name, media_type="application/pdf"))
    return Outgoing(
        text=TEXT,
        profile_url="https://www.linkedin.com/in/sarah-chen/",
        attachment_ids=(taken.attachment_id,),
    )
