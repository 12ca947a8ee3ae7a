"""What can come of a call to LinkedIn other than an answer.

    LinkedInError
    ├── SessionEnded         LinkedIn no longer accepts the session; link again
    ├── CheckpointRequired   LinkedIn asks the person to confirm something; never try again by itself
    ├── TooManyRequests      status 429
    ├── Denied               status 999
    ├── Refusal              LinkedIn said no to this one request, with a status and often a reason
    │   └── NoSeat           Sales Navigator is not open to this account
    ├── ForeignAddress       a file lies where the gateway does not go; nothing was written
    ├── TooLate              the time until which it might leave was over; nothing was written
    ├── ServerTrouble        a server error, or an answer that cannot be understood   (may have left)
    ├── Unreachable          no connection was made, so nothing was written
    └── ConnectionLost       cut or timed out after bytes may have left                (may have left)

Sources: contracts/linkedin-wire.md §12.1; contracts/DECISIONS.md 1 for `may_have_left`.
"""

from typing import ClassVar


class LinkedInError(Exception):
    """A call to LinkedIn that did not end in an answer."""

    may_have_left: ClassVar[bool] = False
    """Whether a createMessage that ended so may have been delivered all the same."""
    outcome: ClassVar[str]
    """The word under which it is counted."""


class SessionEnded(LinkedInError):
    """LinkedIn no longer accepts the session: the person must sign in and link again."""

    outcome = "session_ended"

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        """reason: what LinkedIn did, in a plain sentence; status: 401, where the answer had no other sign."""
        super().__init__(reason)
        self.reason = reason
        self.status = status


class CheckpointRequired(LinkedInError):
    """LinkedIn asks the person to confirm something in their browser."""

    outcome = "checkpoint"

    def __init__(self, reason: str) -> None:
        """reason: what LinkedIn did, in a plain sentence."""
        super().__init__(reason)
        self.reason = reason


class TooManyRequests(LinkedInError):
    """LinkedIn answered 429."""

    outcome = "too_many_requests"

    def __init__(self, retry_after: int | None = None) -> None:
        """retry_after: seconds that LinkedIn named, or None."""
        super().__init__("LinkedIn answered that there were too many requests")
        self.retry_after = retry_after


class Denied(LinkedInError):
    """LinkedIn answered 999, its own word for a request that it denies."""

    outcome = "denied"

    def __init__(self) -> None:
        """There is nothing to say but that it was denied."""
        super().__init__("LinkedIn denied the request (status 999)")


class Refusal(LinkedInError):
    """LinkedIn said no to this request: 400, 403, 404, 409, 410, 422, …"""

    outcome = "refused"

    def __init__(
        self, status: int, reason_code: str | None = None, reason: str | None = None, *, in_part: bool = False
    ) -> None:
        """status: of the answer, or of the part refused; reason_code and reason: LinkedIn's own, if any.

        in_part: whether LinkedIn took the request and refused the thing that it named.
        """
        super().__init__(f"LinkedIn refused with status {status}" + (f": {reason}" if reason else ""))
        self.status = status
        self.reason_code = reason_code
        self.reason = reason
        self.in_part = in_part


class NoSeat(Refusal):
    """Sales Navigator is not open to this account: it has no seat, or not the seat's cookies (§11)."""

    outcome = "no_seat"


class ForeignAddress(LinkedInError):
    """A file lies at an address that the gateway does not go to."""

    outcome = "foreign_address"

    def __init__(self, reason: str) -> None:
        """reason: why, as a clause."""
        super().__init__(f"the file's address is not gone to: {reason}")
        self.reason = reason


class TooLate(LinkedInError):
    """The time until which the request might leave was over before its body was written, so it was not.

    Without its body a request is none, whatever else of it was written: nothing can have been delivered.
    """

    outcome = "too_late"

    def __init__(self, late_by: int) -> None:
        """late_by: milliseconds, at least 1."""
        super().__init__(f"the request did not leave: its time had been over for {late_by} ms")
        self.late_by = late_by


class ServerTrouble(LinkedInError):
    """A server error, or an answer that cannot be understood."""

    may_have_left = True
    outcome = "server_trouble"

    def __init__(self, status: int, reason: str | None = None) -> None:
        """status: of the answer; reason: what could not be understood, without any of the answer's text."""
        super().__init__(f"LinkedIn answered with status {status}" + (f": {reason}" if reason else ""))
        self.status = status
        self.reason = reason


class Unreachable(LinkedInError):
    """No connection was made: nothing was written."""

    outcome = "unreachable"

    def __init__(self, reason: str) -> None:
        """reason: the network's own words."""
        super().__init__(f"LinkedIn cannot be reached: {reason}")
        self.reason = reason


class ConnectionLost(LinkedInError):
    """The connection was cut or timed out after bytes may have left."""

    may_have_left = True
    outcome = "connection_lost"

    def __init__(self, reason: str) -> None:
        """reason: the network's own words."""
        super().__init__(f"the connection to LinkedIn was lost: {reason}")
        self.reason = reason
