"""The manifest of the wire's rows names tests that exist, on both sides or with a reason."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.promised.wire_row import Row
from tests.promised.wire_rows import WIRE_ROWS

TESTS = Path(__file__).parents[1]


def test_no_row_stands_twice() -> None:
    names = [row.row for row in WIRE_ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", WIRE_ROWS, ids=lambda row: row.row)
def test_a_row_is_proved_on_both_sides_or_says_what_is_left_out(row: Row) -> None:
    assert row.left_out or (row.sandbox and row.gateway)
    for named in row.sandbox:
        assert_there(TESTS / "contract" / "sandbox", named)
    for named in row.gateway:
        assert_there(TESTS if named.startswith("unit/") else TESTS / "contract", named)


def assert_there(folder: Path, named: str) -> None:
    module, _, function = named.partition("::")
    assert function in functions_in(folder / f"{module}.py"), f"{named} is not a test"


@cache
def functions_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
