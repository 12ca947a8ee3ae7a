"""A file of a message as it is given out: under a safe name and type, whole or in part."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from msgspec import Struct

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import ForeignAddress, Refusal
from threadline.linkedin.media import OpenFile
from threadline.model import file_names, file_types
from threadline.model.accounts import Account
from threadline.model.attachments import Attachment, ByteRange
from threadline.model.clock import Clock
from threadline.model.errors import AttachmentNotFound, NotSupported, RangeNotSatisfiable
from threadline.model.messages import Message, MessageContent
from threadline.services.accounts import Accounts
from threadline.services.records.recording import Recorder, Telling
from threadline.store.database import Database

_EXPIRED = (403, 404, 410)


class Found(Struct, frozen=True):
    """Where a file stands."""

    message: Message
    content: MessageContent
    index: int
    """Its place in the message's content."""
    upload: Attachment | None
    """What was uploaded here, where it was."""


class Opened(Struct, frozen=True, kw_only=True):
    """A file that is open for reading, or a part of it."""

    name: str
    """Safe to save under."""
    media_type: str
    """Safe to give out."""
    size: int | None
    """Bytes of the whole file, None when unknown."""
    first: int
    """The place of the first byte that comes."""
    length: int | None
    """How many bytes come, None when unknown."""
    partial: bool
    encoding: str | None
    """How the bytes are packed, where they are."""
    chunks: AsyncIterator[bytes]
    """Raises ConnectionLost when they end early."""


class Opening:
    """Opens files of messages, wherever LinkedIn gives them out now."""

    def __init__(self, database: Database, accounts: Accounts, recorder: Recorder, clock: Clock) -> None:
        """recorder: stores what is learnt when a message is read anew."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._clock = clock

    @asynccontextmanager
    async def open(
        self, account: Account, found: Found, byte_range: ByteRange | None, *, head: bool
    ) -> AsyncIterator[Opened]:
        """Open a file, or a part of it, until the block ends; head: without its bytes.

        An address that has expired is read anew with its message, once. Raises AttachmentNotFound,
        NotSupported for a file that lies elsewhere, RangeNotSatisfiable, and what `Accounts.calling` raises,
        also while the bytes are read.
        """
        async with self._accounts.calling(account) as client, AsyncExitStack() as held:
            file = await self._reach(account, client, found, byte_range, head=head, held=held)
            yield shown(found, file, byte_range)

    async def _reach(
        self,
        account: Account,
        client: AccountClient,
        found: Found,
        byte_range: ByteRange | None,
        *,
        head: bool,
        held: AsyncExitStack,
    ) -> OpenFile:
        foreign = False
        async with aclosing(self._addresses(account, client, found)) as addresses:
            async for url in addresses:
                try:
                    return await held.enter_async_context(client.media.open(url, byte_range, head=head))
                except ForeignAddress:
                    foreign = True
                except Refusal as refusal:
                    if refusal.status == 416:
                        raise outside(found.content.byte_size) from refusal
                    if refusal.status not in _EXPIRED:
                        raise
        if foreign:
            raise NotSupported(
                "The file does not lie at LinkedIn, and the gateway fetches files from nowhere else.",
                next_step="Open its own address, which the message shows, if you trust it.",
            )
        raise AttachmentNotFound("LinkedIn no longer gives this file out.")

    async def _addresses(
        self, account: Account, client: AccountClient, found: Found
    ) -> AsyncGenerator[str, None]:
        """The stored address unless its time is over, then the one that LinkedIn shows now."""
        tried: str | None = None
        ends = found.content.expires_at
        if found.content.url is not None and (ends is None or ends > self._clock.now()):
            tried = found.content.url
            yield tried
        fresh = await self._read_anew(account, client, found)
        if fresh is not None and fresh.url is not None and fresh.url != tried:
            yield fresh.url

    async def _read_anew(
        self, account: Account, client: AccountClient, found: Found
    ) -> MessageContent | None:
        """The file's place in its message as LinkedIn shows it now, which is stored; None when it is gone."""
        try:
            fresh = await client.messages.again(found.message)
        except Refusal as refusal:
            if refusal.status not in _EXPIRED:
                raise
            return None
        if fresh is None:
            return None
        async with self._database.transaction() as tx:
            await self._recorder.record(tx, account, Telling.BACKFILLED, messages_shown=[fresh])
        if found.content.urn is not None:
            same = [one for one in fresh.content if one.urn == found.content.urn]
            if same:
                return same[0]
        one = fresh.content[found.index] if found.index < len(fresh.content) else None
        return one if one is not None and one.kind is found.content.kind else None


def shown(found: Found, file: OpenFile, byte_range: ByteRange | None) -> Opened:
    """The file as it is given out; raises RangeNotSatisfiable when nothing of the range lies in it."""
    content, upload = found.content, found.upload
    said_type = content.media_type or (upload.media_type if upload else None) or file.media_type
    media_type = file_types.given_out_as(said_type)
    name = content.name or (upload.name if upload else None) or file.name
    name = file_names.cleaned(name) if name else content.kind + file_types.default_extension(media_type)
    size, first, length, partial = file.size, file.first, file.length, file.partial
    if byte_range is not None and size is not None and file.encoding is None:
        part = byte_range.within(size)
        if part is None or part[0] < file.first:
            raise outside(size)
        first, length, partial = *part, True
    return Opened(
        name=name,
        media_type=media_type,
        size=size,
        first=first,
        length=length,
        partial=partial,
        encoding=file.encoding,
        chunks=_part(file, first - file.first, length),
    )


def outside(size: int | None) -> RangeNotSatisfiable:
    """The error for a range that holds nothing of the file; size: in bytes, None when unknown."""
    known = "" if size is None else f", which has {size} bytes"
    return RangeNotSatisfiable(
        f"Nothing of that range lies in the file{known}.", details={} if size is None else {"size": size}
    )


async def _part(file: OpenFile, skipped: int, length: int | None) -> AsyncIterator[bytes]:
    """The bytes asked for, also where LinkedIn gives more than was asked of it."""
    left = length
    async with aclosing(file.chunks()) as chunks:
        async for chunk in chunks:
            dropped = min(skipped, len(chunk))
            skipped -= dropped
            taken = chunk[dropped:] if left is None else chunk[dropped : dropped + left]
            if taken:
                yield taken
            if left is not None:
                left -= len(taken)
                if left == 0:
                    return
