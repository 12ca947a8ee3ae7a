"""Sends, with all that they carry, as the main API shows them (contracts/voyager.md §6.1)."""

from msgspec import UNSET

from threadline.api.voyager.present import time, time_or_none
from threadline.api.voyager.reaching.schemas import CreditsShown
from threadline.api.voyager.schemas import MentionBody, Sent, SentFile
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.sends import Send, SendState
from threadline.services.sends.inmail import CreditsLeft


def send(account: Account, shown: Send) -> Sent:
    """A send as it stands (contracts/DECISIONS.md 3)."""
    sent = shown.state is SendState.SENT and shown.message_id is not None
    mailbox = account.profile_id
    item = Sent(
        success=sent,
        send_id=shown.send_id,
        status=shown.state,
        phase=shown.phase,
        channel=shown.channel,
        message=shown.text,
        conversation_id=shown.thread_id,
        conversation_urn=(
            urns.conversation_urn(mailbox, shown.thread_id) if mailbox and shown.thread_id else None
        ),
        message_urn=urns.message_urn(mailbox, shown.message_id) if mailbox and shown.message_id else None,
        created_at=time(shown.created_at),
        settled_at=time_or_none(shown.settled_at),
    )
    _add_carried(item, mailbox or "", shown)
    if sent:
        item.method = "api-direct"
    else:
        # Sending it anew could double a message that is on its way or may have left.
        item.retry_safe = bool(shown.retry_safe) if shown.state is SendState.FAILED else False
    return item


def _add_carried(item: Sent, mailbox: str, shown: Send) -> None:
    carried = shown.composition
    if carried.subject is not None:
        item.subject = carried.subject
    if carried.uploads:
        item.attachments = [
            SentFile(
                urn=one.asset_urn,
                name=one.name,
                media_type=one.media_type,
                byte_size=one.byte_size,
                kind=one.kind,
                duration=UNSET if one.duration is None else one.duration,
            )
            for one in carried.uploads
        ]
    if carried.mentions:
        item.mentions = [
            MentionBody(start=one.start, length=one.length, urn=urns.profile_urn(one.person_id))
            for one in carried.mentions
        ]
    if carried.quote is not None:
        item.reply_to = urns.message_urn(mailbox, carried.quote.message_id)
    if carried.group_id is not None:
        item.group_id = carried.group_id
    if shown.group_members:
        item.recipients = [urns.profile_urn(one) for one in shown.group_members]
    if carried.title is not None:
        item.title = carried.title


def credits(left: CreditsLeft) -> CreditsShown:
    """What is left of InMail credits."""
    return CreditsShown(
        credits=left.inbox.available,
        next_refresh_at=time_or_none(left.inbox.next_refresh_at),
        sales_navigator=UNSET if left.sales is None else left.sales,
    )
