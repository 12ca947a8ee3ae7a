"""Reading the fields of an admin call: each is checked, and the answer names the first that is wrong."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web


class InvalidError(ValueError):
    """An admin call that cannot be done; the text says why, `status` is the answer's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class Fields:
    """The fields of a query or a body. Every method raises InvalidError. `where` is "query" or "body"."""

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self._values = values
        self._where = where
        self._asked: set[str] = set()

    @classmethod
    async def of_body(cls, request: web.Request) -> Fields:
        """The fields of a JSON body; no body is no fields."""
        text = await request.read()
        try:
            body = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            raise InvalidError("The body is not JSON.") from None
        if not isinstance(body, dict):
            raise InvalidError("The body must be a JSON object.")
        return cls(body, "body")

    def has(self, name: str) -> bool:
        """Whether a field is given."""
        return self._values.get(name) is not None

    def text(self, name: str, longest: int, otherwise: str | None = None) -> str:
        """A text of at most `longest` characters; a required one must not be empty."""
        value = self._take(name, otherwise)
        if not isinstance(value, str) or len(value) > longest or (otherwise is None and not value):
            raise InvalidError(f"{name} must be a text of 1 to {longest} characters.")
        return value

    def choice(self, name: str, choices: frozenset[str], otherwise: str | None = None) -> str:
        """One of `choices`, or `otherwise` when the field is not given."""
        value = self._take(name, otherwise)
        if self.has(name) and value not in choices:
            raise InvalidError(f"{name} must be one of {', '.join(sorted(choices))}.")
        return str(value)

    def number(self, name: str, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number from `least` to `most`; in a query it comes as digits."""
        value = self._take(name, otherwise)
        if isinstance(value, str) and self._where == "query" and value.isascii() and value.isdigit():
            value = int(value[:20])
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or (self.has(name) and not least <= value <= most):
            raise InvalidError(f"{name} must be a whole number from {least} to {most}.")
        return int(value)

    def seconds(self, name: str, most: float) -> float | None:
        """A duration above 0 and at most `most`, or None when the field is not given."""
        value = self._take(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise InvalidError(f"{name} must be seconds above 0, at most {most:g}.")
        if self.has(name) and value == 0:
            raise InvalidError(f"{name} must be seconds above 0, at most {most:g}.")
        return float(value) or None

    def flag(self, name: str) -> bool:
        """True or false; false when the field is not given."""
        value = self._take(name, False)
        if not isinstance(value, bool):
            raise InvalidError(f"{name} must be true or false.")
        return value

    def names(self, name: str) -> list[str]:
        """A list of at least one text."""
        value = self._take(name, None)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            raise InvalidError(f"{name} must be a list of names.")
        return value

    def choices(self, name: str, choices: frozenset[str]) -> list[str]:
        """A list of some of `choices`, each once; empty when the field is not given."""
        value = self._take(name, [])
        known = isinstance(value, list) and all(isinstance(each, str) and each in choices for each in value)
        if not known or (self.has(name) and not value):
            raise InvalidError(f"{name} must be a list of {', '.join(sorted(choices))}.")
        return list(dict.fromkeys(value))

    def end(self) -> None:
        """Refuse fields that nobody asked for, which are most likely misspelt."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked)) or "none"
            raise InvalidError(f"Unknown in the {self._where}: {', '.join(unknown)}. Known: {known}.")

    def _take(self, name: str, otherwise: Any) -> Any:
        self._asked.add(name)
        value = self._values.get(name)
        if value is None:
            if otherwise is None:
                raise InvalidError(f"{name} is missing in the {self._where}.")
            return otherwise
        return value
