"""The JSON of searches."""

from threadline.api.voyager.schemas import Data, Profile


class PeopleFound(Data, kw_only=True):
    """The people whom a search found, best first."""

    people: list[Profile]
    results: list[Profile]
    """The same, under the name that every search of this dialect has (contracts/voyager.md §17)."""
