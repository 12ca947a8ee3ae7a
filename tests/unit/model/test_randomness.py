"""Ids: in order of time, of the length that LinkedIn asks for, and each character as likely as the next."""

import string
import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import randomness
from threadline.model.randomness import Randomness, SeededRandomness, SystemRandomness

LETTERS = string.ascii_letters + string.digits
sources = pytest.mark.parametrize(
    "source", [SystemRandomness(), SeededRandomness(7)], ids=["system", "seeded"]
)


class Fixed:
    """Gives the same octet again and again."""

    def __init__(self, octet: int) -> None:
        self._octet = octet

    def octets(self, count: int) -> bytes:
        return bytes([self._octet]) * count

    def fraction(self) -> float:
        return 0.0


class Scripted:
    """Gives every octet in turn, round and round."""

    def __init__(self) -> None:
        self._next = 0

    def octets(self, count: int) -> bytes:
        given = bytes((self._next + offset) % 256 for offset in range(count))
        self._next += count
        return given

    def fraction(self) -> float:
        return 0.0


@given(now=st.integers(0, 2**48 - 1), seed=st.integers())
def test_a_time_ordered_id_is_a_uuid_of_version_7_that_carries_its_time(now: int, seed: int) -> None:
    text = randomness.time_ordered_id(now, SeededRandomness(seed))
    parsed = uuid.UUID(text)
    assert text == str(parsed)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == now


@given(
    earlier=st.integers(0, 2**48 - 2),
    gap=st.integers(1, 10**6),
    seeds=st.tuples(st.integers(), st.integers()),
)
def test_an_id_of_a_later_millisecond_sorts_after_one_of_an_earlier(
    earlier: int, gap: int, seeds: tuple[int, int]
) -> None:
    first, second = (SeededRandomness(seed) for seed in seeds)
    later = min(earlier + gap, 2**48 - 1)
    assert randomness.time_ordered_id(earlier, first) < randomness.time_ordered_id(later, second)


@pytest.mark.parametrize("octet", [0x00, 0xFF])
def test_the_extremes_of_chance_spoil_neither_version_nor_time(octet: int) -> None:
    parsed = uuid.UUID(randomness.time_ordered_id(1_790_000_000_000, Fixed(octet)))
    assert (parsed.version, parsed.variant, parsed.int >> 80) == (7, uuid.RFC_4122, 1_790_000_000_000)


def test_ids_of_one_millisecond_differ() -> None:
    source = SystemRandomness()
    assert len({randomness.time_ordered_id(0, source) for _ in range(2_000)}) == 2_000


@sources
def test_a_tracking_id_is_always_exactly_16_letters_and_digits(source: Randomness) -> None:
    for _ in range(2_000):
        tracking_id = randomness.tracking_id(source)
        assert len(tracking_id) == 16
        assert set(tracking_id) <= set(LETTERS)


def test_each_character_is_equally_likely_because_odd_octets_are_passed_over() -> None:
    # 256 octets give each of the 62 characters four times, and 8 that stand for none.
    drawn = Counter(randomness.letters(62 * 4 * 3, Scripted()))
    assert set(drawn) == set(LETTERS)
    assert max(drawn.values()) - min(drawn.values()) <= 1


def test_characters_are_spread_evenly() -> None:
    drawn = Counter(randomness.letters(62 * 2_000, SeededRandomness(11)))
    chi_squared = sum((drawn[letter] - 2_000) ** 2 / 2_000 for letter in LETTERS)
    # 61 degrees of freedom: 120 is exceeded by chance once in a hundred thousand seeds.
    assert chi_squared < 120


@given(st.integers(0, 200), st.integers())
def test_as_many_letters_come_as_were_asked_for(count: int, seed: int) -> None:
    assert len(randomness.letters(count, SeededRandomness(seed))) == count


@sources
def test_an_account_id_is_24_hexadecimal_characters(source: Randomness) -> None:
    account_id = randomness.account_id(source)
    assert len(account_id) == 24
    assert set(account_id) <= set("0123456789abcdef")


def test_an_origin_token_is_a_uuid_of_version_4_and_always_the_same_for_a_send() -> None:
    token = randomness.origin_token("account", "send")
    parsed = uuid.UUID(token)
    assert (str(parsed), parsed.version, parsed.variant) == (token, 4, uuid.RFC_4122)
    assert token == "00cce204-451f-4144-a974-6705feb38aa9"
    others = {randomness.origin_token("account", "other"), randomness.origin_token("other", "send")}
    assert len(others - {token}) == 2


@sources
def test_ids_of_one_moment_sort_by_their_place_in_it(source: Randomness) -> None:
    made = [randomness.time_ordered_id(1_790_000_000_000, source, place) for place in range(600)]
    assert made == sorted(made)
    assert {uuid.UUID(one).version for one in made} == {7}
    assert made[-1] < randomness.time_ordered_id(1_790_000_000_001, source, 0)


@sources
def test_a_fraction_lies_from_zero_to_below_one(source: Randomness) -> None:
    assert all(0 <= source.fraction() < 1 for _ in range(500))
    assert len(source.octets(33)) == 33


def test_the_same_seed_gives_the_same_run() -> None:
    first, second, other = SeededRandomness(1), SeededRandomness(1), SeededRandomness(2)
    assert first.octets(16) == second.octets(16)
    assert first.fraction() == second.fraction()
    assert first.octets(16) != other.octets(16)
