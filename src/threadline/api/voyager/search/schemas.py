"""The JSON of searches."""

from threadline.api.voyager.schemas import Data, Schema


class PersonItem(Schema, kw_only=True):
    """A person as searches show them: what GET /api/profile/{vanity} shows, as far as it is known."""

    full_name: str
    first_name: str
    last_name: str
    headline: str | None
    location: str | None
    vanity_name: str | None
    profile_url: str | None
    urn: str
    connection_degree: str | None


class PeopleFound(Data, kw_only=True):
    """The people whom a search found, best first."""

    people: list[PersonItem]
    results: list[PersonItem]
    """The same, under the name that every search of this dialect has (contracts/voyager.md §17)."""
