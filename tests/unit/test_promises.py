"""The manifest of promises and the tests agree, both ways."""

import re
from pathlib import Path

import pytest

from tests.promise import Gap, Mark, Promise, disagreements, marks_in
from tests.promised.voyager import VOYAGER
from tests.promises import PROMISES

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "docs" / "contracts"
KEPT = Promise("a.kept", "It is so.", "design §1")


def test_every_promise_has_tests_or_a_gap_and_every_mark_names_a_promise() -> None:
    assert list(disagreements(PROMISES, marks_in(ROOT, ROOT / "tests"))) == []


def test_every_row_of_voyagers_inventory_has_its_promise() -> None:
    inventory = (CONTRACTS / "voyager.md").read_text().partition("### 1.1 ")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in inventory.splitlines() if line.startswith("|")]
    assert sorted(promise.row for promise in VOYAGER if promise.row) == sorted(rows[2:])


def test_every_contract_section_that_a_promise_names_exists() -> None:
    for promise in PROMISES:
        found = re.fullmatch(r"contracts/(\S+\.md) §(\S+)", promise.source)
        if found is not None:
            headings = re.findall(r"^#+ ([\d.]+?)\.? ", (CONTRACTS / found[1]).read_text(), re.MULTILINE)
            assert found[2] in headings, f"{promise.id} names a section that {found[1]} does not have"


@pytest.mark.parametrize(
    ("promise", "marks", "complaint"),
    [
        (KEPT, [], "a.kept has no test"),
        (
            KEPT,
            [Mark("a.kept", "t.py::test_a"), Mark("b.other", "t.py::test_b")],
            "t.py::test_b is marked with 'b.other'",
        ),
        (
            Promise("a.kept", "", "", Gap("all")),
            [Mark("a.kept", "t.py::test_a")],
            "a.kept has a Gap and tests",
        ),
        (Promise("a.kept", "", "", Gap("some", partly=True)), [], "a.kept is said to be kept partly"),
    ],
)
def test_an_orphan_is_named_either_way(promise: Promise, marks: list[Mark], complaint: str) -> None:
    assert [sentence[: len(complaint)] for sentence in disagreements([promise], marks)] == [complaint]


def test_a_promise_that_stands_twice_is_named() -> None:
    assert "a.kept stands twice in the manifest" in list(disagreements([KEPT, KEPT], []))


def test_marks_are_found_on_functions_classes_and_whole_modules(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "pytestmark = [pytest.mark.promise('whole'), pytest.mark.other]\n"
        "@pytest.mark.promise('one', 'two')\n"
        "async def test_first(): ...\n"
        "@pytest.mark.promise('class')\n"
        "class TestGroup:\n"
        "    @pytest.mark.other('never')\n"
        "    def test_second(self): ...\n"
        "def not_a_test(): ...\n"
    )
    first, second = "test_some.py::test_first", "test_some.py::TestGroup::test_second"
    assert marks_in(tmp_path, tmp_path) == [
        Mark("whole", first),
        Mark("one", first),
        Mark("two", first),
        Mark("whole", second),
        Mark("class", second),
    ]
