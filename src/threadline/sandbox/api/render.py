"""Threads, messages and people as messaging GraphQL shows them to one mailbox.

Contracts: contracts/linkedin-wire.md §4.1 (conversation), §4.2 (participant), §5 (message), §5.4 (receipts).
"""

from __future__ import annotations

from typing import Any

from threadline.sandbox.network.addresses import written_out
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import Content, Message, Reaction, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import urns
from threadline.sandbox.protocol.forms import Entity, Record, Reference

_MESSENGER = "com.linkedin.messenger."
_PICTURE_SIZES = (100, 200, 400, 800)
# Addresses of pictures in the wire reference's examples expire then; nothing here depends on it.
_PICTURE_EXPIRY = 1_893_456_000_000


class Renderer:
    """Draws objects for the mailbox of `owner` (a profile id)."""

    def __init__(self, world: World, owner: str) -> None:
        self.world = world
        self.owner = owner

    def conversation(self, thread: Thread, *, with_messages: bool = True) -> Entity:
        """A Conversation; with_messages: carry the last message, as lists do."""
        view = thread.view(self.owner)
        members = thread.members_in(self.owner)
        names = [self._name(member) for member in members if member != self.owner]
        title = thread.title_in(self.owner)
        shown_title = title if thread.group_chat else None
        conversation = Entity(
            _MESSENGER + "Conversation",
            entityUrn=urns.conversation_urn(self.owner, thread.thread_id),
            backendUrn=f"urn:li:messagingThread:{thread.thread_id}",
            conversationUrl=f"https://www.linkedin.com/messaging/thread/{thread.thread_id}/",
            categories=list(view.categories),
            groupChat=thread.group_chat,
            state=view.state,
            title=title,
            conversationTypeText=_type_text(thread),
            headlineText=attributed(shown_title or ", ".join(names)),
            shortHeadlineText=attributed(shown_title or ", ".join(name.split(" ")[0] for name in names)),
            descriptionText=None,
            contentMetadata=self._content_metadata(thread),
            conversationVerificationLabel=None,
            conversationVerificationExplanation=None,
            conversationParticipants=[self.participant(member) for member in members],
            creator=self.participant_reference(thread.creator) if thread.creator else None,
            createdAt=thread.created_at,
            lastActivityAt=thread.last_activity_in(self.owner),
            lastReadAt=view.last_read_at,
            read=view.read,
            unreadCount=view.unread,
            notificationStatus="MUTE" if view.muted else "ACTIVE",
            disabledFeatures=[
                {"disabledFeature": feature, "reasonText": None} for feature in thread.disabled_in(self.owner)
            ],
            hostConversationActions=[],
            incompleteRetriableData=False,
        )
        if with_messages and not view.conceals_messages:
            last = thread.messages_in(self.owner)[-1:]
            conversation["messages"] = {"elements": [self.message(thread, each) for each in last]}
        return conversation

    def conversation_reference(self, thread: Thread) -> Reference:
        """A Conversation by its URN alone."""
        return Reference(
            _MESSENGER + "Conversation", entityUrn=urns.conversation_urn(self.owner, thread.thread_id)
        )

    def message(self, thread: Thread, message: Message, *, full_conversation: bool = False) -> Entity:
        """A Message. full_conversation: as on the realtime stream, where the conversation comes along."""
        if full_conversation:
            conversation: Entity = self.conversation(thread, with_messages=False)
        else:
            conversation = self.conversation_reference(thread)
        return Entity(
            _MESSENGER + "Message",
            entityUrn=urns.message_urn(self.owner, message.message_id),
            backendUrn=f"urn:li:messagingMessage:{message.message_id}",
            backendConversationUrn=f"urn:li:messagingThread:{thread.thread_id}",
            conversation=conversation,
            subject=message.subject,
            body=attributed(message.text, message.attributes),
            deliveredAt=message.delivered_at,
            actor=self.participant_reference(message.sender),
            sender=self.participant(message.sender),
            originToken=message.origin_token if message.sender == self.owner else None,
            messageBodyRenderFormat=message.render_format,
            renderContent=[self._content(message, item) for item in message.content],
            renderContentFallbackText=message.fallback_text,
            reactionSummaries=[reaction_summary(self.owner, reaction) for reaction in message.reactions],
            footer=None,
            inlineWarning=None,
            incompleteRetriableData=False,
        )

    def message_reference(self, message: Message) -> Reference:
        """A Message by its URN alone."""
        return Reference(_MESSENGER + "Message", entityUrn=urns.message_urn(self.owner, message.message_id))

    def participant(self, member: str) -> Entity:
        """A MessagingParticipant: a member of LinkedIn or a company."""
        person = self.world.people.get(member)
        return self._member(person) if person else self._organization(member)

    def participant_reference(self, member: str) -> Reference:
        """A MessagingParticipant by its URN alone."""
        host = urns.profile_urn(member) if member in self.world.people else member
        return Reference(_MESSENGER + "MessagingParticipant", entityUrn=urns.participant_urn(host))

    def seen_receipt(self, thread: Thread, member: str) -> Record | None:
        """The newest message that `member` has seen, or None when none."""
        seen = thread.seen_by(member, self.owner)
        if seen is None:
            return None
        return Record(
            _MESSENGER + "SeenReceipt",
            seenAt=thread.seen_at(member, self.owner),
            message=self.message_reference(seen),
            seenByParticipant=self.participant(member),
        )

    def _name(self, member: str) -> str:
        person = self.world.people.get(member)
        if person is None:
            return self.world.organizations[member].name
        return "LinkedIn Member" if person.gone else person.name

    def _member(self, person: Person) -> Entity:
        host = urns.profile_urn(person.profile_id)
        first, last = ("LinkedIn", "Member") if person.gone else (person.first_name, person.last_name)
        member = {
            "profileUrl": f"https://www.linkedin.com/in/{person.profile_id}",
            "firstName": attributed(first),
            "lastName": attributed(last),
            "headline": None if person.gone else attributed(person.headline),
            "distance": self.world.distance(self.owner, person.profile_id),
            "pronoun": None if person.gone else person.pronoun,
            "profilePicture": picture(person),
        }
        return Entity(
            _MESSENGER + "MessagingParticipant",
            entityUrn=urns.participant_urn(host),
            hostIdentityUrn=host,
            backendUrn=f"urn:li:member:{person.member_number}",
            participantType={"member": member, "organization": None, "agent": None, "custom": None},
            memberBadgeType="PREMIUM" if person.premium and not person.gone else None,
            showPremiumInBug=False,
            showVerificationBadge=False,
        )

    def _organization(self, host: str) -> Entity:
        page = self.world.organizations[host]
        organization = custom = None
        if page.system:
            custom = {"name": attributed(page.name), "image": None}
        else:
            organization = {
                "name": attributed(page.name),
                "tagline": attributed(page.tagline),
                "industryName": attributed(page.industry),
                "pageType": "COMPANY",
                "pageUrl": f"https://www.linkedin.com/company/{page.number}/",
                "logo": None,
            }
        return Entity(
            _MESSENGER + "MessagingParticipant",
            entityUrn=urns.participant_urn(host),
            hostIdentityUrn=host,
            backendUrn=host if page.system else f"urn:li:company:{page.number}",
            participantType={"member": None, "organization": organization, "agent": None, "custom": custom},
            memberBadgeType=None,
            showPremiumInBug=False,
            showVerificationBadge=False,
        )

    def _content(self, message: Message, content: Content) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, value in written_out(self.world, self.owner, message, content).items():
            if name == "originalSender_id":
                fields["originalSender"] = self.participant_reference(value)
            elif name == "originalMessage_id":
                fields["originalMessage"] = Reference(
                    _MESSENGER + "Message", entityUrn=urns.message_urn(self.owner, value)
                )
            else:
                fields[name] = value
        return {content.key: fields}

    def _content_metadata(self, thread: Thread) -> dict[str, Any] | None:
        if thread.kind != "sponsored":
            return None
        return {
            "conversationAdContent": {"sponsoredCampaignUrn": f"urn:li:sponsoredCampaign:{thread.created_at}"}
        }


