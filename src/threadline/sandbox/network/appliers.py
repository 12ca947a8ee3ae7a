"""How each change alters the network's state; the same when it happens and when a journal is replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from threadline.sandbox.network import addresses, assets, availability, inmail, sales_threads
from threadline.sandbox.network.categories import came_back, moved
from threadline.sandbox.network.threads import (
    INBOX,
    INMAIL,
    PRIMARY,
    REQUEST,
    Content,
    Message,
    Reaction,
    Thread,
    View,
)

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

Change = dict[str, Any]
_READ_ONLY = ("REPLY", "ADD_PARTICIPANT", "REMOVE_PARTICIPANT", "RENAMED_CONVERSATION")


def touch(world: World, view: View) -> int:
    """Number a change of a view."""
    world.count += 1
    view.changed = world.count
    view.conceals_messages = False
    return world.count


def start_thread(world: World, change: Change) -> None:
    """A new conversation; a stranger's is a message request."""
    members = change["members"]
    thread = Thread(
        thread_id=change["id"],
        kind=change["kind"],
        members=members,
        created_at=change["at"],
        last_activity_at=change["at"],
        creator=members[0],
        title=change["title"],
        subject=change.get("subject"),
    )
    if thread.kind == "request":
        for other in members[1:]:
            thread.views[other] = View([REQUEST], state="PENDING", disabled=("UPDATE_MESSAGE_REQUEST_STATE",))
    if thread.kind == "inmail":
        thread.views = {member: View([INBOX, PRIMARY, INMAIL], state="PENDING") for member in members}
    if change.get("paid"):
        inmail.charge(world, thread)
    world.clock.pass_by(change["at"])
    world.index(thread)


def add_message(world: World, change: Change) -> None:
    """A message that a member wrote."""
    message = Message(
        message_id=change["id"],
        sender=change["sender"],
        text=change["text"],
        delivered_at=change["at"],
        attributes=change["attributes"],
        subject=change.get("subject"),
        origin_token=change["originToken"],
        content=[Content(item["key"], item["fields"]) for item in change.get("content", ())],
    )
    thread = world.threads[change["thread"]]
    _deliver(world, thread, message)
    addresses.attach(world, message)
    inmail.settle(world, thread, message)


def edit_message(world: World, change: Change) -> None:
    """A message has another text."""
    thread, message = _message(world, change)
    message.text = change["text"]
    message.attributes = change["attributes"]
    message.render_format = "EDITED"
    message.changed_at = change["at"]
    _touch_message(world, thread, message)


def recall_message(world: World, change: Change) -> None:
    """A message was taken back from everyone; its reactions stay."""
    thread, message = _message(world, change)
    message.text, message.attributes, message.content, message.fallback_text = "", [], [], None
    message.render_format = "RECALLED"
    message.changed_at = change["at"]
    _touch_message(world, thread, message)


def react(world: World, change: Change) -> None:
    """Someone chose an emoji for a message, or took it back."""
    thread, message = _message(world, change)
    reaction = next((each for each in message.reactions if each.emoji == change["emoji"]), None)
    if change["added"]:
        if reaction is None:
            reaction = Reaction(change["emoji"], change["at"], [])
            message.reactions.append(reaction)
        reaction.people.append(change["by"])
    elif reaction is not None:
        reaction.people.remove(change["by"])
        message.reactions = [each for each in message.reactions if each.people]
    _touch_message(world, thread, message)


def mark_read(world: World, change: Change) -> None:
    """A mailbox marked a thread read, which the others can read as a receipt, or unread."""
    thread = world.threads[change["thread"]]
    view = thread.view(change["owner"])
    world.clock.pass_by(change["at"])
    view.read = change["read"]
    if view.read:
        view.unread, view.last_read_at, view.seen_at = 0, change["at"], change["at"]
        seeing = thread.others(change["owner"]) if change["owner"] in thread.members else []
        for member in seeing:
            if member in world.people and not thread.hidden_from(member):
                touch(world, thread.view(member))
    else:
        view.unread = max(view.unread, 1)
    touch(world, view)


def categorize(world: World, change: Change) -> None:
    """A mailbox put a thread into a category or took it out."""
    thread = world.threads[change["thread"]]
    view = thread.view(change["owner"])
    pending = thread.kind == "request" and view.state == "PENDING"
    view.categories = moved(view.categories, change["category"], added=change["added"], pending=pending)
    touch(world, view)


