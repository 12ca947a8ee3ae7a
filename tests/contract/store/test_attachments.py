"""Uploaded files, over both databases."""

from typing import Any

import msgspec
import pytest

from tests.contract.store.samples import ACCOUNT, NOW, OTHER_ACCOUNT
from tests.contract.store.storage import Storage
from threadline.model.attachments import Attachment
from threadline.model.compositions import UploadKind
from threadline.store import attachments
from threadline.store.database import Database

pytestmark = pytest.mark.promise("design.7.one-suite-over-both-stores")

DAY = 86_400_000


def uploaded(attachment_id: str, **changes: Any) -> Attachment:
    """A voice note that LinkedIn has taken."""
    plain = Attachment(
        account_id=ACCOUNT,
        attachment_id=attachment_id,
        asset_urn=f"urn:li:digitalmediaAsset:{attachment_id}",
        kind=UploadKind.VOICE,
        name="Grüße 👋.m4a",
        media_type="audio/mp4",
        byte_size=20 * 1024 * 1024,
        duration=4_200,
        created_at=NOW,
        expires_at=NOW + DAY,
        send_id=None,
    )
    return msgspec.structs.replace(plain, **changes)


async def put(database: Database, *files: Attachment) -> None:
    async with database.transaction() as tx:
        for one in files:
            await attachments.insert(tx, one)


async def test_an_uploaded_file_is_read_back_as_it_was_stored(database: Database) -> None:
    voice, plain = uploaded("att_1"), uploaded("att_2", kind=UploadKind.FILE, duration=None)
    await put(database, voice, plain)
    assert await attachments.by_id(database, ACCOUNT, "att_1") == voice
    assert await attachments.by_id(database, ACCOUNT, "att_2") == plain


async def test_a_file_of_another_account_is_not_found(database: Database) -> None:
    await put(database, uploaded("att_1"))
    assert await attachments.by_id(database, OTHER_ACCOUNT, "att_1") is None
    assert await attachments.by_id(database, ACCOUNT, "att_2") is None


async def test_a_send_is_stored_with_the_files_that_it_carries_and_no_others(database: Database) -> None:
    one, two, other = uploaded("att_1"), uploaded("att_2"), uploaded("att_1", account_id=OTHER_ACCOUNT)
    await put(database, one, two, other)
    async with database.transaction() as tx:
        await attachments.attach(tx, ACCOUNT, "send-1", [one.asset_urn, "urn:li:digitalmediaAsset:unknown"])
    found = await attachments.by_id(database, ACCOUNT, "att_1")
    assert found == msgspec.structs.replace(one, send_id="send-1")
    assert await attachments.by_id(database, ACCOUNT, "att_2") == two
    assert await attachments.by_id(database, OTHER_ACCOUNT, "att_1") == other


async def test_files_that_nobody_attached_in_time_are_forgotten(database: Database) -> None:
    sent, late, fresh = uploaded("att_1"), uploaded("att_2"), uploaded("att_3", expires_at=NOW + 2 * DAY)
    await put(database, sent, late, fresh, uploaded("att_2", account_id=OTHER_ACCOUNT))
    async with database.transaction() as tx:
        await attachments.attach(tx, ACCOUNT, "send-1", [sent.asset_urn])
        assert await attachments.remove_expired(tx, ACCOUNT, NOW + DAY) == 1
    left = [await attachments.by_id(database, ACCOUNT, f"att_{number}") for number in (1, 2, 3)]
    assert [one is not None for one in left] == [True, False, True]
    assert await attachments.by_id(database, OTHER_ACCOUNT, "att_2") is not None


async def test_the_queries_use_the_indexes_that_were_made_for_them(
    storage: Storage, database: Database
) -> None:
    await put(database, *(uploaded(f"att_{number}") for number in range(300)))
    for query, index in (
        ("attachments.attach", "uploads_by_asset"),
        ("attachments.remove_expired", "uploads_unsent"),
    ):
        assert index in await storage.plan(query), query
