"""Whatever LinkedIn answers, a call ends in a value or in one of the errors of the tree."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec
import pytest

from tests.contract.linkedin.rehearsal import Observer, Script, connector, http, scripted, session
from tests.hostile import DEEP, NOT_QUITE_JSON, STRANGE
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError
from threadline.model.compositions import Composition, UploadKind

OWNER = "ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx"
THREAD = "2-" + "A" * 40
TRACKING = "0" * 16
SHAPES = (
    b'{"data":' + DEEP + b"}",
    b'{"value":' + DEEP + b"}",
    b'{"elements":5}',
    b'{"elements":[null,5,[],{}]}',
    b'{"included":[],"data":null}',
    b'{"included":5,"data":{}}',
    b'{"included":[null],"data":{"data":5}}',
    b'{"value":5}',
    b'{"value":{"messageId":5,"threadId":[]}}',
    b'{"value":{"messageId":"m","threadId":"x"}}',
    b'{"value":{"messageId":"\\u0000","threadId":"\\u0000"}}',
    b'{"value":{"entityUrn":"x","conversationUrn":"y","deliveredAt":-1}}',
    b'{"results":5,"errors":5}',
    b'{"errors":[5]}',
    b'{"data":null,"errors":{"a":1}}',
)


def _calls(client: AccountClient) -> Iterator[Callable[[], Awaitable[Any]]]:
    hello = Composition(text="Hello")
    yield client.people.me
    yield lambda: client.people.compose_option(OWNER)
    yield client.credits.read
    yield client.inbox.newest
    yield lambda: client.inbox.since("1")
    yield lambda: client.inbox.page("INBOX")
    yield lambda: client.inbox.by_ids([THREAD])
    yield lambda: client.inbox.with_recipients([OWNER])
    yield lambda: client.inbox.mark_unread([THREAD])
    yield lambda: client.messages.newest(THREAD)
    yield lambda: client.messages.since(THREAD, "1")
    yield lambda: client.messages.since_batch({THREAD: "1"})
    yield lambda: client.messages.before(THREAD, 5)
    yield lambda: client.messages.reactors(THREAD, "👍")
    yield lambda: client.messages.receipts(THREAD)
    yield lambda: client.messages.create(hello, origin_token="1", tracking_id=TRACKING, thread_id=THREAD)
    yield lambda: client.media.register(UploadKind.FILE, "a.txt", 1)
    yield lambda: client.sales.threads()
    yield lambda: client.sales.thread(THREAD, 5)
    yield client.sales.credits
    yield lambda: client.sales.profile(OWNER)
    yield lambda: client.sales.create("Hello", thread_id=THREAD, tracking_id=TRACKING)
    yield lambda: client.search.people("ada", 5)
    yield lambda: client.search.connections(0, 5)
    yield lambda: client.search.typeahead("ada")
    yield lambda: client.presence.statuses([OWNER])
    yield lambda: client.changes.rename(THREAD, "Title")
    yield lambda: client.changes.add_category([THREAD], "ARCHIVE")
    yield lambda: client.changes.add_participants(THREAD, [OWNER])
    yield lambda: client.changes.delete(THREAD)
    yield lambda: client.changes.mark_all_seen(5)


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize("status", ["200 OK", "422 Unprocessable Entity"])
async def test_no_answer_escapes_the_tree_of_errors(status: str) -> None:
    bodies = [*(msgspec.json.encode(one) for one in STRANGE), *NOT_QUITE_JSON, DEEP, *SHAPES]
    async with scripted([]) as script, connector(script.base_url) as made:
        for body in bodies:
            client = made.linkedin.account(session(), Observer(), OWNER)
            for call in _calls(client):
                await _ends(call, script, http(status, body, "Content-Type: application/json"))


async def _ends(call: Callable[[], Awaitable[Any]], script: Script, answer: bytes) -> None:
    script.answers[:] = [answer] * 12
    try:
        await call()
    except LinkedInError:
        return
    except Exception as error:
        error.add_note(repr(answer[-200:]))
        raise
