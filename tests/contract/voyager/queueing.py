"""A gateway whose clock is driven and whose queue leaves only when a test lets it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.contract.voyager.face import Face, Reply, facing
from tests.contract.voyager.reaching import address, standing
from threadline.model.clock import DrivenClock, SystemClock

ASYNC = {"Prefer": "respond-async"}


@dataclass(frozen=True)
class Queueing:
    """The API with Ada linked, and the clock that it goes by."""

    face: Face
    clock: DrivenClock

    async def accepted(self, vanity: str, text: str, **more: Any) -> Any:
        """The data of a send to a person that nobody waits for."""
        answer = await self.face.send(profileUrl=address(vanity), message=text, headers=ASYNC, **more)
        assert answer.status == 202, answer.text
        return answer.data

    async def shown(self, send_id: str) -> Any:
        """A send as it stands."""
        return (await self.face.get(f"/api/sends/{send_id}")).data

    async def listed(self, query: str = "") -> Any:
        """GET /api/sends."""
        return (await self.face.get(f"/api/sends{query}")).data

    async def change(self, send_id: str, **changes: Any) -> Reply:
        """PATCH."""
        return await self.face.ask("PATCH", f"/api/sends/{send_id}", changes)

    async def cancel(self, send_id: str) -> Reply:
        """DELETE."""
        return await self.face.ask("DELETE", f"/api/sends/{send_id}")

    async def release(self, send_id: str) -> Reply:
        """POST …/release."""
        return await self.face.ask("POST", f"/api/sends/{send_id}/release")

    async def drain(self) -> int | None:
        """Let leave what may leave now; when to look again."""
        account = await self.face.rehearsal.account()
        found: int | None = await self.face.rehearsal.services.sending.drain(account.account_id)
        return found

    async def to(self, moment: int) -> None:
        """Move the clock to a time, and let leave what may leave then."""
        self.clock.advance(moment - self.clock.now())
        await self.drain()

    async def drained(self) -> None:
        """Move the clock on until nothing waits for a time of its own."""
        while (moment := await self.drain()) is not None:
            self.clock.advance(max(0, moment - self.clock.now()))

    async def copies(self, vanity: str, text: str) -> int:
        """How often a text stands in somebody's own mailbox."""
        return len(await standing(self.face, vanity, text))


def milliseconds(time: str) -> int:
    """A time of the API as epoch milliseconds."""
    return round(datetime.fromisoformat(time).timestamp() * 1_000)


@asynccontextmanager
async def queueing(folder: Path, **more: Any) -> AsyncIterator[Queueing]:
    """A gateway that follows nothing and drains nothing by itself."""
    clock = DrivenClock(SystemClock().now())
    async with facing(folder, clock=clock, **more) as face:
        assert (await face.link()).data["sessionValid"]
        yield Queueing(face, clock)


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Data without some of its fields."""
    return {name: value for name, value in data.items() if name not in names}
