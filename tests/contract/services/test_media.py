"""Taking files in: over both databases, and through everything that LinkedIn can answer."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from tests.contract.services.rehearsal import Rehearsal
from threadline.model.accounts import AccountState
from threadline.model.attachments import Attachment
from threadline.model.clock import DAY
from threadline.model.compositions import UploadKind
from threadline.model.errors import (
    AttachmentNotFound,
    BadInput,
    EmptyFile,
    PayloadTooLarge,
    SessionExpired,
    Unavailable,
)
from threadline.services.media.files import MOST_ATTACHED, Said
from threadline.services.media.spooling import Spool
from threadline.store import attachments

PDF = b"%PDF-1.7\n" + b"x" * 1_000


async def body(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def uploaded(gateway: Rehearsal, name: str = "cv.pdf", account: str = "ada") -> Attachment:
    owner, media = await gateway.account(account), gateway.services.media
    async with media.receiving(owner, body(PDF[:500], PDF[500:])) as spooled:
        taken: Attachment = await media.upload(owner, spooled, Said(name=name, media_type="application/pdf"))
    return taken


@pytest.mark.promise("media.upload", "design.7.one-suite-over-both-stores")
async def test_a_file_is_at_linkedin_and_its_row_tells_what_it_is(either_gateway: Rehearsal) -> None:
    await either_gateway.link()
    taken = await uploaded(either_gateway)
    account = await either_gateway.account()
    stored = await attachments.by_id(either_gateway.gateway.database, account.account_id, taken.attachment_id)
    assert stored == taken
    [upload] = await either_gateway.services.media.composed(account, [taken.attachment_id])
    assert (upload.asset_urn, upload.kind, upload.byte_size) == (taken.asset_urn, UploadKind.FILE, len(PDF))
    [asset] = (await either_gateway.sandbox.told("media"))["media"]
    assert (asset["urn"], asset["size"], asset["complete"]) == (taken.asset_urn, len(PDF), True)


async def test_a_session_that_ended_stops_an_upload_before_it_is_read(still_gateway: Rehearsal) -> None:
    account = await still_gateway.account()
    await still_gateway.services.accounts.enter(account, AccountState.REJECTED, "for the test")
    read: list[bytes] = []

    async def watched() -> AsyncIterator[bytes]:
        read.append(b"begun")
        yield PDF

    with pytest.raises(SessionExpired):
        async with still_gateway.services.media.receiving(account, watched()):
            pass
    assert not read


async def test_ids_that_are_none_expired_or_too_many_are_refused_before_a_send(
    still_gateway: Rehearsal,
) -> None:
    account, media = await still_gateway.account(), still_gateway.services.media
    taken = await uploaded(still_gateway)
    for hostile in ("", "att_", "att_" + "0" * 24, "../..", taken.attachment_id + "\n"):
        with pytest.raises(AttachmentNotFound):
            await media.composed(account, [hostile])
    with pytest.raises(BadInput):
        await media.composed(account, [taken.attachment_id] * 2)
    with pytest.raises(BadInput):
        await media.composed(account, [f"att_{number:024x}" for number in range(MOST_ATTACHED + 1)])
    late = msgspec.structs.replace(taken, attachment_id="att_" + "1" * 24, expires_at=taken.created_at - DAY)
    async with still_gateway.gateway.database.transaction() as tx:
        await attachments.insert(tx, late)
    with pytest.raises(AttachmentNotFound):
        await media.composed(account, [late.attachment_id])


async def test_what_nobody_attached_in_time_is_forgotten_with_the_next_upload(
    still_gateway: Rehearsal,
) -> None:
    account, database = await still_gateway.account(), still_gateway.gateway.database
    taken = await uploaded(still_gateway)
    late = msgspec.structs.replace(taken, attachment_id="att_" + "1" * 24, expires_at=taken.created_at - DAY)
    async with database.transaction() as tx:
        await attachments.insert(tx, late)
    await uploaded(still_gateway, "again.pdf")
    assert await attachments.by_id(database, account.account_id, late.attachment_id) is None
    assert await attachments.by_id(database, account.account_id, taken.attachment_id) == taken


async def test_files_come_in_a_bounded_number_at_a_time() -> None:
    spool, entered, leave = Spool(slots=2, slot_seconds=0.05), asyncio.Semaphore(0), asyncio.Event()

    async def hold() -> None:
        async with spool.receiving(body(b"x")):
            entered.release()
            await leave.wait()

    holding = [asyncio.create_task(hold()) for _ in range(2)]
    for _ in holding:
        await entered.acquire()
    with pytest.raises(Unavailable) as refused:
        async with spool.receiving(body(b"x")):
            pass
    assert refused.value.retry_after
    leave.set()
    await asyncio.gather(*holding)
    async with spool.receiving(body(b"x")) as spooled:
        assert spooled.size == 1


async def test_a_file_that_does_not_come_in_time_is_given_up_and_frees_its_slot() -> None:
    spool = Spool(slots=1, arrival_seconds=0.05)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    with pytest.raises(BadInput):
        async with spool.receiving(stuck()):
            pass
    async with spool.receiving(body(b"x")) as spooled:
        assert spooled.size == 1


async def test_a_file_is_counted_as_it_comes_and_cut_off_at_the_limit() -> None:
    spool, given = Spool(limit=100_000), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"x" * 10_000

    with pytest.raises(PayloadTooLarge):
        async with spool.receiving(endless()):
            pass
    assert given == 11
    async with spool.receiving(body(b"x" * 100_000)) as spooled:
        assert spooled.size == 100_000
    with pytest.raises(EmptyFile):
        async with spool.receiving(body(b"", b"")):
            pass


async def test_a_spooled_file_is_read_back_whole_as_often_as_it_is_asked_for() -> None:
    async with Spool().receiving(body(b"a" * 70_000, b"", b"b" * 70_000)) as spooled:
        for _ in range(2):
            assert b"".join([piece async for piece in spooled.chunks()]) == b"a" * 70_000 + b"b" * 70_000
        assert spooled.head == b"a" * 1_024
