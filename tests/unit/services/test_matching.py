"""Which message a lost Sales Navigator send is: certain, or left to a person."""

from typing import Any

import msgspec
import pytest

from threadline.model.clock import MINUTE, SECOND
from threadline.model.compositions import Channel, Composition
from threadline.model.messages import Message
from threadline.model.people import Person
from threadline.model.sends import Phase, Send, SendState
from threadline.services.sends.matching import match

CALLED = 1_790_000_000_000

LOST = Send(
    account_id="a",
    send_id="s",
    state=SendState.UNKNOWN,
    composition=Composition(text="Hello Bob"),
    channel=Channel.SALES_NAVIGATOR,
    recipient_id="bob",
    thread_id="t",
    phase=Phase.CACHE,
    origin_token="token",
    tracking_id="0123456789abcdef",
    direct=True,
    created_at=CALLED,
    ready_at=CALLED,
    called_at=CALLED,
)


def shown(message_id: str, at: int = 0, **changes: Any) -> Message:
    plain = Message(
        message_id=message_id,
        thread_id="t",
        sender=Person(person_id="ada"),
        delivered_at=CALLED + at,
        from_me=True,
        text="Hello Bob",
    )
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize(
    ("messages", "found", "absent"),
    [
        ([], None, True),
        ([shown("m1", 400)], "m1", False),
        # LinkedIn's clock is a second behind ours.
        ([shown("m1", -1 * SECOND)], "m1", False),
        # The same words once before are not it, and once since are.
        ([shown("m0", -5 * MINUTE), shown("m1", 400)], "m1", False),
        # It may be it, if the clocks differ: neither found nor absent.
        ([shown("m0", -5 * MINUTE)], None, False),
        ([shown("m0", -11 * MINUTE)], None, True),
        ([shown("m1", 400), shown("m2", 900)], None, False),
        # One message that is shown in two lists is one.
        ([shown("m1", 400), shown("m1", 400)], "m1", False),
        ([shown("m1", 400, from_me=False)], None, True),
        ([shown("m1", 400, text="Hello Eve")], None, True),
        # Trimmed, or with other line ends, it is the same message; taking it for absent would double it.
        ([shown("m1", 400, text="Hello\r\nBob ")], "m1", False),
    ],
)
@pytest.mark.promise("design.1.unknown-settles")
def test_only_one_own_message_with_the_same_words_since_the_call_is_it(
    messages: list[Message], found: str | None, absent: bool
) -> None:
    result = match(LOST, messages)
    assert (result.message.message_id if result.message else None, result.absent) == (found, absent)
