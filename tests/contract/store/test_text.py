"""Text of every script and length is stored as it came."""

import pytest

from tests.contract.store.samples import ACCOUNT, BOB, NEWEST, NOW, conversation, message, queued
from threadline.model.compositions import Composition
from threadline.model.people import Person
from threadline.store import conversations, messages, people, sends
from threadline.store.database import Database

THREAD = "2-dGhyZWFk"

TEXTS = {
    "emoji": "👩‍💻🏳️‍🌈🦜 ok 👍🏽",
    "right to left": "مرحبا، كيف حالك؟ \u202eשלום\u202c",
    "combining": "e\u0301 ẛ̣ กำ ｆｕｌｌ",
    "quotes": 'it\'s "quoted" \\ back; -- not a comment /* nor this */ $1 :name ?',
    "control": "tab\tline\r\nfeed\x0bbell\x07escape\x1b[0m\x7f",
    "empty": "",
    "blank": " \u00a0\u200b ",
    "planes": "\ufffe\uffff\U0010ffff\ue000",
    "very long": "öλ🦜" * 100_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_text_is_stored_as_it_came(database: Database, text: str) -> None:
    person = Person(person_id=BOB.person_id, first_name=f"B{text}", last_name=text, headline=text)
    said = message("2-bQ", THREAD, sender=person, text=text, subject=text, fallback_text=text)
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, [person])
        await conversations.put(tx, ACCOUNT, [conversation(THREAD, title=text, participants=(person,))])
        await messages.put(tx, ACCOUNT, [said])
        await conversations.raise_last_message(tx, ACCOUNT, [said])
        await sends.insert(tx, queued("s1", composition=Composition(text=text)))
    assert await messages.page(database, ACCOUNT, THREAD, NEWEST, 1) == [said]
    (listed,) = await conversations.page(database, ACCOUNT, None, NEWEST, 1)
    assert (listed.title, listed.last_text, listed.participants) == (text, text, (person,))
    send = await sends.by_id(database, ACCOUNT, "s1")
    assert send is not None
    assert send.composition.text == text


async def test_a_nul_in_a_text_spoils_nothing_around_it(database: Database) -> None:
    """PostgreSQL cannot store it, and shows U+FFFD in its place."""
    shown = "before\x00after" if database.name == "sqlite" else "before\ufffdafter"
    said = message("2-bQ", THREAD, NOW, text="before\x00after", sender=BOB)
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, [BOB])
        await messages.put(tx, ACCOUNT, [said])
    (stored,) = await messages.page(database, ACCOUNT, THREAD, NEWEST, 1)
    assert stored.text == shown
    assert await people.by_alias(database, ACCOUNT, "no\x00body") is None
