"""The made network: the same for a seed and an anchor, and sound in itself."""

import pytest

from threadline.sandbox.network.network import Network, make_network
from threadline.sandbox.network.threads import (
    ARCHIVE,
    INBOX,
    INMAIL,
    PRIMARY,
    REQUEST,
    SECONDARY,
    SPAM,
    STARRED,
)

ANCHOR = 1_790_035_200_000
SETS = {
    (INBOX, PRIMARY),
    (INBOX, SECONDARY),
    (INBOX, PRIMARY, INMAIL),
    (INBOX, SECONDARY, INMAIL),
    (INBOX, PRIMARY, STARRED),
    (ARCHIVE,),
    (ARCHIVE, INMAIL),
    (SPAM,),
    (REQUEST,),
}


@pytest.fixture(scope="module", params=[1, 7, 2**40])
def network(request: pytest.FixtureRequest) -> Network:
    return make_network(request.param, ANCHOR)


def test_the_same_seed_and_anchor_make_the_same_network() -> None:
    first, second = make_network(3, ANCHOR), make_network(3, ANCHOR)
    other = make_network(4, ANCHOR)
    # One is looked at from its end, so that the order of looking is seen not to matter.
    backwards = [thread.messages for thread in reversed(second.threads)][::-1]
    assert [thread.messages for thread in first.threads] == backwards
    assert first.people == second.people
    assert [thread.thread_id for thread in first.threads] != [thread.thread_id for thread in other.threads]


def test_another_anchor_moves_the_history_and_keeps_the_people() -> None:
    first, later = make_network(3, ANCHOR), make_network(3, ANCHOR + 86_400_000)
    assert first.people == later.people
    for before, after in zip(first.threads, later.threads, strict=True):
        assert after.thread_id == before.thread_id
        assert after.last_activity_at - before.last_activity_at == 86_400_000


def test_messages_are_in_order_and_end_at_the_last_activity(network: Network) -> None:
    for thread in network.threads:
        times = [message.delivered_at for message in thread.messages]
        assert times == sorted(set(times))
        assert times[-1] == thread.last_activity_at < ANCHOR
        assert times[0] >= thread.created_at
        assert len({message.message_id for message in thread.messages}) == len(times)
        assert {message.sender for message in thread.messages} <= set(thread.members)


def test_unread_messages_are_the_last_and_by_others(network: Network) -> None:
    for thread in network.threads:
        for owner, view in thread.views.items():
            assert view.read is (view.unread == 0)
            unread = thread.messages[len(thread.messages) - view.unread :]
            assert len(unread) == view.unread
            assert owner not in {message.sender for message in unread}


def test_no_two_threads_have_their_last_activity_at_one_time(network: Network) -> None:
    times = [thread.last_activity_at for thread in network.threads]
    assert len(set(times)) == len(times)


def test_categories_come_in_the_sets_that_are_known(network: Network) -> None:
    owners = [account.owner for account in network.accounts.values()]
    found = {
        tuple(thread.view(owner).categories)
        for owner in owners
        for thread in network.threads
        if owner in thread.members
    }
    assert found == SETS


def test_each_account_has_connections_with_and_without_a_thread(network: Network) -> None:
    for account in network.accounts.values():
        connected = network.connections[account.owner]
        written = {
            member
            for thread in network.threads
            if account.owner in thread.members and thread.kind == "direct"
            for member in thread.members
        }
        assert len(connected & written) > 200
        assert len(connected - written) > 10


def test_there_is_at_most_one_direct_thread_between_two_people(network: Network) -> None:
    pairs = [frozenset(thread.members) for thread in network.threads if thread.kind == "direct"]
    assert len(set(pairs)) == len(pairs)


def test_each_account_has_one_very_long_thread(network: Network) -> None:
    for account in network.accounts.values():
        lengths = [len(thread.messages) for thread in network.threads if account.owner in thread.members]
        assert max(lengths) >= 600


def test_the_accounts_share_threads(network: Network) -> None:
    ada, grace, alan = (account.owner for account in network.accounts.values())
    members = [set(thread.members) for thread in network.threads]
    for pair in ({ada, grace}, {ada, alan}, {grace, alan}, {ada, grace, alan}):
        assert pair in members


def test_vanity_names_fit_into_an_address(network: Network) -> None:
    for person in network.people:
        assert person.vanity.isascii()
        assert person.vanity.replace("-", "").isalnum()
        assert person.vanity == person.vanity.lower()
    assert len({person.vanity for person in network.people}) == len(network.people) >= 300
    assert len({person.language for person in network.people}) >= 20
