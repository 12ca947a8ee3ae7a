"""The text of a message as clients send it (contracts/linkedin-wire.md §5.2)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.api.calls import RefusalError
from threadline.sandbox.protocol import urns

LONGEST_TEXT = 8000
_KEPT = ("entity", "hyperlink")


def read_body(body: Any, *, may_be_empty: bool = False) -> tuple[str, list[dict[str, Any]]]:
    """The text and its attributes as they are read back. may_be_empty: also no text, beside a file.

    Raises RefusalError (400).
    """
    if body is None and may_be_empty:
        return "", []
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_TEXT or not (text or may_be_empty):
        raise RefusalError(400)
    attributes = body.get("attributes") or []
    if not isinstance(attributes, list):
        raise RefusalError(400)
    # Offsets may count UTF-16 units, of which an emoji has two.
    end = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return text, [kept for each in attributes if (kept := _kept_attribute(each, end))]


def _kept_attribute(attribute: Any, end: int) -> dict[str, Any] | None:
    """A sent attribute as it is read back; only mentions and links survive a send."""
    if not isinstance(attribute, dict) or not isinstance(attribute.get("attributeKindUnion"), dict):
        raise RefusalError(400)
    kind = {name: value for name, value in attribute["attributeKindUnion"].items() if name in _KEPT}
    start, length = attribute.get("start"), attribute.get("length")
    if type(start) is not int or type(length) is not int or start < 0 or length < 0 or start + length > end:
        raise RefusalError(400)
    if "entity" in kind and not _names_somebody(kind["entity"]):
        raise RefusalError(400)
    return {"start": start, "length": length, "attributeKind": kind} if kind else None


def _names_somebody(entity: Any) -> bool:
    urn = entity.get("urn") if isinstance(entity, dict) else None
    return isinstance(urn, str) and (
        urns.read_member(urn) is not None or urn.startswith("urn:li:fsd_company:")
    )
