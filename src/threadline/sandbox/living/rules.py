"""What members may do to messages and threads, and how the rest is refused (linkedin-wire.md §§6, 12.1)."""

from __future__ import annotations

from threadline.sandbox.api.calls import RefusalError
from threadline.sandbox.network.threads import REQUEST, Message, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import emoji

EDIT_WINDOW_MS = 60 * 60_000
LONGEST_TITLE = 300
_VISIBLE = "com.linkedin.voyager.common.VoyagerUserVisibleException"


class NotAllowedError(RefusalError):
    """A refusal with its reason: status 400, 403, 404 or 422; `code` is in the body of a 422."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        fields = {"exceptionClass": _VISIBLE} if status == 403 else {"code": code}
        super().__init__(status, **fields, message=reason)
        self.reason = reason


def check_writable(thread: Thread, who: str) -> None:
    """Refuse who can only read a thread."""
    if "REPLY" in thread.disabled_in(who):
        raise NotAllowedError(403, "READ_ONLY", "You can't reply to this conversation")


def check_changeable(world: World, message: Message, who: str, *, editing: bool) -> None:
    """Refuse to change another's message, one that is not a member's text, or one too late."""
    if message.sender != who:
        raise NotAllowedError(403, "NOT_AUTHOR", "Only its author can change a message")
    _check_present(message)
    if world.clock.now() - message.delivered_at > EDIT_WINDOW_MS:
        verb = "edited" if editing else "recalled"
        raise NotAllowedError(
            422, "MESSAGE_TOO_OLD", f"A message can be {verb} for 60 minutes after it was sent"
        )


def check_reaction(thread: Thread, message: Message, who: str, chosen: str) -> None:
    """Refuse what is not an emoji, and messages that nobody can react to."""
    if not emoji.is_emoji(chosen):
        raise NotAllowedError(400, "NOT_AN_EMOJI", "A reaction is one emoji")
    check_writable(thread, who)
    _check_present(message)


def check_category(thread: Thread, who: str, category: str) -> None:
    """Refuse to move an unanswered message request into the inbox, for which no call is known (§6.5)."""
    if REQUEST in thread.view(who).categories and category not in ("ARCHIVE", "SPAM"):
        raise NotAllowedError(422, "MESSAGE_REQUEST", "A message request is accepted by answering it")


def check_feature(thread: Thread, who: str, feature: str) -> None:
    """Refuse what `disabledFeatures` says that a mailbox cannot do with a thread."""
    if not thread.group_chat or feature in thread.disabled_in(who):
        raise NotAllowedError(403, "FEATURE_DISABLED", "This conversation does not allow that")


def check_joining(world: World, thread: Thread, who: str, people: list[str]) -> None:
    """Refuse people who are not there or whom `who` is not connected to."""
    for member in people:
        person = world.people.get(member)
        if person is None or person.gone:
            raise NotAllowedError(403, "NO_SUCH_MEMBER", "This profile can't be accessed")
        if not world.connected(who, member):
            raise NotAllowedError(422, "NOT_CONNECTED", "You can only add your connections")


def check_leaving(thread: Thread, people: list[str]) -> None:
    """Refuse people who are no members."""
    if not set(people) <= set(thread.members):
        raise NotAllowedError(404, "NOT_A_MEMBER", "Nobody like that is in this conversation")


def _check_present(message: Message) -> None:
    if message.render_format == "RECALLED":
        raise NotAllowedError(422, "MESSAGE_RECALLED", "The message was recalled")
    if message.render_format == "SYSTEM":
        raise NotAllowedError(422, "SYSTEM_MESSAGE", "The network's own messages cannot be changed")
