"""People whom a search found, as JSON."""

from threadline.api.voyager.present import degree
from threadline.api.voyager.search.schemas import PersonItem
from threadline.model import urns
from threadline.model.people import Person


def person(found: Person) -> PersonItem:
    """A person, with the URN that a send accepts as `recipientUrn`."""
    return PersonItem(
        full_name=found.full_name,
        first_name=found.first_name,
        last_name=found.last_name,
        headline=found.headline,
        location=found.location,
        vanity_name=found.vanity,
        profile_url=found.profile_url,
        urn=urns.participant_urn(found.person_id),
        connection_degree=degree(found.distance),
    )
