"""Made-up people, conversations, messages and sends for the store's contract suite."""

from typing import Any

import msgspec

from threadline.model.compositions import Composition
from threadline.model.conversations import Conversation
from threadline.model.events import Event, EventType
from threadline.model.messages import Message
from threadline.model.people import Person, PersonKind
from threadline.model.sends import LEASE, Lease, Send, SendState

NOW = 1_790_000_000_000
TENANT = "tenant-1"
ACCOUNT = "a" * 24
OTHER_ACCOUNT = "b" * 24

ADA = Person(person_id="ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx", first_name="Ada", last_name="Sample")
BOB = Person(person_id="ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx", first_name="Bob", last_name="Sample")
EVE = Person(person_id="ACoAADEMOpeerEve00000xxxxxxxxxxxxxxxxxx", first_name="Eve", last_name="Sample")
ACME = Person(person_id="company:1002", kind=PersonKind.ORGANIZATION, first_name="Acme")

NEWEST = (2**62, "")
"""A place in the order above everything."""


def conversation(thread_id: str, activity: int = NOW, **changes: Any) -> Conversation:
    """A read conversation between Ada and Bob in the focused inbox."""
    plain = Conversation(
        thread_id=thread_id,
        owner_id=ADA.person_id,
        categories=("INBOX", "PRIMARY_INBOX"),
        participants=(ADA, BOB),
        last_activity_at=activity,
    )
    return msgspec.structs.replace(plain, **changes)


def message(message_id: str, thread_id: str, at: int = NOW, **changes: Any) -> Message:
    """A message that Bob wrote to Ada."""
    plain = Message(
        message_id=message_id,
        thread_id=thread_id,
        sender=BOB,
        delivered_at=at,
        from_me=False,
        text=f"text of {message_id}",
    )
    return msgspec.structs.replace(plain, **changes)


def queued(send_id: str, **changes: Any) -> Send:
    """A send to Bob that waits."""
    plain = Send(
        account_id=ACCOUNT,
        send_id=send_id,
        state=SendState.QUEUED,
        composition=Composition(text="Hello Bob"),
        recipient_id=BOB.person_id,
        thread_id=None,
        phase=None,
        origin_token=f"token-{send_id}",
        tracking_id="0123456789abcdef",
        direct=True,
        created_at=NOW,
        ready_at=NOW,
    )
    if changes.get("state") is SendState.SENDING:
        plain = msgspec.structs.replace(plain, lease=Lease(f"lease of {send_id}", NOW + LEASE))
    return msgspec.structs.replace(plain, **changes)


def event(event_id: str, **changes: Any) -> Event:
    """An event of Ada's account."""
    plain = Event(
        event_id=event_id,
        type=EventType.MESSAGE_RECEIVED,
        tenant_id=TENANT,
        account_id=ACCOUNT,
        thread_id="2-dGhyZWFk",
        occurred_at=NOW,
        recorded_at=NOW + 5,
        data={"messageId": "2-bWVzc2FnZQ=="},
    )
    return msgspec.structs.replace(plain, **changes)
