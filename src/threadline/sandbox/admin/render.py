"""People, conversations and messages as the admin API tells them."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import urns


def told_person(world: World, person: Person) -> dict[str, Any]:
    """A person, with what an operator may want to know before writing to them."""
    accounts = world.accounts.values()
    return {
        "vanity": person.vanity,
        "name": person.name,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "headline": person.headline,
        "profileId": person.profile_id,
        "profileUrn": urns.profile_urn(person.profile_id),
        "profileUrl": f"https://www.linkedin.com/in/{person.vanity}",
        "memberNumber": person.member_number,
        "language": person.language,
        "openProfile": person.open_profile,
        "gone": person.gone,
        "answers": person.answers,
        "connectedTo": [
            account.name
            for account in accounts
            if account.owner != person.profile_id and world.connected(account.owner, person.profile_id)
        ],
        "threads": {
            account.name: [
                thread.thread_id
                for thread in world.mailbox(account.owner)
                if person.profile_id in thread.members and not thread.group_chat
            ]
            for account in accounts
            if account.owner != person.profile_id
        },
    }


def told_conversation(world: World, owner: str, thread: Thread) -> dict[str, Any]:
    """A conversation as one mailbox has it."""
    view = thread.view(owner)
    messages = thread.messages_in(owner)
    last = messages[-1] if messages else None
    return {
        "threadId": thread.thread_id,
        "conversationUrn": urns.conversation_urn(owner, thread.thread_id),
        "kind": thread.kind,
        "title": thread.title_in(owner),
        "subject": thread.subject,
        "groupChat": thread.group_chat,
        "participants": [_told_member(world, member) for member in thread.members_in(owner)],
        "left": owner in thread.left,
        "muted": view.muted,
        "categories": list(view.categories),
        "state": view.state,
        "read": view.read,
        "unreadCount": view.unread,
        "lastReadAt": view.last_read_at,
        "lastActivityAt": thread.last_activity_in(owner),
        "messageCount": len(messages),
        "lastMessage": {"from": _told_member(world, last.sender)["vanity"], "text": last.text}
        if last
        else None,
    }


def told_message(simulation: Simulation, owner: str, thread: Thread, message: Message) -> dict[str, Any]:
    """A message as one mailbox has it; the origin token is told in every mailbox here."""
    return {
        "threadId": thread.thread_id,
        "messageId": message.message_id,
        "messageUrn": urns.message_urn(owner, message.message_id),
        "conversationUrn": urns.conversation_urn(owner, thread.thread_id),
        "from": _told_member(simulation.world, message.sender)["vanity"],
        "text": message.text,
        "subject": message.subject,
        "deliveredAt": message.delivered_at,
        "originToken": message.origin_token,
        "format": message.render_format,
        "content": [item.key for item in message.content],
        "reactions": {
            reaction.emoji: [_told_member(simulation.world, each)["vanity"] for each in reaction.people]
            for reaction in message.reactions
        },
        "acknowledged": message.message_id in simulation.acknowledged.get(owner, ()),
    }


def _told_member(world: World, member: str) -> dict[str, Any]:
    person = world.people.get(member)
    if person is None:
        page = world.organizations[member]
        return {"vanity": None, "name": page.name, "profileId": None, "organization": page.host_urn}
    return {
        "vanity": person.vanity,
        "name": person.name,
        "profileId": person.profile_id,
        "organization": None,
    }
