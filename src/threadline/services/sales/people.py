"""The people of Sales Navigator, under the ids that they have in the main inbox."""

from collections.abc import Mapping

import msgspec

from threadline.linkedin.decoding.sales import SalesThread
from threadline.model import profile_urls
from threadline.model.accounts import Account
from threadline.model.messages import Message
from threadline.model.people import Person
from threadline.store import sales
from threadline.store.database import Reader


async def identified(reader: Reader, account: Account, thread: SalesThread) -> SalesThread:
    """The thread with everybody under one id: Sales Navigator may name people by another than the main inbox.

    Whoever bears such an id is known by the member number; one whom the main inbox has not shown keeps it.
    """
    ids: dict[str, str] = {}
    for person in thread.conversation.participants:
        if person.member_number is None or profile_urls.is_profile_id(person.person_id):
            continue
        known = await sales.person_by_number(reader, account.account_id, person.member_number)
        if known is not None:
            ids[person.person_id] = known
    if not ids:
        return thread
    owner_id = thread.conversation.owner_id
    messages = [_renamed_message(one, ids, owner_id) for one in thread.messages]
    people = tuple(_renamed(one, ids) for one in thread.conversation.participants)
    shown = msgspec.structs.replace(thread.conversation, participants=people, last_message=messages[0])
    return msgspec.structs.replace(thread, conversation=shown, messages=messages)


def _renamed(person: Person, ids: Mapping[str, str]) -> Person:
    return msgspec.structs.replace(person, person_id=ids.get(person.person_id, person.person_id))


def _renamed_message(message: Message, ids: Mapping[str, str], owner_id: str) -> Message:
    sender = _renamed(message.sender, ids)
    return msgspec.structs.replace(message, sender=sender, from_me=sender.person_id == owner_id)
