"""Every setting, command, error code, event type, metric and variable has its line in the docs."""

import re

import pytest

from tests.checks.documented import FINDERS, Finder, environment_in, metrics_in
from tests.checks.source import ROOT, SourceFile


def undocumented(names: list[str], pages: dict[str, str]) -> list[str]:
    """The names that stand on no page as a word of their own."""
    text = "\n".join(pages.values())
    return [name for name in names if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)]


def pages() -> dict[str, str]:
    """The docs for the people who use it; the contracts and the decisions are for those who build it."""
    return {path.name: path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))}


@pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: finder.__name__)
def test_the_docs_have_a_line_for_each(finder: Finder) -> None:
    written = pages()
    missing = undocumented(list(finder()), written) if written else []
    assert not missing, f"no page of docs/ names these {finder.__name__}: {', '.join(missing)}"


def test_a_name_counts_only_as_a_word_of_its_own() -> None:
    pages = {"events.md": "`message.received` and THREADLINE_PORTS"}
    assert undocumented(["message.received", "message", "received", "THREADLINE_PORT"], pages) == [
        "received",
        "THREADLINE_PORT",
    ]


def test_metrics_are_found_where_they_are_defined() -> None:
    text = (
        "import prometheus_client\n"
        "from collections import Counter\n"
        "from prometheus_client import Gauge as Level\n"
        "Level('one', 'says', registry=registry)\n"
        "prometheus_client.Histogram('two', 'says')\n"
        "Counter('three')\n"
    )
    assert list(metrics_in(SourceFile("a.py", text))) == ["one", "two"]


def test_environment_variables_are_found_where_they_are_read() -> None:
    text = "os.environ.get('ONE', '')\nos.environ['TWO']\nos.getenv('THREE')\nos.environ.copy()\n"
    assert list(environment_in(SourceFile("a.py", text))) == ["ONE", "TWO", "THREE"]
