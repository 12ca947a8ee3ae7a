"""What callers asked a gateway to send, and every word that they were given on it.

Above: `senders.py`, which asks; `reckoning.py`, which compares with the store and the mailboxes.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.lines import Reply


@dataclass(frozen=True)
class Told:
    """One answer about a send."""

    status: int
    send_id: str | None
    state: str | None
    """`data.status`; None in an error."""
    message_urn: str | None
    code: str | None
    """Of an error."""
    retry_safe: bool | None
    replayed: bool

    @property
    def is_word(self) -> bool:
        """Whether it tells what became of the request; else a sane client asks again."""
        return self.status not in (500, 503) and self.code != "SEND_IN_PROGRESS"

    @property
    def failed(self) -> bool:
        """Whether it says that this very send failed."""
        return self.retry_safe is True and self.send_id is not None and self.status >= 400


def told_by(reply: Reply) -> Told:
    """An answer of POST /api/send, or of a call about a send."""
    data: dict[str, Any] = reply.envelope.get("data") or {}
    error: dict[str, Any] = (reply.envelope.get("errors") or [{}])[0]
    return Told(
        status=reply.status,
        send_id=data.get("sendId") or error.get("sendId"),
        state=data.get("status"),
        message_urn=data.get("messageUrn"),
        code=error.get("code"),
        retry_safe=error.get("retrySafe", data.get("retrySafe")),
        replayed=reply.headers.get("Idempotent-Replayed") == "true",
    )


@dataclass
class Wish:
    """One message that a caller wants to leave once."""

    account: str
    vanity: str
    texts: list[str]
    """Its words, no other message has them; more than one where they were changed in the queue."""
    key: str | None = None
    answers: list[Told] = field(default_factory=list)
    lost: int = 0
    """Calls of it that were not answered to the end."""
    repeated: bool = False
    """Whether it was sent again without a key while it was unknown."""
    cancelled: bool = False
    """Whether the caller was told that it is taken back."""
    released: bool = True
    """False for a draft that nobody asked to release."""

    @property
    def accepted(self) -> set[str]:
        """The ids that its caller was given."""
        return {one.send_id for one in self.answers if one.send_id is not None}

    @property
    def body(self) -> dict[str, Any]:
        """What asks for it."""
        return {"profileUrl": f"https://www.linkedin.com/in/{self.vanity}/", "message": self.texts[0]}
