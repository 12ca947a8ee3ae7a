"""The text of a message as clients send it (contracts/linkedin-wire.md §5.2)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.calls import RefusalError

LONGEST_TEXT = 8000
_KEPT = ("entity", "hyperlink")


def read_body(body: Any) -> tuple[str, list[dict[str, Any]]]:
    """The text and its attributes as they are read back. Raises RefusalError (400)."""
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
        raise RefusalError(400)
    attributes = body.get("attributes") or []
    if not isinstance(attributes, list):
        raise RefusalError(400)
    return text, [kept for each in attributes if (kept := _kept_attribute(each))]


def _kept_attribute(attribute: Any) -> dict[str, Any] | None:
    """A sent attribute as it is read back; only mentions and links survive a send."""
    if not isinstance(attribute, dict) or not isinstance(attribute.get("attributeKindUnion"), dict):
        raise RefusalError(400)
    kind = {name: value for name, value in attribute["attributeKindUnion"].items() if name in _KEPT}
    start, length = attribute.get("start"), attribute.get("length")
    if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length < 0:
        raise RefusalError(400)
    return {"start": start, "length": length, "attributeKind": kind} if kind else None
