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
        if envelope.included is not UNSET:
            return self._read_slowly(body, field, report)
        found = getattr(envelope.data, field, None)
        if found is None:
            raise _failure_of(msgspec.json.decode(body))
        if isinstance(found, wire.Collection):
            return Page(found.elements or [], found.metadata or wire.Metadata())
        return Page([found], wire.Metadata())

    def _read_slowly(self, body: bytes, field: str, report: MalformedReport) -> Page[_Item]:
        answer = msgspec.json.decode(body)
        if is_normalized(answer):
            answer = plain_nested(answer)
        found = part_in(answer, "data", self._wire_names[field])
        if not isinstance(found, dict):
            raise _failure_of(answer)
        elements = found.get("elements")
        if "entityUrn" in found:
            elements = [found]
        metadata = found.get("metadata")
        return Page(
            [
                item
                for item in (salvaged(element, self._item, report) for element in elements or ())
                if item is not None
            ],
            _metadata(metadata, report) if isinstance(metadata, dict) else wire.Metadata(),
        )


CONVERSATIONS: GraphQLReader[wire.ConversationFields, wire.Conversation] = GraphQLReader(
    wire.Envelope[wire.ConversationFields], wire.ConversationFields, wire.Conversation
)
MESSAGES: GraphQLReader[wire.MessageFields, wire.Message] = GraphQLReader(
    wire.Envelope[wire.MessageFields], wire.MessageFields, wire.Message
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


def _metadata(value: dict[str, Any], report: MalformedReport) -> wire.Metadata:
    return msgspec.convert(stripped(value, wire.Metadata, report), wire.Metadata)


def _failure_of(answer: Any) -> LinkedInError:
    """What LinkedIn's `errors` say about a field that is null (contracts/linkedin-wire.md §12.1)."""
    failure = part_in(answer, "errors", 0) or part_in(answer, "data", "errors", 0)
    status = number_in(part_in(failure, "extensions", "status")) or number_in(part_in(failure, "status"))
    if status is not None and 400 <= status < 500:
        code = text_in(part_in(failure, "extensions", "code")) or text_in(part_in(failure, "code"))
        return Refusal(status, code, text_in(part_in(failure, "message")), in_part=True)
    return ServerTrouble(status or 200, "the answer lacks the field that was asked for")