def attributed(text: str, attributes: list[dict[str, Any]] | None = None) -> Record:
    """An AttributedText."""
    return Record("com.linkedin.pemberly.text.AttributedText", text=text, attributes=list(attributes or []))


def reaction_summary(owner: str, reaction: Reaction) -> dict[str, Any]:
    """How often an emoji was chosen, and whether the mailbox's owner did."""
    return {
        "emoji": reaction.emoji,
        "count": len(reaction.people),
        "firstReactedAt": reaction.first_at,
        "viewerReacted": owner in reaction.people,
    }


def picture(person: Person) -> dict[str, Any] | None:
    """A member's picture as a vector image, or None when there is none to be seen."""
    if person.gone or not person.pictured:
        return None
    return {
        "rootUrl": f"https://media.example/{person.vanity}_",
        "artifacts": [
            {
                "width": size,
                "height": size,
                "expiresAt": _PICTURE_EXPIRY,
                "fileIdentifyingUrlPathSegment": f"{size}_{size}.jpg",
            }
            for size in _PICTURE_SIZES
        ],
    }


def _type_text(thread: Thread) -> Record | None:
    label = {"inmail": "InMail", "sponsored": "Sponsored"}.get(thread.kind)
    if thread.kind == "sponsored" and thread.subject:
        label = "LinkedIn Offer"
    return attributed(label) if label else None
