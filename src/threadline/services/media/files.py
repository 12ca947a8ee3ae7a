"""Files: taking one in and handing it on to LinkedIn, and opening one that is there.

No bytes are kept here: a file goes through a temporary file on its way up, and straight through on its way
down (contracts/DECISIONS.md 25).
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct

from threadline.model import attachments as ids
from threadline.model import file_names, file_types
from threadline.model.accounts import Account
from threadline.model.attachments import VOICE_LIMIT, Attachment, ByteRange, ReceivedId, UploadId
from threadline.model.clock import DAY, Clock
from threadline.model.compositions import Upload, UploadKind
from threadline.model.errors import AttachmentNotFound, BadInput, ForbiddenFileType, LengthMismatch
from threadline.model.messages import ContentKind
from threadline.model.randomness import Randomness
from threadline.model.urns import NotAnIdentifier
from threadline.services.accounts import Accounts
from threadline.services.media.opening import Found, Opened, Opening
from threadline.services.media.spooling import Spool, Spooled
from threadline.store import attachments, messages, sends
from threadline.store.database import Database

KEPT = DAY
"""How long an uploaded file can be attached, in milliseconds; how long LinkedIn keeps one is not known."""

MOST_ATTACHED = 20
"""The most files that one message carries."""

_AUDIO = re.compile(r"audio/.+")
_FILES = frozenset(
    {ContentKind.FILE, ContentKind.IMAGE, ContentKind.VIDEO, ContentKind.AUDIO, ContentKind.GIF}
)
_SHOWN_AS = {
    UploadKind.FILE: ContentKind.FILE,
    UploadKind.IMAGE: ContentKind.IMAGE,
    UploadKind.VIDEO: ContentKind.VIDEO,
    UploadKind.VOICE: ContentKind.AUDIO,
}


class Said(Struct, frozen=True, kw_only=True):
    """What the sender of a file says of it."""

    name: str = ""
    media_type: str | None = None
    kind: str | None = None
    """`voice`, or one of the other kinds; None: by the media type."""
    duration: int | None = None
    """Milliseconds, of a voice note."""
    declared_size: int | None = None
    """How many bytes it has."""


class Media:
    """Takes files in for LinkedIn, and opens those that are there."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        opening: Opening,
        clock: Clock,
        randomness: Randomness,
        spool: Spool | None = None,
    ) -> None:
        """spool: where files on their way in are kept; one with the usual limits when left out."""
        self._database = database
        self._accounts = accounts
        self._opening = opening
        self._clock = clock
        self._randomness = randomness
        self._spool = spool or Spool()

    @asynccontextmanager
    async def receiving(self, account: Account, body: AsyncIterable[bytes]) -> AsyncIterator[Spooled]:
        """The file that `body` brings, for `upload`, until the block ends.

        Raises what stands in the way when the account is stopped, before anything is read; and what
        `Spool.receiving` raises.
        """
        await self._accounts.client(account)
        async with self._spool.receiving(body) as spooled:
            yield spooled

    async def upload(self, account: Account, spooled: Spooled, said: Said) -> Attachment:
        """Hand a file on to LinkedIn, and answer under which id it can be attached to a message.

        Raises LengthMismatch, ForbiddenFileType, BadInput, and what `Accounts.calling` raises; then nothing
        is stored.
        """
        if said.declared_size not in (None, spooled.size):
            raise LengthMismatch(
                f"{said.declared_size} bytes were announced, and {spooled.size} came.", field="file"
            )
        name = file_names.cleaned(said.name)
        media_type = file_types.media_type_of(said.media_type, name)
        reason = file_types.forbidden(name, media_type, spooled.head)
        if reason is not None:
            raise ForbiddenFileType(f"Files of this type are not sent: {reason}.", field="file")
        kind = _kind(said, media_type)
        if name == file_names.UNNAMED:
            name += file_types.default_extension(media_type)
        async with self._accounts.calling(account) as client:
            ticket = await client.media.register(kind, name, spooled.size)
            await client.media.put(ticket, spooled.chunks(), media_type, spooled.size)
        now = self._clock.now()
        taken = Attachment(
            account_id=account.account_id,
            attachment_id=ids.new_upload_id(self._randomness),
            asset_urn=ticket.asset_urn,
            kind=kind,
            name=name,
            media_type=media_type,
            byte_size=spooled.size,
            duration=said.duration if kind is UploadKind.VOICE else None,
            created_at=now,
            expires_at=now + KEPT,
            send_id=None,
        )
        async with self._database.transaction() as tx:
            await attachments.remove_expired(tx, account.account_id, now)
            await attachments.insert(tx, taken)
        return taken

    async def composed(self, account: Account, attachment_ids: Sequence[str]) -> tuple[Upload, ...]:
        """Uploaded files as a message carries them, in that order; raises AttachmentNotFound, BadInput."""
        if len(attachment_ids) > MOST_ATTACHED:
            raise BadInput(f"A message carries at most {MOST_ATTACHED} files.", field="attachments")
        if len(set(attachment_ids)) != len(attachment_ids):
            raise BadInput("attachments: a file is named twice.", field="attachments")
        found = [await self._uploaded(account, one) for one in attachment_ids]
        return tuple(
            Upload(
                asset_urn=one.asset_urn,
                kind=one.kind,
                name=one.name,
                media_type=one.media_type,
                byte_size=one.byte_size,
                duration=one.duration,
            )
            for one in found
        )

    @asynccontextmanager
    async def open(
        self,
        account: Account,
        attachment_id: str,
        byte_range: ByteRange | None = None,
        *,
        head: bool = False,
    ) -> AsyncIterator[Opened]:
        """Open a file of a message, received or sent, until the block ends; head: without its bytes.

        Raises AttachmentNotFound, and what `Opening.open` raises.
        """
        found = await self._find(account, attachment_id)
        async with self._opening.open(account, found, byte_range, head=head) as opened:
            yield opened

    async def _find(self, account: Account, attachment_id: str) -> Found:
        named = _named(attachment_id)
        if isinstance(named, ReceivedId):
            message = await messages.by_id(self._database, account.account_id, named.message_id)
            if message is not None and named.index < len(message.content):
                content = message.content[named.index]
                if content.kind in _FILES:
                    return Found(message, content, named.index, None)
            raise AttachmentNotFound("This account has no such attachment.")
        upload = await attachments.by_id(self._database, account.account_id, named.text)
        if upload is None:
            raise AttachmentNotFound("This account has no such attachment.")
        found = await self._sent(account, upload)
        if found is None:
            raise AttachmentNotFound(
                "The file was uploaded, and no message has carried it yet.",
                next_step="Send it first; LinkedIn gives out only what a message carries.",
            )
        return found

    async def _sent(self, account: Account, upload: Attachment) -> Found | None:
        """Where an uploaded file stands in the message that carried it."""
        send = (
            await sends.by_id(self._database, account.account_id, upload.send_id) if upload.send_id else None
        )
        if send is None or send.message_id is None:
            return None
        message = await messages.by_id(self._database, account.account_id, send.message_id)
        if message is None:
            return None
        files = [(index, one) for index, one in enumerate(message.content) if one.kind in _FILES]
        same = [one for one in files if one[1].urn == upload.asset_urn]
        # An image or a voice note may come back without the name of its asset.
        alike = [one for one in files if one[1].kind is _SHOWN_AS[upload.kind]]
        index, content = next(iter([*same, *alike, *files]), (0, None))
        return Found(message, content, index, upload) if content is not None else None

    async def _uploaded(self, account: Account, attachment_id: str) -> Attachment:
        named = _named(attachment_id)
        found = (
            await attachments.by_id(self._database, account.account_id, named.text)
            if isinstance(named, UploadId)
            else None
        )
        if found is None or found.expires_at <= self._clock.now():
            raise AttachmentNotFound(
                "This account has no such uploaded file, or it has expired.", field="attachments"
            )
        return found


def _named(attachment_id: str) -> UploadId | ReceivedId:
    try:
        return ids.parse(attachment_id)
    except NotAnIdentifier:
        raise AttachmentNotFound("This account has no such attachment.") from None


def _kind(said: Said, media_type: str) -> UploadKind:
    natural = file_types.kind_of(media_type)
    if said.kind is None or said.kind == natural:
        return natural
    if said.kind == UploadKind.FILE:
        return UploadKind.FILE
    if said.kind == UploadKind.VOICE:
        if not _AUDIO.fullmatch(media_type):
            raise BadInput(f"kind: a voice note is audio, and this file is {media_type}.", field="kind")
        if said.duration is not None and not 0 < said.duration <= VOICE_LIMIT:
            raise BadInput(
                f"duration: a voice note is at most {VOICE_LIMIT} milliseconds long.", field="duration"
            )
        return UploadKind.VOICE
    raise BadInput(f"kind: a file of the type {media_type} is not sent as that.", field="kind")
