"""Sends, with all that they carry, as the main API shows them (contracts/voyager.md §6.1)."""

from msgspec import UNSET

from threadline.api.voyager.present import time, time_or_none
from threadline.api.voyager.reaching.schemas import CreditsShown, Sent, SentFile
from threadline.api.voyager.schemas import MentionBody
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.pacing import Expected, WaitsFor
from threadline.model.profile_urls import profile_url
from threadline.model.sends import FINAL, Send, SendState
from threadline.services.sends.inmail import CreditsLeft


def send(account: Account, shown: Send, expected: Expected | None = None) -> Sent:
    """A send as it stands (contracts/DECISIONS.md 3); expected: of a queued one, when it will leave."""
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
    _add_terms(item, mailbox or "", shown)
    if shown.state not in FINAL:
        item.expected_at = None if expected is None else time_or_none(expected.at)
    if expected is not None and expected.waits_for is not None and _is_told(expected.waits_for, shown):
        item.waits_for = expected.waits_for
    if sent:
        item.method = "api-direct"
    else:
        item.retry_safe = may_be_repeated(shown)
    return item


def _is_told(waits_for: WaitsFor, shown: Send) -> bool:
    # A send that came right behind another, or is tried again after a while, has no time of its caller's own.
    return waits_for is not WaitsFor.SEND_AT or shown.send_at is not None


def may_be_repeated(shown: Send) -> bool:
    """Whether sending it anew can double nothing; what waits, is on its way or may have left can."""
    return shown.state is SendState.CANCELLED or (shown.state is SendState.FAILED and bool(shown.retry_safe))


def _add_terms(item: Sent, mailbox: str, shown: Send) -> None:
    if shown.recipient_id is not None:
        item.recipient_urn = urns.profile_urn(shown.recipient_id)
    elif shown.target is not None:
        item.profile_url = profile_url(shown.target)
    if shown.send_at is not None:
        item.send_at = time(shown.send_at)
    if shown.priority:
        item.priority = shown.priority
    if shown.if_last is not None:
        item.if_last_message_is = urns.message_urn(mailbox, shown.if_last)
    if shown.idempotency_key is not None:
        item.idempotency_key = shown.idempotency_key
    if shown.batch_id is not None:
        item.batch_id = shown.batch_id


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
    if shown.credits_left is not None:
        item.credits_left = shown.credits_left
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
