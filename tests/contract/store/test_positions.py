"""How far the inbox of each account has been read."""

import msgspec

from tests.contract.store.samples import ACCOUNT, NOW, OTHER_ACCOUNT
from threadline.store import positions
from threadline.store.database import Database
from threadline.store.positions import Position, Walk

FAR = Position(
    sync_token="token-1",
    baseline_at=NOW,
    followed_until=NOW + 1,
    listed_at=NOW + 2,
    walks=(Walk("INBOX", cursor="c/+=", before=NOW - 1), Walk("SPAM", done=True)),
)


async def test_an_account_that_was_never_read_has_an_empty_position(database: Database) -> None:
    assert await positions.of(database, ACCOUNT) == Position()


async def test_a_position_is_kept_whole_and_replaced_whole(database: Database) -> None:
    async with database.transaction() as tx:
        await positions.put(tx, ACCOUNT, FAR)
    assert await positions.of(database, ACCOUNT) == FAR
    async with database.transaction() as tx:
        await positions.put(tx, ACCOUNT, Position(sync_token="token-2"))
    assert await positions.of(database, ACCOUNT) == Position(sync_token="token-2")
    assert await positions.of(database, OTHER_ACCOUNT) == Position()


async def test_following_moves_the_token_and_the_time_and_nothing_else(database: Database) -> None:
    async with database.transaction() as tx:
        await positions.put(tx, ACCOUNT, FAR)
        await positions.followed(tx, ACCOUNT, sync_token="token-2", followed_until=NOW + 50)
    assert await positions.of(database, ACCOUNT) == msgspec.structs.replace(
        FAR, sync_token="token-2", followed_until=NOW + 50
    )
