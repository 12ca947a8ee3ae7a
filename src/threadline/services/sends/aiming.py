"""Aiming: to whom a send goes, into which conversation, and through which of LinkedIn's inboxes.

Sources: contracts/voyager.md §6.1; contracts/DECISIONS.md 5; contracts/linkedin-wire.md §§6.2, 10, 11.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.compositions import Channel
from threadline.model.errors import (
    BadInput,
    ExperimentalOff,
    GroupTooSmall,
    MessageToSelf,
    NotConnected,
    RecipientMismatch,
    SeatRequired,
)
from threadline.model.sends import Phase, aims_of
from threadline.services.inbox import Inbox
from threadline.services.people import People, named_by, profile_id_of
from threadline.services.sales.seats import Seats
from threadline.services.sends.outgoing import Outgoing
from threadline.store import conversations
from threadline.store.database import Database

GROUP_LIMIT = 50
"""The most people that a group chat is opened with; LinkedIn's own figure is not known."""


class Aim(Struct, frozen=True, kw_only=True):
    """Where a send goes, as far as our store and the caller know it."""

    channel: Channel
    recipient_id: str | None = None
    target: str | None = None
    """The recipient's name, where LinkedIn is still to be asked who that is."""
    thread_id: str | None = None
    phase: Phase | None = None
    """What found the conversation; None where LinkedIn is still to be asked."""
    group_members: tuple[str, ...] = ()

    @property
    def aims(self) -> frozenset[str]:
        """The conversation, the person and the circle that it goes to, as far as they are known."""
        return aims_of(self.thread_id, self.recipient_id, self.target, self.group_members)


class AddressBook(Struct, frozen=True):
    """What the store knows of everybody whom a batch is for, looked up at once."""

    people: Mapping[str, str]
    """Profile ids, by each name that was given."""
    threads: Mapping[str, str]
    """The conversations that a message to a member goes into, by profile id."""


