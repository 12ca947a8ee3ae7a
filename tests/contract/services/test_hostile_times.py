"""A time that cannot be does not keep what is told after it from being told."""

from typing import Any

import msgspec
import pytest

from tests.contract.services.rehearsal import Rehearsal
from threadline.linkedin.inbox import ConversationSync, Inbox
from threadline.model.clock import DAY
from threadline.model.events import EventType
from threadline.store import positions

FAR = 2**53 - 1


@pytest.mark.promise("design.3.nothing-lost")
async def test_a_conversation_from_the_far_future_hides_no_later_message(
    still_gateway: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = Inbox.newest

    async def spoiled(self: Inbox) -> ConversationSync:
        sync = await newest(self)
        first, *others = sync.conversations
        far = msgspec.structs.replace(first, last_activity_at=FAR)
        return msgspec.structs.replace(sync, conversations=[far, *others])

    account = await still_gateway.account()
    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "newest", spoiled)
        await still_gateway.gateway.syncing.catch_up(account)
    position = await positions.of(still_gateway.gateway.database, account.account_id)
    assert position.baseline_at is not None
    assert 0 < position.baseline_at < FAR - DAY
    written = await still_gateway.writes("sarah-chen", "After the far future")
    await still_gateway.gateway.syncing.catch_up(account)
    told: list[dict[str, Any]] = [
        event.data for event in await still_gateway.events() if event.type is EventType.MESSAGE_RECEIVED
    ]
    assert written["messageId"] in str(told)
