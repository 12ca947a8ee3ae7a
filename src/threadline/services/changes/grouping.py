"""Group chats: their title and their members (contracts/linkedin-wire.md §6)."""

from collections.abc import Sequence

import msgspec

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.errors import BadInput, CannotRemoveSelf, ProfileNotFound
from threadline.services.changes.altering import Altering
from threadline.services.people import People
from threadline.services.sends.outgoing import TITLE_LIMIT


class Grouping:
    """Renames group chats, and changes who is in them.

    All methods name the conversation by id or URN and raise BadInput, ConversationNotFound, NotSupported, and
    what `Accounts.calling` raises.
    """

    def __init__(self, people: People, altering: Altering) -> None:
        """Find people through `people`, carry changes out through `altering`."""
        self._people = people
        self._altering = altering

    async def rename(self, account: Account, named: str, title: str) -> Conversation:
        """Give a group chat another title; answers it as it is from now on."""
        title = title.strip()
        if not 0 < len(title) <= TITLE_LIMIT:
            raise BadInput(f"The title has 1 to {TITLE_LIMIT} characters.", field="title")
        group = await self._group(account, named)

        def is_renamed(shown: Conversation | None) -> bool:
            return shown is not None and shown.title == title

        def renamed(one: Conversation) -> Conversation:
            return msgspec.structs.replace(one, title=title)

        since = await self._altering.call(
            account, group, lambda client: client.changes.rename(group.thread_id, title), is_renamed
        )
        await self._altering.store(account, [group.thread_id], since, renamed, is_renamed)
        return renamed(group)

    async def add_participants(self, account: Account, named: str, added: Sequence[str]) -> Conversation:
        """Add people to a group chat, each by address, name or URN; harmless for those who are in it.

        Also raises ProfileNotFound and NotConnected.
        """
        group = await self._group(account, named)
        found = [await self._people.find(account, address) for address in _given(added)]
        inside = {account.profile_id, *(one.person_id for one in group.others)}
        new = [one for one in {one.person_id: one for one in found}.values() if one.person_id not in inside]
        if not new:
            return group
        ids = [one.person_id for one in new]

        def are_in(shown: Conversation | None) -> bool:
            return shown is not None and set(ids) <= {one.person_id for one in shown.others}

        def joined(one: Conversation) -> Conversation:
            known = {person.person_id for person in one.participants}
            came = [person for person in new if person.person_id not in known]
            return msgspec.structs.replace(one, participants=(*one.participants, *came))

        since = await self._altering.call(
            account, group, lambda client: client.changes.add_participants(group.thread_id, ids), are_in
        )
        await self._altering.store(account, [group.thread_id], since, joined, are_in)
        return joined(group)

    async def remove_participants(self, account: Account, named: str, removed: Sequence[str]) -> Conversation:
        """Remove people from a group chat. Also raises CannotRemoveSelf and ProfileNotFound."""
        group = await self._group(account, named)
        found = [await self._people.find(account, one) for one in _given(removed)]
        ids = list(dict.fromkeys(one.person_id for one in found))
        if account.profile_id in ids:
            raise CannotRemoveSelf("The account's owner is among those to remove.", field="profileUrls")
        inside = {one.person_id for one in group.others}
        for person_id in ids:
            if person_id not in inside:
                name = next(one.full_name for one in found if one.person_id == person_id)
                raise ProfileNotFound(
                    f"{name or person_id} is not in this conversation.",
                    field="profileUrls",
                    next_step="GET /api/conversations shows who is in it, under participants.",
                )

        def are_out(shown: Conversation | None) -> bool:
            return shown is not None and not set(ids) & {one.person_id for one in shown.others}

        def left(one: Conversation) -> Conversation:
            stay = tuple(person for person in one.participants if person.person_id not in ids)
            return msgspec.structs.replace(one, participants=stay)

        since = await self._altering.call(
            account, group, lambda client: client.changes.remove_participants(group.thread_id, ids), are_out
        )
        await self._altering.store(account, [group.thread_id], since, left, are_out)
        return left(group)

    async def _group(self, account: Account, named: str) -> Conversation:
        conversation = await self._altering.known(account, named)
        if not conversation.group_chat:
            raise BadInput(
                "Only a group chat has a title and members.",
                field="conversationId",
                next_step="Open a group chat with POST /api/conversations.",
            )
        return conversation


def _given(addresses: Sequence[str]) -> Sequence[str]:
    if not addresses:
        raise BadInput("Nobody is named.", field="profileUrls")
    return addresses