class Aiming:
    """Resolves what a caller names."""

    def __init__(
        self,
        database: Database,
        people_service: People,
        inbox: Inbox,
        seats: Seats,
        *,
        experimental_allowed: bool,
    ) -> None:
        """experimental_allowed: whether InMail, Groups and Sales Navigator writes may leave."""
        self._database = database
        self._people = people_service
        self._inbox = inbox
        self._seats = seats
        self._experimental_allowed = experimental_allowed

    async def book(self, account: Account, many: Iterable[Outgoing]) -> AddressBook:
        """What the store knows of those whom some messages are for; it takes two queries."""
        names: set[str] = set()
        ids: set[str] = set()
        for outgoing in many:
            with suppress(BadInput):
                if outgoing.recipient_urn:
                    ids.add(profile_id_of(outgoing.recipient_urn, "recipientUrn"))
                if outgoing.profile_url and _is_urn(outgoing.profile_url):
                    ids.add(profile_id_of(outgoing.profile_url, "profileUrl"))
                elif outgoing.profile_url:
                    names.add(named_by(outgoing.profile_url, "profileUrl"))
        found = await self._people.known_by(account, sorted(names))
        peers = sorted(ids.union(found.values()))
        return AddressBook(found, await conversations.with_peers(self._database, account.account_id, peers))

    async def aim(
        self, account: Account, outgoing: Outgoing, *, ask: bool = True, book: AddressBook | None = None
    ) -> Aim:
        """Where to send; ask: whether LinkedIn may be asked who somebody is, who becomes a `target` else.

        book: what was looked up before of the people that it is for. Raises BadInput, MessageToSelf,
        GroupTooSmall, ProfileNotFound, RecipientMismatch, NotConnected, ConversationNotFound, SeatRequired
        and ExperimentalOff.
        """
        if outgoing.group_members is not None:
            members = await self._members(account, outgoing.group_members)
            return Aim(channel=Channel.INBOX, phase=Phase.NEW, group_members=members)
        if outgoing.inmail:
            self.check_experimental("InMail")
        if outgoing.group_id is not None:
            self.check_experimental("Writing to a member of a LinkedIn group")
        target = None if ask or outgoing.conversation_id else await self._unknown(account, outgoing, book)
        recipient = None if target else await self._recipient(account, outgoing, book)
        if outgoing.conversation_id:
            return await self._named(account, outgoing, outgoing.conversation_id, recipient)
        if recipient is None and target is None:
            raise BadInput(
                "Name the recipient with profileUrl or recipientUrn, or a conversation with conversationId.",
                field="profileUrl",
            )
        if outgoing.channel is Channel.SALES_NAVIGATOR:
            await self.check_seat(account)
            return Aim(
                channel=Channel.SALES_NAVIGATOR, recipient_id=recipient, target=target, phase=Phase.NEW
            )
        if outgoing.inmail:
            # What nobody has asked LinkedIn about yet is planned when it leaves.
            phase = Phase.NEW if ask else None
            return Aim(channel=Channel.INBOX, recipient_id=recipient, target=target, phase=phase)
        thread_id = await self._cached(account, recipient, book) if recipient else None
        return Aim(
            channel=Channel.INBOX,
            recipient_id=recipient,
            target=target,
            thread_id=thread_id,
            phase=Phase.CACHE if thread_id else None,
        )

    async def cached(self, account: Account, recipient: str) -> str | None:
        """The newest stored one-to-one conversation with a person that takes replies (DECISIONS 5)."""
        found = await conversations.with_peer(self._database, account.account_id, recipient)
        return next((thread_id for thread_id, accepts_replies in found if accepts_replies), None)

    def check_experimental(self, what: str) -> None:
        """Refuse an experimental write where it is off; raises ExperimentalOff."""
        if not self._experimental_allowed:
            raise ExperimentalOff(f"{what} is experimental, and off towards the live LinkedIn.")

    async def check_seat(self, account: Account) -> None:
        """Refuse what needs a Sales Navigator seat; raises SeatRequired and ExperimentalOff."""
        self.check_experimental("Writing through Sales Navigator")
        seat = account.sales_seat
        if seat is None:
            seat = await self._seats.valid(account)
        if not seat:
            raise SeatRequired("This account has no Sales Navigator seat.", field="channel")

    async def person(
        self, account: Account, address: str, field: str, book: AddressBook | None = None
    ) -> str:
        """The profile id behind an address, name or URN of somebody else; raises MessageToSelf too."""
        if _is_urn(address):
            person_id = profile_id_of(address, field)
        else:
            noted = book.people.get(named_by(address, field)) if book else None
            person_id = noted or (await self._people.find(account, address)).person_id
        if person_id == account.profile_id:
            raise MessageToSelf("The recipient is the account's own owner.", field=field)
        return person_id

    async def _recipient(self, account: Account, outgoing: Outgoing, book: AddressBook | None) -> str | None:
        if outgoing.recipient_urn:
            recipient = profile_id_of(outgoing.recipient_urn, "recipientUrn")
            await self._check_same(account, outgoing.profile_url, recipient, book)
            if recipient == account.profile_id:
                raise MessageToSelf("The recipient is the account's own owner.", field="recipientUrn")
            return recipient
        if outgoing.profile_url:
            return await self.person(account, outgoing.profile_url, "profileUrl", book)
        return None

    async def _cached(self, account: Account, recipient: str, book: AddressBook | None) -> str | None:
        return await self.cached(account, recipient) if book is None else book.threads.get(recipient)

    async def _known(self, account: Account, name: str, book: AddressBook | None) -> str | None:
        if book is not None:
            return book.people.get(name)
        person = await self._people.known(account, name)
        return person.person_id if person else None

    async def _unknown(self, account: Account, outgoing: Outgoing, book: AddressBook | None) -> str | None:
        """The name in the address, where the store does not know whose it is."""
        if outgoing.recipient_urn or not outgoing.profile_url:
            return None
        if _is_urn(outgoing.profile_url):
            return None
        name = named_by(outgoing.profile_url, "profileUrl")
        return None if await self._known(account, name, book) else name

    async def _check_same(
        self, account: Account, profile_url: str | None, recipient: str, book: AddressBook | None
    ) -> None:
        if not profile_url:
            return
        named = await self._known(account, named_by(profile_url, "profileUrl"), book)
        if named not in (None, recipient):
            raise RecipientMismatch("profileUrl and recipientUrn name two different people.")

    async def _named(
        self, account: Account, outgoing: Outgoing, conversation_id: str, recipient: str | None
    ) -> Aim:
        conversation = await self._inbox.conversation(account, conversation_id)
        members = {person.person_id for person in conversation.participants}
        if recipient is not None and recipient not in members:
            raise RecipientMismatch("The person named does not take part in the conversation named.")
        if not conversation.accepts_replies:
            raise NotConnected(
                "LinkedIn takes no replies in this conversation.",
                field="conversationId",
                next_step="Write to the person instead, by profileUrl.",
            )
        channel = Channel(conversation.source.value)
        if outgoing.channel not in (Channel.AUTO, channel):
            raise BadInput(
                f"The conversation belongs to the channel {channel.value}.",
                field="channel",
                next_step="Leave channel out; a reply goes to where its conversation is.",
            )
        if channel is Channel.SALES_NAVIGATOR:
            await self.check_seat(account)
        only = next(iter(members)) if len(members) == 1 else None
        return Aim(
            channel=channel,
            recipient_id=only,
            thread_id=conversation.thread_id,
            phase=Phase.CACHE,
        )

    async def _members(self, account: Account, named: tuple[str, ...]) -> tuple[str, ...]:
        if len(named) > GROUP_LIMIT:
            raise BadInput(f"recipients: a group is opened with at most {GROUP_LIMIT}.", field="recipients")
        found = [await self.person(account, one, "recipients") for one in named]
        members = tuple(dict.fromkeys(found))
        if len(members) < 2:
            raise GroupTooSmall("A group chat has at least two other people.", field="recipients")
        return members


def _is_urn(address: str) -> bool:
    return address.strip().startswith("urn:li:")
