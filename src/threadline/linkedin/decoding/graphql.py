"""An answer of messaging GraphQL: its one field, as typed items and metadata.

Sources: contracts/linkedin-wire.md §1.4 (forms), §4 and §5 (fields), §12.1 (partial failures).
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import fields

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.people import ParticipantReader
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.decoding.salvage import MalformedReport, salvaged, stripped
from threadline.linkedin.errors import LinkedInError, Refusal, ServerTrouble
from threadline.model.urns import NotAnIdentifier

_Item = TypeVar("_Item", bound=Struct)
_Fields = TypeVar("_Fields", bound=Struct)
_Result = TypeVar("_Result")


class Page(Struct, Generic[_Item]):
    """The items of an answer's field and what stands beside them."""

    items: list[_Item]
    metadata: wire.Metadata


class GraphQLReader(Generic[_Fields, _Item]):
    """Reads the answers of one query name."""

    def __init__(self, envelope: Any, answer_fields: type[_Fields], item: type[_Item]) -> None:
        """envelope: `wire.Envelope[answer_fields]`, as a type for msgspec."""
        self._decoder: msgspec.json.Decoder[wire.Envelope[_Fields]] = msgspec.json.Decoder(envelope)
        self._item = item
        self._wire_names = {field.name: field.encode_name for field in fields(answer_fields)}

    def read(self, body: bytes, field: str, report: MalformedReport) -> Page[_Item]:
        """The page under `field` (an attribute of the fields type).

        Raises Refusal or ServerTrouble when LinkedIn answered `errors` in its place, ServerTrouble when it
        is absent, msgspec.DecodeError when the answer is not JSON. Malformed parts are reported, not raised.
        """
        try:
            envelope = self._decoder.decode(body)
        except msgspec.ValidationError:
            return self._read_slowly(body, field, report)
        if envelope.included is not UNSET or envelope.errors:
            return self._read_slowly(body, field, report)
        found = getattr(envelope.data, field, None)
        if found is None:
            raise _failure_of(msgspec.json.decode(body))
        if isinstance(found, list):
            return Page([item for item in found if item is not None], wire.Metadata())
        return Page([found], wire.Metadata()) if isinstance(found, self._item) else _page_of(found)

    def read_batch(self, body: bytes, field: str, report: MalformedReport) -> list[Page[_Item] | None]:
        """The pages under `field`, which holds a list of collections; None where one of them is null.

        Raises as `read` does.
        """
        try:
            envelope = self._decoder.decode(body)
        except msgspec.ValidationError:
            return self._read_batch_slowly(body, field, report)
        if envelope.included is not UNSET or envelope.errors:
            return self._read_batch_slowly(body, field, report)
        found = getattr(envelope.data, field, None)
        if found is None:
            raise _failure_of(msgspec.json.decode(body))
        return [None if collection is None else _page_of(collection) for collection in found]

    def _read_slowly(self, body: bytes, field: str, report: MalformedReport) -> Page[_Item]:
        found = self._loose(body, field)
        if isinstance(found, list):
            found = {"elements": [element for element in found if element is not None]}
        elif isinstance(found, dict) and "entityUrn" in found:
            found = {"elements": [found]}
        return self._salvaged_page(found, report)

    def _read_batch_slowly(
        self, body: bytes, field: str, report: MalformedReport
    ) -> list[Page[_Item] | None]:
        found = self._loose(body, field)
        return [
            self._salvaged_page(collection, report) if isinstance(collection, dict) else None
            for collection in (found if isinstance(found, list) else ())
        ]

    def _loose(self, body: bytes, field: str) -> Any:
        """What stands under `field`, undecoded, in the plain nested form."""
        answer = msgspec.json.decode(body)
        if is_normalized(answer):
            answer = plain_nested(answer)
        found = part_in(answer, "data", self._wire_names[field])
        if not isinstance(found, dict | list) or _is_torn(answer, found):
            raise _failure_of(answer)
        return found

    def _salvaged_page(self, found: dict[str, Any], report: MalformedReport) -> Page[_Item]:
        elements, metadata = found.get("elements"), found.get("metadata")
        parts = elements if isinstance(elements, list) else ()
        salvage = (salvaged(element, self._item, report) for element in parts)
        return Page(
            [item for item in salvage if item is not None],
            _metadata(metadata, report) if isinstance(metadata, dict) else wire.Metadata(),
        )


CONVERSATIONS: GraphQLReader[wire.ConversationFields, wire.Conversation] = GraphQLReader(
    wire.Envelope[wire.ConversationFields], wire.ConversationFields, wire.Conversation
)
MESSAGES: GraphQLReader[wire.MessageFields, wire.Message] = GraphQLReader(
    wire.Envelope[wire.MessageFields], wire.MessageFields, wire.Message
)
PARTICIPANTS: GraphQLReader[wire.ParticipantFields, wire.Participant] = GraphQLReader(
    wire.Envelope[wire.ParticipantFields], wire.ParticipantFields, wire.Participant
)
RECEIPTS: GraphQLReader[wire.ReceiptFields, wire.SeenReceipt] = GraphQLReader(
    wire.Envelope[wire.ReceiptFields], wire.ReceiptFields, wire.SeenReceipt
)


def each(
    items: list[_Item], build: Callable[[_Item, ParticipantReader], _Result], report: MalformedReport
) -> list[_Result]:
    """Every item built into the model's type; one that makes no sense is reported and left out."""
    people = ParticipantReader(report)
    built: list[_Result] = []
    for item in items:
        try:
            built.append(build(item, people))
        except (NotAnIdentifier, msgspec.ValidationError):
            report(type(item).__name__)
    return built


def _page_of(found: wire.Collection[_Item]) -> Page[_Item]:
    return Page(found.elements or [], found.metadata or wire.Metadata())


def _metadata(value: dict[str, Any], report: MalformedReport) -> wire.Metadata:
    return msgspec.convert(stripped(value, wire.Metadata, report), wire.Metadata)


def _is_torn(answer: Any, found: Any) -> bool:
    """Whether LinkedIn failed at a part of a list, which must not be taken for a shorter or an empty one.

    A part that it refuses (4xx) beside others is no such failure: it will never be shown.
    """
    if not isinstance(part_in(answer, "errors", 0), dict):
        return False
    lists = found if isinstance(found, list) else [found]
    if any(isinstance(each, dict) and "elements" in each and each["elements"] is None for each in lists):
        return True
    elements = found if isinstance(found, list) else part_in(found, "elements")
    torn = isinstance(elements, list) and any(element is None for element in elements)
    return torn and isinstance(_failure_of(answer), ServerTrouble)


def _failure_of(answer: Any) -> LinkedInError:
    """What LinkedIn's `errors` say about a field that is null (contracts/linkedin-wire.md §12.1)."""
    failure = part_in(answer, "errors", 0) or part_in(answer, "data", "errors", 0)
    status = number_in(part_in(failure, "extensions", "status")) or number_in(part_in(failure, "status"))
    if status is not None and 400 <= status < 500:
        code = text_in(part_in(failure, "extensions", "code")) or text_in(part_in(failure, "code"))
        return Refusal(status, code, text_in(part_in(failure, "message")), in_part=True)
    return ServerTrouble(status or 200, "the answer lacks the field that was asked for")
