"""The states of an account: each one says what the person must do."""

import pytest

from threadline.model.accounts import (
    PERSON_MUST_ACT,
    PROVEN,
    STOPPED,
    AccountState,
    Cookie,
    Session,
    next_action,
)


@pytest.mark.promise("design.6.connected-means-proven")
@pytest.mark.parametrize("state", AccountState)
def test_every_state_names_the_one_thing_to_do(state: AccountState) -> None:
    assert next_action(state).endswith(".")


@pytest.mark.parametrize("state", sorted(PERSON_MUST_ACT))
def test_a_state_that_does_not_end_by_itself_tells_how_to_link_again(state: AccountState) -> None:
    assert "POST /api/session" in next_action(state)


@pytest.mark.parametrize("state", sorted(STOPPED - PERSON_MUST_ACT))
def test_a_state_that_ends_by_itself_points_to_its_time(state: AccountState) -> None:
    assert "until the time shown" in next_action(state)


def test_no_two_states_of_a_stopped_account_say_the_same() -> None:
    assert len({next_action(state) for state in STOPPED}) == len(STOPPED)


def test_a_stopped_account_is_not_a_proven_one() -> None:
    assert not STOPPED & PROVEN
    assert PERSON_MUST_ACT <= STOPPED


def test_a_session_in_a_log_shows_the_names_of_its_cookies_and_no_value() -> None:
    session = Session(cookies=(Cookie("li_at", "AQEDsecret"), Cookie("JSESSIONID", '"ajax:secret"')))
    for shown in (repr(session), str(session), f"{session}", f"{[session]}"):
        assert "secret" not in shown
    assert repr(session) == "Session(li_at, JSESSIONID)"
