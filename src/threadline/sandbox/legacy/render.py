"""Threads and messages in the shapes of the legacy routes and streams (linkedin-wire.md §§8.4, 9)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.api.profiles import mini_profile
from threadline.sandbox.api.render import attributed, reaction_summary
from threadline.sandbox.legacy.attachments import attachments
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import ARCHIVE, Message, Reaction, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import forms
from threadline.sandbox.protocol.forms import Entity, Record, Union

_MESSAGING = "com.linkedin.voyager.messaging."
_SUBTYPES = {"inmail": "INMAIL", "sponsored": "SPONSORED_INMAIL", "company": "MEMBER_TO_MEMBER"}


def conversation(world: World, owner: str, thread: Thread) -> Entity:
    """A legacy conversation with its last event."""
    view = thread.view(owner)
    messages = thread.messages_in(owner)
    members = thread.members_in(owner)
    found = Entity(
        _MESSAGING + "Conversation",
        entityUrn=f"urn:li:fs_conversation:{thread.thread_id}",
        dashEntityUrn=f"urn:li:fsd_conversation:{thread.thread_id}",
        backendUrn=f"urn:li:messagingThread:{thread.thread_id}",
        read=view.read,
        archived=ARCHIVE in view.categories,
        muted=view.muted,
        blocked=False,
        groupChat=thread.group_chat,
        notificationStatus="MUTE" if view.muted else "ACTIVE",
        unreadCount=view.unread,
        lastActivityAt=thread.last_activity_in(owner),
        totalEventCount=len(messages),
        receipts=_receipts(world, owner, thread),
        featureTypes=["REPLY"] if "REPLY" not in view.disabled else [],
        participants=[member(world, thread, each) for each in members if each != owner],
        events=[event(world, owner, thread, each) for each in messages[-1:]],
    )
    title = thread.title_in(owner)
    if title is not None:
        found["name"] = title
    return found


def event(world: World, owner: str, thread: Thread, message: Message) -> Entity:
    """A legacy event: one message."""
    held = thread.messages_in(owner)
    place = held.index(message)
    content = Record(
        _MESSAGING + "event.MessageEvent",
        body="",
        attributedBody=attributed(message.text, message.attributes),
        messageBodyRenderFormat="SYSTEM" if message.render_format == "RECALLED" else message.render_format,
        attachments=attachments(world, owner, message),
    )
    if message.subject is not None:
        content["subject"] = message.subject
    if message.render_format == "RECALLED":
        content["recalledAt"] = message.changed_at or message.delivered_at
    found = Entity(
        _MESSAGING + "Event",
        entityUrn=event_urn(thread, message),
        dashEntityUrn=f"urn:li:fsd_message:{message.message_id}",
        backendUrn=f"urn:li:messagingMessage:{message.message_id}",
        createdAt=message.delivered_at,
        subtype=_subtype(thread, message, place),
        reactionSummaries=[reaction_summary(owner, each) for each in message.reactions],
        quickReplyRecommendations=[],
        eventContent=Union(content),
    )
    found["from"] = member(world, thread, message.sender)
    if message.sender == owner:
        found["originToken"] = message.origin_token
    if place > 0:
        found["previousEventInConversationUrn"] = event_urn(thread, held[place - 1])
    return found


def event_urn(thread: Thread, message: Message) -> str:
    """The legacy URN of a message."""
    return f"urn:li:fs_event:({thread.thread_id},{message.message_id})"


def member(world: World, thread: Thread, who: str) -> Union:
    """A participant: a member of LinkedIn or a company."""
    person = world.people.get(who)
    if person is None:
        page = world.organizations[who]
        company = Entity(
            "com.linkedin.voyager.entities.shared.MiniCompany",
            entityUrn=f"urn:li:fs_miniCompany:{page.number}",
            objectUrn=f"urn:li:company:{page.number}",
            name=page.name,
            universalName=page.name.lower().replace(" ", "-"),
        )
        urn = f"urn:li:fs_messagingCompany:({thread.thread_id},{page.number})"
        return Union(Entity(_MESSAGING + "MessagingCompany", entityUrn=urn, miniCompany=company))
    return Union(
        Entity(
            _MESSAGING + "MessagingMember",
            entityUrn=f"urn:li:fs_messagingMember:({thread.thread_id},{person.profile_id})",
            nameInitials=_initials(person),
            miniProfile=mini_profile(person),
        )
    )


def message_event(world: World, owner: str, thread: Thread, message: Message) -> dict[str, Any]:
    """What a legacy stream tells about a message."""
    found = event(world, owner, thread, message)
    unread = _unread(world, owner)
    written = forms.plain(found)
    return {
        "event": written,
        "previousEventInConversationUrn": written.get("previousEventInConversationUrn"),
        "unreadConversationsCount": unread,
        "conversationLastActivityAt": thread.last_activity_in(owner),
        "conversationUnreadCount": thread.view(owner).unread,
    }


def conversation_event(world: World, owner: str, thread: Thread) -> dict[str, Any]:
    """What a legacy stream tells about a changed conversation."""
    return {
        "action": "UPDATE",
        "entityUrn": f"urn:li:fs_conversation:{thread.thread_id}",
        "unreadConversationsCount": _unread(world, owner),
        "conversation": forms.plain(conversation(world, owner, thread)),
    }


def deletion_event(world: World, owner: str, thread: Thread) -> dict[str, Any]:
    """What a legacy stream tells about a conversation that its owner deleted."""
    told = conversation_event(world, owner, thread)
    return told | {"action": "DELETE"}


def typing_event(thread: Thread, who: str) -> dict[str, Any]:
    """What a legacy stream tells while `who` types."""
    return {
        "conversation": f"urn:li:fs_conversation:{thread.thread_id}",
        "fromEntity": f"urn:li:fs_miniProfile:{who}",
    }


def reaction_event(
    owner: str, thread: Thread, message: Message, reaction: Reaction, *, actor: str, added: bool
) -> dict[str, Any]:
    """What a legacy stream tells when `actor` chose an emoji or took it back."""
    return {
        "reactionAdded": added,
        "actorMiniProfileUrn": f"urn:li:fs_miniProfile:{actor}",
        "eventUrn": event_urn(thread, message),
        "reactionSummary": reaction_summary(owner, reaction),
    }


def receipt_event(world: World, owner: str, thread: Thread, reader: str) -> dict[str, Any]:
    """What a legacy stream tells when `reader` has seen a thread."""
    person = world.people[reader]
    return {
        "fromEntity": f"urn:li:fs_miniProfile:{reader}",
        "fromParticipant": {"string": f"urn:li:member:{person.member_number}"},
        "seenReceipt": _receipt(owner, thread, reader),
    }


def _receipts(world: World, owner: str, thread: Thread) -> list[dict[str, Any]]:
    readers = [each for each in thread.others(owner) if each in world.people]
    found = [(reader, _receipt(owner, thread, reader)) for reader in readers]
    return [
        {"fromEntity": f"urn:li:fs_miniProfile:{reader}", "seenReceipt": receipt}
        for reader, receipt in found
        if receipt
    ]


def _receipt(owner: str, thread: Thread, reader: str) -> dict[str, Any] | None:
    seen = thread.seen_by(reader, owner)
    return {"seenAt": thread.seen_at(reader, owner), "eventUrn": event_urn(thread, seen)} if seen else None


def _subtype(thread: Thread, message: Message, place: int) -> str:
    if message.subtype is not None:
        return message.subtype
    if thread.kind == "group_member":
        return "MEMBER_TO_GROUP_MEMBER"
    return _SUBTYPES.get(thread.kind, "MEMBER_TO_MEMBER") if place == 0 else "MEMBER_TO_MEMBER"


def _unread(world: World, owner: str) -> int:
    return sum(1 for each in world.mailbox(owner) if not each.view(owner).read)


def _initials(person: Person) -> str:
    return "LM" if person.gone else person.first_name[:1] + person.last_name[:1]
