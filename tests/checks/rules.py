"""The rules of the house that no ready-made tool checks, each with a message that names the better way.

A rule takes a file and yields a sentence for each place that breaks it.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.checks.source import SourceFile

Rule = Callable[[SourceFile], Iterator[str]]

LONGEST: Final = 500
"""Lines of a file."""

NAMELESS: Final = frozenset(
    {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "base", "shared"}
)

LAZY_IMPORTS: Final[dict[str, str]] = {
    "src/threadline/cli/main.py": "a command imports what it needs, so that the demo is up within a second",
    "src/threadline/cli/demo.py": "the sandbox is started before this process spends time on imports",
}
"""Files that import inside functions, with the reason."""

CATCHES_ALL: Final[dict[tuple[str, str], str]] = {
    (
        "src/threadline/store/sqlite.py",
        "in_thread",
    ): "carries it from the writer's thread to the task that waits",
    (
        "src/threadline/engine/retrying.py",
        "until_done",
    ): "no failure of the database may end the engine or let it forget; it is tried again",
    (
        "src/threadline/engine/line.py",
        "_handle",
    ): "one piece of due work must not end the others; it is tried again",
    (
        "src/threadline/engine/duties.py",
        "_hold",
    ): "a duty that breaks is logged and taken up again, never lost",
    (
        "src/threadline/services/sends/leaving.py",
        "leave",
    ): "a send that broke must not stay claimed; it is logged, and settles by reading",
    (
        "src/threadline/services/sends/leases.py",
        "_renew",
    ): "a lease that cannot be renewed now may be a little later; else another task takes the send over",
    (
        "src/threadline/api/observing.py",
        "_failure",
    ): "whatever a request meets, its caller gets an answer and the log the cause",
    (
        "src/threadline/app.py",
        "ready",
    ): "whatever the driver says, the database does not answer",
}
"""Functions that catch every exception and do not raise it again, by file and name, with the reason."""

PASSED_IN: Final = (
    (re.compile(r"time\.(time|time_ns|localtime|gmtime)"), "take the time from the Clock that is passed in"),
    (
        re.compile(r"datetime\.(datetime|date)\.(now|utcnow|today)"),
        "take the time from the Clock that is passed in",
    ),
    (re.compile(r"(random|secrets)\.\w+"), "take chance from the Randomness that is passed in"),
    (re.compile(r"uuid\.uuid[1-8]"), "make ids with threadline.model.randomness from what is passed in"),
)

SOURCES_OF_TIME_AND_CHANCE: Final = frozenset(
    {"src/threadline/model/clock.py", "src/threadline/model/randomness.py"}
)

# Written so that they do not match themselves.
UNFINISHED: Final = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
MACHINE_PATH: Final = re.compile(r"(?<![\w.~-])/(wor[k]|roo[t]|hom[e]|User[s]|opt/pyp[i])/[\w.]")
REGISTRY: Final = re.compile(r"\b(pypi\.or[g]|pythonhosted\.or[g]|npmjs\.(or[g]|co[m])|proxy\.golan[g]\.org)")
SKIPPED: Final = re.compile(r"pytest\.(mark\.)?(skip(if)?|xfail|importorskip)")


def short_files(file: SourceFile) -> Iterator[str]:
    """A file has at most LONGEST lines; contracts and pinned requirements are as long as they are."""
    lines = file.text.count("\n")
    if file.path.endswith((".py", ".sql")) and lines > LONGEST:
        yield f"{file.path} has {lines} lines: split it by noun, above {LONGEST} it holds two things"


def named_modules(file: SourceFile) -> Iterator[str]:
    """A module is called by what it holds."""
    if file.is_python and file.name in NAMELESS:
        yield f"{file.path}: name the module after the one noun that it holds"


def imports_at_the_top(file: SourceFile) -> Iterator[str]:
    """Imports stand at the top, but in the files of LAZY_IMPORTS."""
    if not file.is_python or file.path in LAZY_IMPORTS:
        return
    for function in ast.walk(file.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield (
                        f"{file.path}:{node.lineno} imports inside {function.name}(): import at the top; a"
                        " cycle means a wrong floor; what is slow goes to LAZY_IMPORTS with the reason"
                    )


def narrow_excepts(file: SourceFile) -> Iterator[str]:
    """An exception is caught by its kind, or raised again, but in the functions of CATCHES_ALL."""
    if not file.is_python:
        return
    for scope, node in _handlers(file.tree, "the module"):
        everything = bool(_caught(node) & {"", "Exception", "BaseException"})
        raised_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        if everything and not raised_again and (file.path, scope) not in CATCHES_ALL:
            yield (
                f"{file.path}:{node.lineno} catches everything in {scope}: name the exceptions that can"
                " come, or raise again; an outermost loop goes to CATCHES_ALL with the reason"
            )


def finished_work(file: SourceFile) -> Iterator[str]:
    """No note to finish something later stands in a file."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        if UNFINISHED.search(line):
            yield f"{file.path}:{number} leaves a note for later: finish it, or record a Gap"


def time_and_chance_passed_in(file: SourceFile) -> Iterator[str]:
    """Rules and use cases are given the clock and the source of chance."""
    folders = (
        "src/threadline/model",
        "src/threadline/services",
        "src/threadline/engine",
        "src/threadline/store",
    )
    if not file.is_python or not file.within(*folders) or file.path in SOURCES_OF_TIME_AND_CHANCE:
        return
    origins = _origins(file.tree)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            called = origins.get(first, first) + dot + rest
            for pattern, better in PASSED_IN:
                if pattern.fullmatch(called):
                    yield f"{file.path}:{node.lineno} calls {called}(): {better}"


def no_place_of_this_machine(file: SourceFile) -> Iterator[str]:
    """No file names a folder of one machine or a package index."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        for pattern in (MACHINE_PATH, REGISTRY):
            found = pattern.search(line)
            if found is not None:
                yield f"{file.path}:{number} names {found[0]!r}: write it relative, or leave it to settings"


def every_test_runs(file: SourceFile) -> Iterator[str]:
    """No test is skipped or expected to fail."""
    if file.is_python and file.within("tests"):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Attribute) and SKIPPED.fullmatch(ast.unparse(node)):
                yield f"{file.path}:{node.lineno} leaves a test out: record what is missing as a Gap"


RULES: Final[tuple[Rule, ...]] = (
    short_files,
    named_modules,
    imports_at_the_top,
    narrow_excepts,
    finished_work,
    time_and_chance_passed_in,
    no_place_of_this_machine,
    every_test_runs,
)


def _handlers(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.ExceptHandler]]:
    """Every exception handler, with the name of the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ExceptHandler):
            yield scope, child
        inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        yield from _handlers(child, inner)


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {""}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(kind) for kind in kinds}


def _origins(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `{"now": "time.time"}` after `from time import time as now`."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            origins |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom):
            origins |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return origins
