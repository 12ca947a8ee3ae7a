"""Two gateways on one database: a key is one send whichever is asked, and what is accepted leaves once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.calls import Answer, NoAnswer
from tests.acceptance.pair import LEASE, LONG, Pair, two_gateways
from tests.acceptance.processes import sandbox, until

KEYS = 20
ASYNC = 12


@pytest.fixture
def pair(tmp_path: Path, postgres_dsn: str) -> Iterator[Pair]:
    with sandbox(tmp_path) as network:
        urls = (network.base_url, network.base_url)
        with two_gateways(tmp_path, urls, network, postgres_dsn) as two:
            yield two


def last_word(pair: Pair, answer: Answer, text: str) -> str:
    """The id of the send that an answer is about; whoever came second may be told that it is on its way."""
    if answer.status == 200:
        assert answer.data["status"] == "sent"
        return str(answer.data["sendId"])
    error = answer.json["errors"][0]
    assert (answer.status, error["code"]) == (409, "SEND_IN_PROGRESS"), (text, answer)
    return str(error["sendId"])


@pytest.mark.promise("sends.idempotency.processes", "design.1.accepted-once")
def test_a_key_that_both_are_given_at_once_is_one_message(pair: Pair) -> None:
    texts = [f"To both at once, {number}" for number in range(KEYS)]
    asked = [
        (text, [pair.send(program, text, key=text) for program in (pair.first, pair.second, pair.first)])
        for text in texts
    ]
    replayed = 0
    for text, calls in asked:
        answers = [call.result(LONG) for call in calls]
        assert len({last_word(pair, answer, text) for answer in answers}) == 1
        replayed += sum(answer.headers.get("idempotent-replayed") == "true" for answer in answers)
        assert pair.state(text)[0] == "sent"
        assert len(pair.delivered(text)) == 1
    assert replayed == 2 * KEYS
    stored = pair.rows("SELECT COUNT(*), COUNT(DISTINCT send_id) FROM idempotency_keys")
    assert stored == [(KEYS, KEYS)]


@pytest.mark.promise("sends.idempotency.processes")
def test_what_one_has_answered_before_it_was_killed_the_other_answers_again(pair: Pair) -> None:
    text = "Answered, then killed"
    first = pair.send(pair.first, text, key="k").result(LONG)
    assert first.data["status"] == "sent"
    pair.first.kill()
    again = pair.send(pair.second, text, key="k").result(LONG)
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status, again.data) == (first.status, first.data)
    other = pair.send(pair.second, "Something else", key="k").result(LONG)
    assert other.refusal == (422, "IDEMPOTENCY_MISMATCH")
    assert len(pair.delivered(text)) == 1
    assert pair.delivered("Something else") == []


@pytest.mark.promise("sends.idempotency.processes")
def test_a_key_whose_answer_was_lost_with_its_gateway_stands_at_the_other(pair: Pair) -> None:
    text = "Killed before it answered"
    pair.hold_next_answer("createMessage")
    lost = pair.send(pair.first, text, key="k")
    until(lambda: bool(pair.delivered(text)))
    pair.first.kill()
    assert isinstance(lost.exception(LONG), NoAnswer)
    pair.let_time_pass(LEASE)
    again = pair.send(pair.second, text, key="k").result(LONG)
    assert (again.data["status"], again.headers["idempotent-replayed"]) == ("sent", "true")
    assert len(pair.delivered(text)) == 1


@pytest.mark.promise("sends.idempotency.processes")
def test_what_one_accepted_and_answered_at_once_leaves_once_although_both_run(pair: Pair) -> None:
    pair.pace("open")
    texts = [f"Queued, {number}" for number in range(ASYNC)]
    for number, text in enumerate(texts):
        program = (pair.first, pair.second)[number % 2]
        body = {"profileUrl": "https://www.linkedin.com/in/sarah-chen/", "message": text}
        asked = pair.caller(program).ask("POST", "/api/send", body, headers={"Prefer": "respond-async"})
        assert (asked.status, asked.data["status"]) == (202, "queued")
    until(lambda: all(pair.state(text)[0] == "sent" for text in texts))
    assert [len(pair.delivered(text)) for text in texts] == [1] * ASYNC
