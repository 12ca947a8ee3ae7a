"""What a promise is, and how the tests that keep it are found.

A test says what it proves with `@pytest.mark.promise("design.4.reading-changes-nothing")`, on the function,
on its class, or for a whole module with `pytestmark`. The manifest in `tests/promises.py` says what there
is to prove. `tests/unit/test_promises.py` fails when the two disagree either way.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NamedTest = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing for a promise to be kept, recorded as data in place of a skipped test."""

    missing: str
    """What is missing, and where it is worth saying, what is there."""
    partly: bool = False
    """True when tests already prove a part of the promise."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that the product promises to whoever builds on it."""

    id: str
    """Stable name: the source, its number, and words that say which."""
    says: str
    """The promise, as a sentence that a test can prove or break."""
    source: str
    """Where it was given: a contract and its section, or the design and its item."""
    gap: Gap | None = None
    row: str = ""
    """The first cell of the row in the contract's inventory that this stands for, if it has one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A test that claims to prove a promise."""

    promise: str
    test: str
    """The test's node id, without parameters."""


def marks_in(root: Path, folder: Path) -> list[Mark]:
    """Every mark in the test files below `folder`; node ids are relative to `root`."""
    found: list[Mark] = []
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        whole_file = [name for node in tree.body for name in _pytestmark(node)]
        found += _marks(tree.body, path.relative_to(root).as_posix(), whole_file)
    return found


def disagreements(promises: Sequence[Promise], marks: Sequence[Mark]) -> Iterator[str]:
    """Each way in which the manifest and the tests disagree, as a sentence that says what to do."""
    kept = {mark.promise for mark in marks}
    ids = [promise.id for promise in promises]
    for promise in promises:
        if ids.count(promise.id) > 1:
            yield f"{promise.id} stands twice in the manifest"
        if promise.gap is None and promise.id not in kept:
            yield f"{promise.id} has no test: mark one with @pytest.mark.promise, or record a Gap"
        if promise.gap is not None and not promise.gap.partly and promise.id in kept:
            yield f"{promise.id} has a Gap and tests: remove the Gap, or say partly=True"
        if promise.gap is not None and promise.gap.partly and promise.id not in kept:
            yield f"{promise.id} is said to be kept partly, and no test is marked with it"
    for mark in marks:
        if mark.promise not in ids:
            yield f"{mark.test} is marked with {mark.promise!r}, which tests/promises.py does not list"


def _marks(body: Iterable[ast.stmt], prefix: str, inherited: Sequence[str]) -> list[Mark]:
    found: list[Mark] = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            of_class = [
                *inherited,
                *_decorating(node),
                *(name for item in node.body for name in _pytestmark(item)),
            ]
            found += _marks(node.body, f"{prefix}::{node.name}", of_class)
        elif isinstance(node, NamedTest) and node.name.startswith("test_"):
            names = dict.fromkeys([*inherited, *_decorating(node)])
            found += [Mark(name, f"{prefix}::{node.name}") for name in names]
    return found


def _decorating(node: ast.ClassDef | NamedTest) -> list[str]:
    return [name for decorator in node.decorator_list for name in _promised(decorator)]


def _pytestmark(node: ast.stmt) -> list[str]:
    if not isinstance(node, ast.Assign) or not any(
        ast.unparse(target) == "pytestmark" for target in node.targets
    ):
        return []
    values = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return [name for value in values for name in _promised(value)]


def _promised(node: ast.expr) -> list[str]:
    """The ids of a `pytest.mark.promise(...)`; anything else has none."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "pytest.mark.promise":
        return []
    return [str(ast.literal_eval(argument)) for argument in node.args]
