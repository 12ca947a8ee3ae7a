"""LinkedIn's answers in memory: read once from the sandbox, then given again without a network."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from threadline.linkedin.connection import Answer, Connection
from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.departure import Departure
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.pause import Pause
from threadline.linkedin.queries import QueryTable
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.linkedin.transport import Network
from threadline.model.clock import Clock
from threadline.model.randomness import SeededRandomness

Answers = dict[str, Answer]
"""By path."""


class RecordingConnection(Connection):
    """A connection that keeps every answer."""

    def __init__(self, base_url: str) -> None:
        """Ask `base_url`."""
        super().__init__(base_url, call_timeout=20, frame_timeout=45)
        self.answers: Answers = {}

    async def exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        departure: Departure | None = None,
    ) -> Answer:
        """As it comes, and kept."""
        answer = await super().exchange(method, path, headers, body, departure)
        self.answers[path] = answer
        return answer


class MemoryConnection(Connection):
    """A connection that gives what was kept; asks no network."""

    def __init__(self, base_url: str, answers: Answers) -> None:
        """base_url: for the cookies alone."""
        super().__init__(base_url, call_timeout=20, frame_timeout=45)
        self._answers = answers

    async def exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        departure: Departure | None = None,
    ) -> Answer:
        """The answer that was kept for the path; raises KeyError when there is none."""
        return self._answers[path]


class ConnectedLinkedIn(LinkedIn):
    """LinkedIn over a connection that is handed in."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        """Ask through `connection`."""
        metrics = ConnectorMetrics(CollectorRegistry())
        self._connection = connection
        self._network = Network(
            connection=connection,
            clock=clock,
            randomness=SeededRandomness(1),
            metrics=metrics,
            queries=QueryTable(metrics, QUERY_IDS),
            pause=_no_pause,
        )


async def _no_pause(seconds: float) -> None:
    """Reads are repeated at once."""


_: Pause = _no_pause
