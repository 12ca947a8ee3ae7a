"""The sandbox's own time."""

from threadline.sandbox.network.clock import Clock


def test_stamps_always_grow_even_when_time_is_set_back() -> None:
    clock = Clock()
    stamps = [clock.stamp() for _ in range(1000)]
    clock.offset_ms = -10_000_000
    stamps += [clock.stamp() for _ in range(10)]
    assert stamps == sorted(set(stamps))


def test_stamps_pass_by_what_was_used_before() -> None:
    clock = Clock()
    used = clock.now() + 1_000_000
    clock.pass_by(used)
    assert clock.stamp() == used + 1
    clock.pass_by(5)
    assert clock.stamp() == used + 2
