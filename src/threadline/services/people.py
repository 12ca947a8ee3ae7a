"""People: who stands behind an address, and how the account's owner stands to them."""

from collections.abc import Mapping, Sequence

import msgspec

from threadline.model import profile_urls, urns
from threadline.model.accounts import Account
from threadline.model.budgets import BudgetKind, day_of
from threadline.model.clock import Clock
from threadline.model.errors import BadInput, ProfileNotFound
from threadline.model.people import Person, Relationship
from threadline.services.accounts import Accounts
from threadline.store import budgets, conversations, people
from threadline.store.database import Database, Transaction


class People:
    """Finds people by address, reads their profiles, and learns their names."""

    def __init__(self, database: Database, accounts: Accounts, clock: Clock) -> None:
        """Look in `database` first, and ask LinkedIn through `accounts`."""
        self._database = database
        self._accounts = accounts
        self._clock = clock

    async def me(self, account: Account) -> Person:
        """The account's owner, asked of LinkedIn; raises what `Accounts.calling` raises."""
        return await self._accounts.prove(account)

    async def profile(self, account: Account, address: str) -> Person:
        """The profile behind an address or name, read from LinkedIn and stored.

        Raises BadInput, ProfileNotFound, and what `Accounts.calling` raises.
        """
        name = named_by(address, "profile")
        async with self._accounts.calling(account) as client:
            person = await client.people.profile(name)
        if person is None:
            async with self._database.transaction() as tx:
                await self._charge(tx, account)
            raise ProfileNotFound(f"LinkedIn shows no profile {name!r}.")
        return await self._learn(account, person, name)

    async def find(self, account: Account, address: str) -> Person:
        """The person behind an address: from the store when any name of theirs is known, else from LinkedIn.

        Raises BadInput, ProfileNotFound, and what `Accounts.calling` raises.
        """
        name = named_by(address, "profileUrl")
        return await self.known(account, name) or await self.profile(account, name)

    async def known(self, account: Account, name: str) -> Person | None:
        """The person of a vanity name or profile id, if the store knows them."""
        if profile_urls.is_profile_id(name):
            return await people.by_id(self._database, account.account_id, name)
        return await people.by_alias(self._database, account.account_id, name)

    async def known_by(self, account: Account, names: Sequence[str]) -> Mapping[str, str]:
        """The profile ids of those whom the store knows, by vanity name or profile id."""
        return await people.named(self._database, account.account_id, names)

    async def relationship(self, account: Account, address: str) -> Relationship:
        """How the owner stands to the person behind an address, asked of LinkedIn."""
        person = await self.find(account, address)
        async with self._accounts.calling(account) as client:
            return await client.people.relationship(person.person_id)

    async def _learn(self, account: Account, person: Person, asked: str) -> Person:
        async with self._database.transaction() as tx:
            await self._charge(tx, account)
            await people.put(tx, account.account_id, [person])
            await people.profile_read(tx, account.account_id, person.person_id, self._clock.now())
            if person.vanity:
                vanity = profile_urls.canonical_name(person.vanity)
                person = msgspec.structs.replace(person, vanity=vanity)
                await people.set_vanity(tx, account.account_id, person.person_id, vanity)
                await conversations.rename_participant(tx, account.account_id, person)
            if not profile_urls.is_profile_id(asked):
                # LinkedIn follows old names to the profile; the name that was asked for is an alias of it.
                await people.put_alias(tx, account.account_id, asked, person.person_id)
            stored = await people.by_id(tx, account.account_id, person.person_id)
        return stored or person

    async def _charge(self, tx: Transaction, account: Account) -> None:
        """Meter that LinkedIn was asked for a profile, whether or not it showed one."""
        day = day_of(self._clock.now())
        await budgets.charge(tx, account.account_id, day, [BudgetKind.PROFILE_LOOKUPS.value])


def named_by(address: str, field: str) -> str:
    """The vanity name or profile id in an address; raises BadInput."""
    try:
        return profile_urls.profile_name(address)
    except profile_urls.NotAProfileAddress as error:
        raise BadInput(f"{field}: {error}.", field=field) from None


def profile_id_of(urn: str, field: str) -> str:
    """The profile id in a URN; raises BadInput."""
    try:
        return urns.profile_id(urn)
    except urns.NotAnIdentifier as error:
        raise BadInput(f"{field}: {error}.", field=field) from None
