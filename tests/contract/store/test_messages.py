"""Messages: stored as shown, paged by place in the order, each with its sender."""

import msgspec

from tests.contract.store.samples import (
    ACCOUNT,
    ACME,
    ADA,
    BOB,
    EVE,
    NEWEST,
    NOW,
    OTHER_ACCOUNT,
    conversation,
    message,
)
from threadline.model.messages import (
    ContentKind,
    Message,
    MessageContent,
    Reaction,
    RenderFormat,
    TextAttribute,
)
from threadline.store import conversations, messages, people
from threadline.store.database import Database

THREAD = "2-dGhyZWFk"


async def put(database: Database, *shown: Message) -> None:
    async with database.transaction() as tx:
        await messages.put(tx, ACCOUNT, shown)


async def page(database: Database, before: tuple[int, str] = NEWEST, count: int = 50) -> list[Message]:
    return await messages.page(database, ACCOUNT, THREAD, before, count)


def unnamed(one: Message) -> Message:
    """As it is read back while nothing is known of its sender."""
    return msgspec.structs.replace(one, sender=type(one.sender)(person_id=one.sender.person_id))


async def test_a_message_is_kept_with_everything_that_came_with_it(database: Database) -> None:
    whole = message(
        "2-bQ",
        THREAD,
        sender=ADA,
        from_me=True,
        text="Hello Bob 🦜",
        attributes=(
            TextAttribute(0, 5, "bold"),
            TextAttribute(6, 3, "entity", {"urn": f"urn:li:fsd_profile:{BOB.person_id}"}),
        ),
        subject="Greetings",
        origin_token="token-1",
        render_format="EDITED",
        content=(
            MessageContent(
                kind=ContentKind.FILE,
                wire_kind="file",
                urn="urn:li:digitalmediaAsset:1",
                url="https://media.example/1",
                name="notes.pdf",
                media_type="application/pdf",
                byte_size=2**40,
                expires_at=NOW,
            ),
            MessageContent(
                kind=ContentKind.UNKNOWN, wire_kind="hologram", raw={"deep": [1, None, {"x": "é"}]}
            ),
        ),
        reactions=(Reaction("👍", 2, NOW, True), Reaction("🦜", 1)),
        fallback_text="Ada sent a file",
    )
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, [ADA])
        await messages.put(tx, ACCOUNT, [whole])
    assert await page(database) == [whole]


async def test_a_message_shown_again_is_kept_as_shown_last(database: Database) -> None:
    first = message("2-bQ", THREAD, subject="Greetings", reactions=(Reaction("👍", 1),))
    await put(database, first)
    edited = message("2-bQ", THREAD, text="edited", render_format="EDITED", fallback_text="x")
    await put(database, edited)
    assert await page(database) == [unnamed(msgspec.structs.replace(edited, subject="Greetings"))]


async def test_a_recalled_message_loses_its_text(database: Database) -> None:
    await put(
        database, message("2-bQ", THREAD, content=(MessageContent(kind=ContentKind.GIF, wire_kind="g"),))
    )
    await put(database, message("2-bQ", THREAD, text="", render_format=RenderFormat.RECALLED))
    recalled = (await page(database))[0]
    assert (recalled.text, recalled.content, recalled.render_format) == ("", (), "RECALLED")


async def test_an_origin_token_once_known_stays(database: Database) -> None:
    own = message("2-bQ", THREAD, sender=ADA, from_me=True)
    with_token = msgspec.structs.replace(own, origin_token="token-1")
    tokens = []
    for shown in (own, with_token, own, msgspec.structs.replace(own, origin_token="token-2")):
        await put(database, shown)
        tokens.append((await page(database))[0].origin_token)
    assert tokens == [None, "token-1", "token-1", "token-1"]


async def test_pages_run_newest_first_and_hold_each_message_once_also_at_equal_times(
    database: Database,
) -> None:
    await put(database, *[message(f"2-{number:03}", THREAD, NOW + number // 4) for number in range(50)])
    expected = [f"2-{number:03}" for number in reversed(range(50))]
    for count in (1, 3, 7, 50, 1000):
        seen: list[Message] = []
        while found := await page(
            database, (seen[-1].delivered_at, seen[-1].message_id) if seen else NEWEST, count
        ):
            assert len(found) <= count
            seen.extend(found)
        assert [one.message_id for one in seen] == expected


async def test_a_page_holds_only_its_thread_and_its_account(database: Database) -> None:
    await put(database, message("2-a", THREAD), message("2-b", "2-b3RoZXI="))
    async with database.transaction() as tx:
        await messages.put(tx, OTHER_ACCOUNT, [message("2-a", THREAD, text="seen by another")])
    assert [one.text for one in await page(database)] == ["text of 2-a"]
    assert [one.text for one in await messages.page(database, OTHER_ACCOUNT, THREAD, NEWEST, 9)] == [
        "seen by another"
    ]


async def test_each_message_comes_with_its_sender_also_one_who_left_or_was_never_seen(
    database: Database,
) -> None:
    stranger = msgspec.structs.replace(EVE, person_id="urn:li:custom:7")
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, [ADA, BOB, EVE, ACME])
        await conversations.put(tx, ACCOUNT, [conversation(THREAD, participants=(ADA, BOB, EVE))])
        await conversations.remove_participants(tx, ACCOUNT, THREAD, [EVE.person_id])
        await messages.put(
            tx,
            ACCOUNT,
            [
                message(f"2-{number}", THREAD, NOW + number, sender=sender)
                for number, sender in enumerate((ADA, BOB, EVE, ACME, stranger))
            ],
        )
    senders = [one.sender for one in await page(database)]
    assert senders == [type(EVE)(person_id="urn:li:custom:7"), ACME, EVE, BOB, ADA]


async def test_which_messages_are_stored_is_told(database: Database) -> None:
    await put(database, message("2-a", THREAD), message("2-b", THREAD))
    assert await messages.known(database, ACCOUNT, ["2-a", "2-b", "2-c"]) == {"2-a", "2-b"}
    assert await messages.known(database, ACCOUNT, []) == set()
    assert await messages.known(database, OTHER_ACCOUNT, ["2-a"]) == set()


async def test_the_time_of_the_newest_message_is_told(database: Database) -> None:
    assert await messages.newest_time(database, ACCOUNT, THREAD) is None
    await put(database, message("2-b", THREAD, NOW + 1), message("2-a", THREAD, NOW))
    assert await messages.newest_time(database, ACCOUNT, THREAD) == NOW + 1


async def test_messages_of_one_moment_can_be_many(database: Database) -> None:
    many = [message(f"2-{number:04}", THREAD, NOW) for number in range(1_500)]
    await put(database, *many)
    assert await messages.known(database, ACCOUNT, [one.message_id for one in many]) == {
        one.message_id for one in many
    }
    assert len(await page(database, count=2_000)) == 1_500
