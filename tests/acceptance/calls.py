"""One HTTP call after another, over real sockets, to a process that may be down."""

import http.client
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit


class NoAnswer(Exception):
    """Nobody answered, or not to the end."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The whole body."""
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        """The payload of a success of the main API."""
        assert self.status < 300, self.text
        return self.json["data"]

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of a failure of the main API."""
        assert self.status >= 400, self.text
        return self.status, self.json["errors"][0]["code"]


@dataclass(frozen=True)
class Caller:
    """Calls one server, as one user of the main API."""

    base_url: str
    key: str | None = None
    user: str | None = None
    timeout: float = 20
    """Seconds."""

    def ask(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own; body: JSON, or bytes as they are. Raises NoAnswer."""
        parts = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = self._headers() | ({"Content-Type": "application/json"} if data else {})
        try:
            connection.request(method, target, data, sent | dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error) or type(error).__name__) from error
        finally:
            connection.close()

    def get(self, target: str) -> Answer:
        """A GET."""
        return self.ask("GET", target)

    def post(self, target: str, **body: Any) -> Answer:
        """A POST of a JSON object."""
        return self.ask("POST", target, body)

    def by(self, *, key: str | None, user: str | None = None) -> "Caller":
        """The same server, called by somebody else."""
        return replace(self, key=key, user=user)

    def _headers(self) -> dict[str, str]:
        sent = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return sent if self.user is None else sent | {"X-User-Id": self.user}


def shell(script: str, environment: Mapping[str, str], patience: float) -> subprocess.CompletedProcess[str]:
    """Run a script of curl lines as a person would; an answer that is an error ends it with its status."""
    strict = 'set -e\ncurl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
    return subprocess.run(
        ["bash", "-c", strict + script],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **environment},
        timeout=patience,
    )


def quoted(text: str) -> str:
    """A text as it stands in a path or a query."""
    return quote(text, safe="")
