"""What goes wrong with files at LinkedIn: nothing is stored half, and all is well once it is over."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.services.rehearsal import Rehearsal
from threadline.linkedin.errors import LinkedInError
from threadline.model.accounts import AccountState
from threadline.model.attachments import Attachment, attachment_id
from threadline.model.errors import (
    AccountCheckpoint,
    AccountRestricted,
    AttachmentNotFound,
    RateLimited,
    Refused,
    SessionExpired,
    ThreadlineError,
    UpstreamError,
)
from threadline.services.media.files import Said
from threadline.store import attachments

FILE = b"%PDF-1.7\n" + b"x" * 200_000

STOPPING: tuple[tuple[str, type[ThreadlineError], AccountState], ...] = (
    ("unauthorized", SessionExpired, AccountState.REJECTED),
    ("login", SessionExpired, AccountState.REJECTED),
    ("checkpoint", AccountCheckpoint, AccountState.CHECKPOINT),
    ("rate_limited", RateLimited, AccountState.RATE_LIMITED),
    ("denied", AccountRestricted, AccountState.RESTRICTED),
)
"""Faults that stop the account, whatever call meets them."""


async def body() -> AsyncIterator[bytes]:
    yield FILE


async def upload(gateway: Rehearsal) -> Attachment:
    account, media = await gateway.account(), gateway.services.media
    async with media.receiving(account, body()) as spooled:
        taken: Attachment = await media.upload(account, spooled, Said(name="cv.pdf"))
    return taken


async def received(gateway: Rehearsal) -> str:
    """Make Jane send Ada the file, and read it into the store; its id."""
    told = await gateway.sandbox.admin("POST", "people/janesmith/send-file", {"to": "ada", "size": len(FILE)})
    assert told.status == 201, told.text
    await gateway.services.inbox.messages(await gateway.account(), told.json["threadId"], 20, None)
    return attachment_id(told.json["messageId"], 0)


async def download(gateway: Rehearsal, named: str) -> int:
    """How many bytes came down."""
    account, count = await gateway.account(), 0
    async with gateway.services.media.open(account, named) as opened:
        async for chunk in opened.chunks:
            count += len(chunk)
    return count


async def stored(gateway: Rehearsal) -> int:
    """How many uploads were stored; none afterwards."""
    account = await gateway.account()
    async with gateway.gateway.database.transaction() as tx:
        return await attachments.remove_expired(tx, account.account_id, 2**53)


@pytest.mark.parametrize("endpoint", ["upload", "uploadBytes"])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("server_error", UpstreamError),
        ("unavailable", UpstreamError),
        ("cut_before", UpstreamError),
        ("lose_answer", UpstreamError),
        ("bad_request", Refused),
        ("forbidden", Refused),
        ("not_found", Refused),
        ("unprocessable", Refused),
    ],
)
async def test_an_upload_that_fails_stores_nothing_and_succeeds_when_tried_again(
    still_gateway: Rehearsal, kind: str, error: type[ThreadlineError], endpoint: str
) -> None:
    await still_gateway.fault(kind, endpoint=endpoint, count=1)
    with pytest.raises(error):
        await upload(still_gateway)
    assert (await still_gateway.account()).state in (AccountState.CONNECTING, AccountState.CONNECTED)
    assert await stored(still_gateway) == 0
    await still_gateway.heal()
    await upload(still_gateway)
    assert await stored(still_gateway) == 1


@pytest.mark.parametrize("endpoint", ["upload", "uploadBytes", "media"])
@pytest.mark.parametrize(("kind", "error", "state"), STOPPING)
async def test_an_answer_that_stops_the_account_does_so_for_files_too(
    still_gateway: Rehearsal, kind: str, error: type[ThreadlineError], state: AccountState, endpoint: str
) -> None:
    named = await received(still_gateway)
    await still_gateway.fault(kind, endpoint=endpoint)
    with pytest.raises(error):
        await (download(still_gateway, named) if endpoint == "media" else upload(still_gateway))
    await still_gateway.until_state(state)
    assert await stored(still_gateway) == 0
    await still_gateway.heal()
    if state in (AccountState.REJECTED, AccountState.CHECKPOINT):
        await still_gateway.link()
        assert await download(still_gateway, named) == len(FILE)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("server_error", UpstreamError),
        ("unavailable", UpstreamError),
        ("cut_before", UpstreamError),
        ("forbidden", AttachmentNotFound),
        ("not_found", AttachmentNotFound),
    ],
)
async def test_a_download_that_fails_succeeds_when_tried_again(
    still_gateway: Rehearsal, kind: str, error: type[ThreadlineError]
) -> None:
    named = await received(still_gateway)
    await still_gateway.fault(kind, endpoint="media")
    with pytest.raises(error):
        await download(still_gateway, named)
    await still_gateway.heal()
    assert await download(still_gateway, named) == len(FILE)
    assert (await still_gateway.account()).state in (AccountState.CONNECTING, AccountState.CONNECTED)


async def test_a_download_that_is_cut_midway_is_never_taken_for_whole(still_gateway: Rehearsal) -> None:
    named = await received(still_gateway)
    await still_gateway.fault("cut_mid_body", endpoint="media", count=1)
    with pytest.raises((ThreadlineError, LinkedInError)):
        await download(still_gateway, named)
    assert await download(still_gateway, named) == len(FILE)


async def test_a_session_that_ends_beside_a_file_ends_the_account_and_not_the_file(
    still_gateway: Rehearsal,
) -> None:
    named = await received(still_gateway)
    await still_gateway.fault("li_at_deleted", endpoint="media", count=1)
    assert await download(still_gateway, named) == len(FILE)
    await still_gateway.until_state(AccountState.REJECTED)
    with pytest.raises(SessionExpired):
        await download(still_gateway, named)