def delete_thread(world: World, change: Change) -> None:
    """A mailbox deleted a thread, with all that it held until then."""
    view = world.threads[change["thread"]].view(change["owner"])
    world.clock.pass_by(change["at"])
    if view.seen_at is None:
        view.seen_at = view.last_read_at
    view.deleted, view.since = True, change["at"] + 1
    view.read, view.unread, view.last_read_at = True, 0, change["at"]
    view.cleared = touch(world, view)


def mute(world: World, change: Change) -> None:
    """A mailbox muted a thread, or no longer."""
    view = world.threads[change["thread"]].view(change["owner"])
    view.muted = change["muted"]
    touch(world, view)


def rename(world: World, change: Change) -> None:
    """A group has another name, and says so."""
    thread = world.threads[change["thread"]]
    thread.title = change["title"]
    _deliver(world, thread, _system_message(change, "CONVERSATION_UPDATE"))


def change_members(world: World, change: Change) -> None:
    """People joined a group or left it, and it says so; who left is told that, and nothing afterwards."""
    thread = world.threads[change["thread"]]
    for member in change["added"]:
        _join(world, thread, member, change)
    before = list(thread.members)
    _deliver(world, thread, _system_message(change, "PARTICIPANT_CHANGE"))
    for member in change["added"]:
        thread.view(member).joined = thread.view(member).changed
    for member in change["removed"]:
        view = thread.view(member)
        view.receipts = {each: thread.seen_at(each, member) for each in before if each != member}
        view.until, view.members, view.title = change["at"], before, thread.title
        view.disabled = _READ_ONLY
        thread.members.remove(member)
        thread.left.append(member)


def move_clock(world: World, change: Change) -> None:
    """The sandbox's time is another."""
    world.clock.offset_ms = change["offsetMs"]


def _join(world: World, thread: Thread, member: str, change: Change) -> None:
    since = 0 if change["history"] else change["at"]
    thread.views[member] = View([INBOX, PRIMARY], last_read_at=change["at"], since=since)
    thread.members.append(member)
    if member in thread.left:
        thread.left.remove(member)
    else:
        world.index_for(member, thread)


def _system_message(change: Change, subtype: str) -> Message:
    return Message(
        message_id=change["id"],
        sender=change["by"],
        text=change["text"],
        delivered_at=change["at"],
        render_format="SYSTEM",
        subtype=subtype,
    )


def _message(world: World, change: Change) -> tuple[Thread, Message]:
    world.clock.pass_by(change["at"])
    thread = world.threads[change["thread"]]
    message = thread.find(change["message"])
    assert message is not None, "a change names a message that is there"
    return thread, message


def _touch_message(world: World, thread: Thread, message: Message) -> None:
    for member in thread.audience(message):
        if member in world.people:
            message.changed = touch(world, thread.view(member))


def _deliver(world: World, thread: Thread, message: Message) -> None:
    """Put a message into every member's mailbox; what the network itself says makes nothing unread."""
    people = [member for member in thread.members if member in world.people]
    # A view that nobody has needed yet is made before the message, which it must not count as read.
    views = {member: thread.view(member) for member in people}
    thread.add(message)
    world.clock.pass_by(message.delivered_at)
    for member, view in views.items():
        view.deleted = False
        if message.render_format != "SYSTEM":
            _count(view, message, own=member == message.sender)
            came_back(thread, view, own=member == message.sender)
        message.changed = touch(world, view)


def _count(view: View, message: Message, *, own: bool) -> None:
    if not own:
        view.read, view.unread = False, view.unread + 1
        return
    if not view.read:
        view.seen_at = message.delivered_at
    elif view.seen_at is None:
        view.seen_at = view.last_read_at
    view.read, view.unread, view.last_read_at = True, 0, message.delivered_at


APPLY: dict[str, Callable[[World, Change], None]] = {
    "thread": start_thread,
    "message": add_message,
    "edit": edit_message,
    "recall": recall_message,
    "react": react,
    "read": mark_read,
    "category": categorize,
    "delete": delete_thread,
    "mute": mute,
    "rename": rename,
    "members": change_members,
    "clock": move_clock,
    **assets.APPLY,
    **inmail.APPLY,
    **availability.APPLY,
    **sales_threads.APPLY,
}
