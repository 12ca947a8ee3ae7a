"""Changes to what is there: messages edited, recalled and reacted to, conversations sorted, groups changed.

None of these is repeated by itself. Each answers nothing; LinkedIn's refusal is raised as Refusal.
Source: contracts/linkedin-wire.md §6.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from threadline.linkedin.composing import text_body
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.transport import PLAIN, TEXT, Request, Transport
from threadline.model import urns
from threadline.model.compositions import Mention

MOST_AT_ONCE = 20
"""How many conversations one call may name (§6 notes, §12.2)."""

_MESSAGES = "/voyager/api/voyagerMessagingDashMessengerMessages"
_CONVERSATIONS = "/voyager/api/voyagerMessagingDashMessengerConversations"
_BADGE = "/voyager/api/voyagerMessagingDashMessagingBadge"
_ACKNOWLEDGEMENTS = "/voyager/api/voyagerMessagingDashMessengerMessageDeliveryAcknowledgements"
_JSON = "application/json"
_PAUSE_BETWEEN_BATCHES = 0.5
"""Seconds, as a running client keeps between two calls (§6 notes)."""


class Changes:
    """Changes messages and conversations of one account."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: whose messages and conversations these are."""
        self._transport = transport
        self._mailbox = mailbox

    async def edit(self, message_id: str, text: str, mentions: Sequence[Mention] = ()) -> None:
        """Give an own message another text; LinkedIn refuses it with 422 after 60 minutes (§6.7)."""
        patch = {"patch": {"$set": {"body": text_body(text, mentions)}}}
        path = f"{_MESSAGES}/{quote(await self._message(message_id), safe='')}"
        await self._post("edit_message", path, patch, content_type=_JSON)

    async def recall(self, message_id: str) -> None:
        """Take an own message back for everyone; LinkedIn refuses it with 422 after 60 minutes (§6.7)."""
        named = {"messageUrn": await self._message(message_id)}
        await self._post("recall_message", f"{_MESSAGES}?action=recall", named, content_type=_JSON)

    async def react(self, message_id: str, emoji: str) -> None:
        """React to a message."""
        await self._react("react", "reactWithEmoji", message_id, emoji)

    async def unreact(self, message_id: str, emoji: str) -> None:
        """Take a reaction back."""
        await self._react("unreact", "unreactWithEmoji", message_id, emoji)

    async def typing(self, thread_id: str) -> None:
        """Show the others that the owner is typing, for some seconds; there is no call that ends it."""
        named = {"conversationUrn": await self._conversation(thread_id)}
        await self._post("typing", f"{_CONVERSATIONS}?action=typing", named)

    async def mark_all_seen(self, until: int) -> None:
        """Clear the badge of new messages up to `until`, epoch milliseconds; nothing is marked read."""
        await self._post("mark_all_seen", f"{_BADGE}?action=markAllMessagesAsSeen", {"until": until})

    async def acknowledge(self, message_ids: Sequence[str]) -> None:
        """Tell LinkedIn that messages of the live stream have come; LinkedIn refuses an empty list."""
        if not message_ids:
            return
        acknowledgement = {
            "messageUrns": [await self._message(message_id) for message_id in message_ids],
            "clientId": "voyager-web",
            "deliveryMechanism": "REALTIME",
            "clientConsumedAt": self._transport.network.clock.now(),
        }
        path = f"{_ACKNOWLEDGEMENTS}?action=sendDeliveryAcknowledgement"
        await self._post("acknowledge", path, acknowledgement)

    async def add_category(self, thread_ids: Sequence[str], category: str) -> None:
        """Archive, star, move or mark as spam: `ARCHIVE`, `STARRED`, `SPAM`, `PRIMARY_INBOX`, ….

        In batches of 20; when LinkedIn refuses one, the batches before it are changed and those after not.
        """
        await self._categorize("add_category", "addCategory", thread_ids, category)

    async def remove_category(self, thread_ids: Sequence[str], category: str) -> None:
        """Take conversations out of a category; in batches as `add_category`."""
        await self._categorize("remove_category", "removeCategory", thread_ids, category)

    async def delete(self, thread_id: str) -> None:
        """Delete a conversation from the owner's mailbox."""
        path = f"{_CONVERSATIONS}/{quote(await self._conversation(thread_id), safe='')}"
        request = Request(
            endpoint="delete_conversation", method="DELETE", path=path, accept=PLAIN, repeatable=False
        )
        await self._transport.call(request, _nothing)

    async def rename(self, thread_id: str, title: str) -> None:
        """Give a group chat another title, of 300 characters at most (§6.7)."""
        path = f"{_CONVERSATIONS}/{quote(await self._conversation(thread_id), safe='')}"
        await self._post("rename", path, {"patch": {"$set": {"title": title}}}, content_type=_JSON)

    async def add_participants(self, thread_id: str, person_ids: Sequence[str]) -> None:
        """Add people to a group chat."""
        await self._participants("addParticipants", thread_id, [urns.profile_urn(one) for one in person_ids])

    async def remove_participants(self, thread_id: str, person_ids: Sequence[str]) -> None:
        """Remove people from a group chat."""
        named = [f"urn:li:msg_messagingParticipant:{urns.participant_urn(one)}" for one in person_ids]
        await self._participants("removeParticipants", thread_id, named)

    async def _react(self, endpoint: str, action: str, message_id: str, emoji: str) -> None:
        reaction = {"messageUrn": await self._message(message_id), "emoji": emoji}
        await self._post(endpoint, f"{_MESSAGES}?action={action}", reaction)

    async def _categorize(self, endpoint: str, action: str, thread_ids: Sequence[str], category: str) -> None:
        for start in range(0, len(thread_ids), MOST_AT_ONCE):
            if start:
                await self._transport.network.pause(_PAUSE_BETWEEN_BATCHES)
            batch = thread_ids[start : start + MOST_AT_ONCE]
            named = {
                "conversationUrns": [await self._conversation(thread_id) for thread_id in batch],
                "category": category,
            }
            await self._post(endpoint, f"{_CONVERSATIONS}?action={action}", named, content_type=_JSON)

    async def _participants(self, action: str, thread_id: str, named: list[str]) -> None:
        change = {"conversationUrn": await self._conversation(thread_id), "participants": named}
        endpoint = "add_participants" if action == "addParticipants" else "remove_participants"
        await self._post(endpoint, f"{_CONVERSATIONS}?action={action}", change)

    async def _post(self, endpoint: str, path: str, body: Any, *, content_type: str = TEXT) -> None:
        request = Request(
            endpoint=endpoint,
            method="POST",
            path=path,
            accept=PLAIN,
            content_type=content_type,
            body=msgspec.json.encode(body),
            repeatable=False,
        )
        await self._transport.call(request, _nothing)

    async def _message(self, message_id: str) -> str:
        return urns.message_urn(await self._mailbox.owner(), message_id)

    async def _conversation(self, thread_id: str) -> str:
        return urns.conversation_urn(await self._mailbox.owner(), thread_id)


def _nothing(_body: bytes) -> None:
    """What is read of these answers: any 2xx is a yes (§6)."""
