"""Every kind of fault has its line in the manuals and its tests on both sides."""

from pathlib import Path

import pytest

from threadline.sandbox.living.faults import CALL_KINDS, KINDS, PARAMETERS, STREAM_KINDS

ROOT = Path(__file__).parents[3]
WITHOUT_ANSWER = {"empty_recipient_lookup", "strict_restli", "strict_tracking_id"}
"""Kinds that change what the sandbox knows or takes, and are nothing that goes wrong at LinkedIn."""


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_in_the_manuals(kind: str) -> None:
    assert f"`{kind}`" in text_of("docs/sandbox.md")
    assert f"`{kind}`" in text_of("docs/linkedin.md") or kind in WITHOUT_ANSWER


@pytest.mark.promise("faults.answered", "faults.survived")
@pytest.mark.parametrize("kind", sorted(set(KINDS) - WITHOUT_ANSWER))
def test_a_kind_is_met_by_the_connector_and_by_a_followed_account(kind: str) -> None:
    met = text_of("tests/contract/linkedin/test_faults.py")
    met += text_of("tests/contract/linkedin/test_stream_faults.py")
    assert f'"{kind}"' in met
    assert f'"{kind}"' in text_of("tests/contract/services/test_faults.py")


def test_parameters_belong_to_kinds_that_there_are() -> None:
    assert set().union(*PARAMETERS.values()) <= set(KINDS)
    assert set(KINDS) == CALL_KINDS | STREAM_KINDS
