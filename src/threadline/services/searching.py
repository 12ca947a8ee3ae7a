"""Searching for people, so that they can be written to."""

from threadline.model import profile_urls
from threadline.model.accounts import Account
from threadline.model.errors import BadInput
from threadline.model.people import Person
from threadline.services.accounts import Accounts
from threadline.store import people
from threadline.store.database import Database

DEFAULT_COUNT = 10
MOST_FOUND = 49
"""How many people a search answers: when not said, and at most (contracts/voyager.md §17)."""

KEYWORDS_LIMIT = 200
"""The longest search, in characters."""


class Searching:
    """Finds people at LinkedIn and remembers them."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        """Ask LinkedIn through `accounts`, and store in `database`."""
        self._database = database
        self._accounts = accounts

    async def people(self, account: Account, keywords: str, count: int = DEFAULT_COUNT) -> list[Person]:
        """At most `count` first-degree connections that match, best first; a send to them needs no look-up.

        Raises BadInput, and what `Accounts.calling` raises (contracts/linkedin-wire.md §3.5).
        """
        words = " ".join(keywords.split())
        if not words:
            raise BadInput("keywords: it is missing.", field="keywords")
        if len(words) > KEYWORDS_LIMIT or not words.isprintable():
            raise BadInput(f"keywords: it has up to {KEYWORDS_LIMIT} printable characters.", field="keywords")
        async with self._accounts.calling(account) as client:
            found = await client.search.people(words, min(count, MOST_FOUND))
        async with self._database.transaction() as tx:
            await people.put(tx, account.account_id, found)
            stored: list[Person] = []
            for person in found:
                if person.vanity:
                    vanity = profile_urls.canonical_name(person.vanity)
                    await people.set_vanity(tx, account.account_id, person.person_id, vanity)
                stored.append(await people.by_id(tx, account.account_id, person.person_id) or person)
        return stored
