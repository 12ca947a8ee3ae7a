"""Whatever the stream tells is stored or left out, on either database, and every read still answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.voyager.face import Face, facing, quoted
from tests.hostile import STRANGE, spoiled
from tests.unit.linkedin.frame_examples import FRAMES
from tests.unit.linkedin.wire_examples import ME, THREAD
from threadline.linkedin.decoding.stream import FrameReader, Greeting
from threadline.model.clock import SystemClock
from threadline.services.syncing.watching import Watch
from threadline.store import conversations

ARRIVALS = [kind for kind in FRAMES if kind not in ("greeting", "heartbeat", "presence", "deletion")]
VALUES = tuple(one for one in STRANGE if isinstance(one, int | str) and one not in (True, "", " "))


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_face(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway over either database that follows nothing by itself, with Ada linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with facing(tmp_path, database_url=url) as made:
        assert (await made.link()).data["sessionValid"]
        yield made


@pytest.mark.promise("design.3.nothing-lost", "wire.8.2.frames")
async def test_no_value_in_a_frame_breaks_the_follower_or_a_read(either_face: Face) -> None:
    rehearsal = either_face.rehearsal
    account = await rehearsal.account()
    client = await rehearsal.services.accounts.client(account)
    syncing, watch = rehearsal.gateway.syncing, Watch(SystemClock())
    for kind in ("message", "conversation", *ARRIVALS):
        for where, frame in spoiled(FRAMES[kind], VALUES):
            event = FrameReader(ME, lambda _part: None).read(frame)
            assert not isinstance(event, Greeting)
            try:
                await syncing._take(account, client, event, watch)
            except Exception as error:
                error.add_note(f"{kind}: {where}")
                raise
        async with rehearsal.gateway.database.transaction() as tx:
            # The sandbox has no such conversation, so its past is not asked for.
            whole = conversations.History(0, complete=True)
            await conversations.set_history(tx, account.account_id, THREAD, whole)
        for path in (
            "conversations?limit=100",
            f"conversations/{quoted(THREAD)}",
        ):
            answer = await either_face.get(f"/api/{path}")
            assert answer.status == 200, (kind, path, answer.text[:300])
