"""Composing: from what a caller wants to say to all that one message carries, before it is accepted.

Sources: contracts/linkedin-wire.md §§5.2, 6.3, 11.
"""

from collections.abc import Sequence

from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.compositions import Channel, Composition, Quote, Upload
from threadline.model.errors import BadInput, MessageNotFound, MessageRecalled, SubjectRequired
from threadline.model.messages import RenderFormat
from threadline.services.media.files import Media
from threadline.services.sends.aiming import Aim
from threadline.services.sends.outgoing import Outgoing, group_number, mentions_of
from threadline.store import messages
from threadline.store.database import Database

SALES_TEXT_LIMIT = 1_900
"""Characters (contracts/linkedin-wire.md §11)."""


class Composing:
    """Makes compositions."""

    def __init__(self, database: Database, media: Media) -> None:
        """Quotes are taken from `database`, files from `media`."""
        self._database = database
        self._media = media

    async def compose(self, account: Account, outgoing: Outgoing, aim: Aim) -> Composition:
        """All that the message carries; `check` has passed.

        Raises MessageNotFound, MessageRecalled, AttachmentNotFound and BadInput.
        """
        if aim.channel is Channel.SALES_NAVIGATOR:
            _check_sales(outgoing, aim)
        elif outgoing.subject is not None and not outgoing.inmail:
            raise BadInput(
                "Only an InMail and a Sales Navigator message have a subject.",
                field="subject",
                next_step="Leave subject out, or use POST /api/send-inmail.",
            )
        return Composition(
            text=outgoing.text,
            mentions=mentions_of(outgoing),
            quote=await self._quote(account, outgoing.reply_to, aim.thread_id),
            uploads=await self._uploads(account, outgoing.attachment_ids),
            subject=(outgoing.subject or "").strip() or None,
            inmail=outgoing.inmail,
            group_id=group_number(outgoing.group_id) if aim.thread_id is None else None,
            title=outgoing.title.strip() if outgoing.title is not None else None,
        )

    async def _quote(self, account: Account, named: str | None, thread_id: str | None) -> Quote | None:
        if named is None:
            return None
        try:
            message_id = urns.message_id(named)
        except urns.NotAnIdentifier as error:
            raise BadInput(f"replyTo: {error}.", field="replyTo") from None
        found = await messages.by_id(self._database, account.account_id, message_id)
        if found is None or found.thread_id != thread_id:
            raise MessageNotFound(
                "The message to reply to is not in the conversation that this is sent to.", field="replyTo"
            )
        if found.render_format == RenderFormat.RECALLED:
            raise MessageRecalled("The message to reply to was taken back.", field="replyTo")
        return Quote(found.message_id, found.sender.person_id, found.delivered_at, found.shown_text)

    async def _uploads(self, account: Account, attachment_ids: Sequence[str]) -> tuple[Upload, ...]:
        if not attachment_ids:
            return ()
        if len(set(attachment_ids)) != len(attachment_ids):
            raise BadInput("attachments: the same file is named twice.", field="attachments")
        return await self._media.composed(account, attachment_ids)


def _check_sales(outgoing: Outgoing, aim: Aim) -> None:
    if aim.thread_id is None and not (outgoing.subject or "").strip():
        raise SubjectRequired("A first message through Sales Navigator needs a subject.", field="subject")
    for field, given in (
        ("attachments", outgoing.attachment_ids),
        ("mentions", outgoing.mentions),
        ("replyTo", outgoing.reply_to),
        ("groupId", outgoing.group_id),
    ):
        if given:
            raise BadInput(
                f"{field}: Sales Navigator's messages, as far as they are known, have none.",
                field=field,
                next_step=f"Leave {field} out, or send through the channel linkedin_inbox.",
            )
    check_sales_text(outgoing.text)


def check_sales_text(text: str) -> None:
    """Refuse what is too long for Sales Navigator; raises BadInput."""
    if len(text) > SALES_TEXT_LIMIT:
        raise BadInput(
            f"The message has {len(text)} characters; Sales Navigator takes {SALES_TEXT_LIMIT}.",
            field="message",
        )
