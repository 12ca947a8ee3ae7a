"""What the docs owe a line to, found in the code itself: settings, commands, errors, events, metrics.

Each finder answers the names that exist by now; a part of the product that is not built yet has none.
"""

import ast
import importlib
import importlib.util
from collections.abc import Callable, Iterator
from enum import EnumType
from typing import Any, Final

import typer

from tests.checks.source import SourceFile, project_files

Finder = Callable[[], Iterator[str]]

METRIC_TYPES: Final = frozenset({"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"})
ENVIRONMENT_READERS: Final = frozenset({"os.environ.get", "os.getenv", "os.environ.pop"})
ANY_PROGRAMS_ENVIRONMENT: Final = frozenset({"HOME", "PATH", "TMPDIR"})


def settings() -> Iterator[str]:
    """The environment variable of every setting."""
    if (found := _attribute("threadline.settings", "Settings")) is not None:
        prefix = found.model_config.get("env_prefix", "")
        for name, field in found.model_fields.items():
            alias = field.validation_alias
            yield alias if isinstance(alias, str) else (prefix + name).upper()


def commands() -> Iterator[str]:
    """Every command as it is typed: `threadline keys create`."""
    if (app := _attribute("threadline.cli.main", "app")) is not None:
        yield from _commands(typer.main.get_command(app), "threadline")


def error_codes() -> Iterator[str]:
    """The code of every error of the tree."""
    if (root := _attribute("threadline.model.errors", "ThreadlineError")) is not None:
        yield from sorted({kind.code for kind in _descendants(root) if hasattr(kind, "code")})


def event_types() -> Iterator[str]:
    """The name of every type of event."""
    found = _attribute("threadline.model.events", "EventType")
    if isinstance(found, EnumType):
        yield from sorted(member.value for member in list[Any](found))


def metrics() -> Iterator[str]:
    """The name of every metric that the product defines."""
    for file in _product():
        yield from metrics_in(file)


def environment() -> Iterator[str]:
    """Every environment variable that is read beside the settings."""
    for file in _product():
        yield from set(environment_in(file)) - ANY_PROGRAMS_ENVIRONMENT


FINDERS: Final[tuple[Finder, ...]] = (settings, commands, error_codes, event_types, metrics, environment)


def metrics_in(file: SourceFile) -> Iterator[str]:
    """The first argument of each `Counter(...)` and its like that comes from prometheus_client."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _is_metric(node.func, file.tree) and node.args:
            yield str(ast.literal_eval(node.args[0]))


def environment_in(file: SourceFile) -> Iterator[str]:
    """The names in `os.environ.get("NAME")`, `os.getenv("NAME")` and `os.environ["NAME"]`."""
    for node in ast.walk(file.tree):
        name: ast.expr | None = None
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ENVIRONMENT_READERS:
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            name = node.slice
        if isinstance(name, ast.Constant):
            yield str(name.value)


def _is_metric(function: ast.expr, tree: ast.Module) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in METRIC_TYPES and ast.unparse(function.value) == "prometheus_client"
    imported = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "prometheus_client"
        for name in node.names
    }
    return isinstance(function, ast.Name) and imported.get(function.id) in METRIC_TYPES


def _product() -> Iterator[SourceFile]:
    return (file for file in project_files() if file.is_python and file.within("src/threadline"))


def _attribute(module: str, name: str) -> Any:
    if importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), name)


def _commands(command: Any, typed: str) -> Iterator[str]:
    """Typer brings its own copy of click, so a group is known by its `commands` and not by its type."""
    if not hasattr(command, "commands"):
        yield typed
        return
    for name, inner in command.commands.items():
        if not inner.hidden:
            yield from _commands(inner, f"{typed} {name}")


def _descendants(kind: type[Any]) -> Iterator[type[Any]]:
    children: list[type[Any]] = kind.__subclasses__()
    for child in children:
        yield child
        yield from _descendants(child)
