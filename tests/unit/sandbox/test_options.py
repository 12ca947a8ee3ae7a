"""What a run may be asked for."""

from typing import Any

import pytest

from threadline.sandbox.options import Options, OptionsError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_addresses_are_taken(host: str) -> None:
    assert Options(host=host).host == host


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "sandbox.example", "localhost.example"])
def test_addresses_that_others_can_reach_are_refused(host: str) -> None:
    with pytest.raises(OptionsError, match="loopback"):
        Options(host=host)


def test_figures_that_make_no_sense_are_refused() -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"port": -1},
        {"heartbeat": 0.0},
        {"stream_life": -1.0},
        {"answer_delay_ms": (2, 1)},
        {"answer_delay_ms": (-1, 1)},
        {"anchor_ms": 0},
    )
    for wrong in wrongs:
        with pytest.raises(OptionsError):
            Options(**wrong)
