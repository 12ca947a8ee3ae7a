"""Accounts, their states and their sealed sessions."""

import msgspec
import pytest

from tests.contract.store.samples import ACCOUNT, ADA, NOW, OTHER_ACCOUNT, TENANT
from threadline.model.accounts import Account, AccountState
from threadline.store import accounts
from threadline.store.database import Database


async def stored(database: Database) -> Account:
    account = await accounts.by_id(database, ACCOUNT)
    assert account is not None
    return account


async def test_a_new_account_is_unlinked_and_knows_nothing_of_its_owner(database: Database) -> None:
    assert await stored(database) == Account(
        account_id=ACCOUNT,
        tenant_id=TENANT,
        user_id="ada",
        state=AccountState.UNLINKED,
        state_reason=None,
        state_until=None,
        profile_id=None,
        full_name=None,
        vanity=None,
        headline=None,
        premium=False,
        proven_at=None,
        caught_up_at=None,
        created_at=NOW,
    )


async def test_accounts_are_listed_oldest_first_and_found_by_user(database: Database) -> None:
    expected = [ACCOUNT, OTHER_ACCOUNT]
    assert [one.account_id for one in await accounts.every(database)] == expected
    assert [one.account_id for one in await accounts.of_tenant(database, TENANT)] == expected
    assert await accounts.of_tenant(database, "tenant-2") == []
    assert await accounts.by_user(database, TENANT, "ada") == await stored(database)
    assert await accounts.by_user(database, TENANT, "Ada") is None
    assert await accounts.by_user(database, "tenant-2", "ada") is None
    assert await accounts.by_id(database, "nobody") is None


async def test_a_user_has_one_account(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.transaction() as tx:
            await accounts.insert(tx, account_id="c" * 24, tenant_id=TENANT, user_id="ada", now=NOW)
    assert len(await accounts.every(database)) == 2


async def test_every_state_is_kept_with_its_reason_and_its_end(database: Database) -> None:
    for state in AccountState:
        async with database.transaction() as tx:
            await accounts.set_state(tx, ACCOUNT, state, f"why {state}", NOW + 60_000)
        account = await stored(database)
        assert account.state is state
        assert (account.state_reason, account.state_until) == (f"why {state}", NOW + 60_000)


async def test_a_state_without_reason_and_end_forgets_those_of_the_state_before(database: Database) -> None:
    async with database.transaction() as tx:
        await accounts.set_state(tx, ACCOUNT, AccountState.RESTRICTED, "status 999", NOW + 1)
        await accounts.set_state(tx, ACCOUNT, AccountState.CONNECTED, None, None)
    account = await stored(database)
    assert (account.state, account.state_reason, account.state_until) == (AccountState.CONNECTED, None, None)


async def test_the_owner_is_kept_as_linkedin_told(database: Database) -> None:
    owner = msgspec.structs.replace(ADA, vanity="ada-sample", headline="Analyst", premium=True)
    async with database.transaction() as tx:
        await accounts.set_owner(tx, ACCOUNT, owner)
    account = await stored(database)
    assert account.profile_id == ADA.person_id
    assert (account.full_name, account.vanity) == ("Ada Sample", "ada-sample")
    assert (account.headline, account.premium) == ("Analyst", True)

    async with database.transaction() as tx:
        await accounts.set_owner(tx, ACCOUNT, ADA)
    assert (await stored(database)).premium is False


async def test_the_last_proof_never_moves_back(database: Database) -> None:
    async with database.transaction() as tx:
        await accounts.set_proven(tx, ACCOUNT, NOW + 5)
        await accounts.set_proven(tx, ACCOUNT, NOW)
        await accounts.set_caught_up(tx, ACCOUNT, NOW + 9)
    account = await stored(database)
    assert (account.proven_at, account.caught_up_at) == (NOW + 5, NOW + 9)


async def test_a_sealed_session_is_kept_replaced_and_taken_out(database: Database) -> None:
    assert await accounts.sealed_session(database, ACCOUNT) is None
    for sealed in ("v1.first", "v1.second", None):
        async with database.transaction() as tx:
            await accounts.set_sealed_session(tx, ACCOUNT, sealed)
        assert await accounts.sealed_session(database, ACCOUNT) == sealed
    assert await accounts.sealed_session(database, "nobody") is None


async def test_a_change_to_one_account_leaves_the_other_as_it_was(database: Database) -> None:
    before = await accounts.by_id(database, OTHER_ACCOUNT)
    async with database.transaction() as tx:
        await accounts.set_state(tx, ACCOUNT, AccountState.CONNECTED, "x", 1)
        await accounts.set_owner(tx, ACCOUNT, ADA)
        await accounts.set_proven(tx, ACCOUNT, NOW)
        await accounts.set_sealed_session(tx, ACCOUNT, "v1.sealed")
    assert await accounts.by_id(database, OTHER_ACCOUNT) == before
    assert await accounts.sealed_session(database, OTHER_ACCOUNT) is None
