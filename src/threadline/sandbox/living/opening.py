"""Which thread a message to people goes into, and who may be written to (linkedin-wire.md §§6.2, 6.4, 10)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.api.calls import Call, RefusalError, hidden_profile, visible_refusal
from threadline.sandbox.network import inmail, linkedin_groups
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import INBOX, Thread

LONGEST_SUBJECT = 200
_SUBSEQUENT_INMAIL = "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY"
_CREATE_CONTENT = "com.linkedin.voyager.dash.messaging.MessageCreateContent"


def open_thread(call: Call, recipients: list[str], title: str | None) -> Thread:
    """The thread for a message to people: the existing one-to-one thread, or a new one.

    Raises RefusalError: 400 for nobody or oneself, 403 for someone gone, 422 for someone who is neither
    connected nor an Open Profile, and for a person with whom only an InMail thread exists (§6.2).
    """
    people = _reachable(call, recipients)
    alone = len(recipients) == 1 and title is None
    if alone:
        thread = call.world.thread_between(call.owner, recipients, deleted=True)
        if thread is not None and thread.kind == "inmail":
            raise RefusalError(422, code=_SUBSEQUENT_INMAIL)
        if thread is not None and (
            INBOX in thread.view(call.owner).categories or thread.kind in ("direct", "group_member")
        ):
            return thread
    for person in people:
        if not (alone and person.open_profile) and not call.world.connected(call.owner, person.profile_id):
            raise RefusalError(422, message="You can only write to your connections.")
    return call.world.start_thread(call.owner, recipients, title)


def open_inmail(call: Call, recipients: list[str], subject: Any) -> Thread:
    """A new InMail thread, which takes a credit from its starter when it costs one (§6.4 [ours]).

    Raises RefusalError: 400 for more than one person or oneself, 403 for someone gone, 422 without a subject,
    for someone to whom there is an InMail thread already, and when no credit is left.
    """
    if not isinstance(subject, str) or not subject.strip():
        raise RefusalError(422, code="SUBJECT_REQUIRED", message="An InMail needs a subject.")
    if len(recipients) != 1 or len(subject) > LONGEST_SUBJECT:
        raise RefusalError(400)
    [person] = _reachable(call, recipients)
    both = {call.owner, person.profile_id}
    if any(
        each.kind == "inmail" and set(each.members) == both for each in call.world.every_thread(call.owner)
    ):
        raise RefusalError(422, code=_SUBSEQUENT_INMAIL)
    paid = inmail.costs_a_credit(call.world, call.owner, person.profile_id)
    if paid and inmail.credits_of(call.world, call.owner) < 1:
        raise RefusalError(422, code="INSUFFICIENT_INMAIL_CREDITS", message="No InMail credits are left.")
    return call.world.start_thread(call.owner, recipients, None, kind="inmail", subject=subject, paid=paid)


def open_in_group(call: Call, recipients: list[str], context: Any) -> Thread:
    """The thread with a fellow member of a LinkedIn group (§10 [ours]).

    Raises RefusalError: 400 for more than one person or oneself, 403 when not both are members.
    """
    if len(recipients) != 1:
        raise RefusalError(400)
    [person] = _reachable(call, recipients)
    group = linkedin_groups.read_group(call.world.linkedin_groups, context)
    if group is None or not {call.owner, person.profile_id} <= group.members:
        raise visible_refusal("You can only write to fellow members of your groups")
    thread = call.world.thread_between(call.owner, recipients, deleted=True)
    if thread is not None and thread.kind != "inmail":
        return thread
    return call.world.start_thread(call.owner, recipients, None, kind="group_member")


def is_inmail(content: Any) -> bool:
    """Whether a `hostMessageCreateContent` asks for an InMail. Raises RefusalError (400) for another one."""
    if content is None:
        return False
    create = content.get(_CREATE_CONTENT) if isinstance(content, dict) else None
    union = create.get("messageCreateContentUnion") if isinstance(create, dict) else None
    if union != {"premiumInMail": {}}:
        raise RefusalError(400, message="Only premiumInMail is known.")
    return True


def _reachable(call: Call, recipients: list[str]) -> list[Person]:
    if not recipients or call.owner in recipients or len(set(recipients)) != len(recipients):
        raise RefusalError(400)
    people = [call.world.people.get(each) for each in recipients]
    found = [person for person in people if person is not None and not person.gone]
    if len(found) != len(people):
        raise hidden_profile()
    return found
