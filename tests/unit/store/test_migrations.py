"""The schema's history."""

import pytest

from threadline.store import migrations
from threadline.store.database import SchemaTooNew

dialects = pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])


def test_both_databases_have_the_same_steps() -> None:
    names = [
        [(step.version, step.name) for step in migrations.migrations(d)] for d in ("sqlite", "postgresql")
    ]
    assert names[0] == names[1]


@dialects
def test_steps_are_numbered_from_one_without_a_gap_and_named(dialect: str) -> None:
    steps = migrations.migrations(dialect)
    assert [step.version for step in steps] == list(range(1, len(steps) + 1))
    assert all(step.name.isidentifier() for step in steps)
    assert all(step.statements for step in steps)


@dialects
def test_a_step_is_cut_into_whole_statements_without_comments(dialect: str) -> None:
    for step in migrations.migrations(dialect):
        for statement in step.statements:
            assert statement.split()[0] in {"CREATE", "ALTER", "INSERT", "UPDATE", "DELETE", "DROP"}
            assert statement.count("(") == statement.count(")")
            assert not any(line.lstrip().startswith("--") for line in statement.splitlines())


@dialects
def test_what_is_missing_is_what_comes_after_the_version(dialect: str) -> None:
    steps = migrations.migrations(dialect)
    assert migrations.missing(dialect, 0) == steps
    assert migrations.missing(dialect, 1) == steps[1:]
    assert migrations.missing(dialect, len(steps)) == []


@dialects
def test_a_version_that_this_program_does_not_know_is_refused(dialect: str) -> None:
    newest = len(migrations.migrations(dialect))
    with pytest.raises(SchemaTooNew, match=rf"version {newest + 1}, and .* knows {newest}\. Run the newer"):
        migrations.missing(dialect, newest + 1)
