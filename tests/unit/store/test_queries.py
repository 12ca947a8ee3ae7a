"""Named SQL: gathered from files, one meaning a name, written once for both databases."""

import re
from pathlib import Path

import pytest

from threadline.store import queries
from threadline.store.queries import NumberedQuery

SOURCE = Path(queries.__file__).parent
FILES = sorted((SOURCE / "queries").glob("*.sql"))
CALLED = re.compile(r"(?:\.(?:rows|row|run|run_many)\(|_held\(\s*tx,)\s*\"([a-z_]+\.[a-z_]+)\"")


def test_both_databases_know_the_same_queries() -> None:
    assert set(queries.named("sqlite")) == set(queries.named("postgresql"))


def test_every_query_is_called_and_every_call_has_its_query() -> None:
    called = {
        name
        for path in SOURCE.parent.rglob("*.py")
        for name in CALLED.findall(path.read_text(encoding="utf-8"))
    }
    assert called == set(queries.named("sqlite"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_query_has_a_line_that_says_what_it_is_for(path: Path) -> None:
    for entry in path.read_text(encoding="utf-8").split("-- name:")[1:]:
        name, purpose = entry.splitlines()[:2]
        assert re.fullmatch(r"-- [A-Z].+\.|-- [A-Z].+", purpose), f"{path.stem}.{name.strip()}"


def test_every_query_is_one_statement() -> None:
    for dialect in ("sqlite", "postgresql"):
        for name, text in queries.named(dialect).items():
            assert text, name
            assert ";" not in text, name
            assert "--" not in text, name


def test_both_databases_take_the_same_parameters() -> None:
    for name, text in queries.named("sqlite").items():
        assert set(queries.with_numbers(text).names) == set(queries.numbered()[name].names), name


def test_parameters_are_numbered_in_the_order_in_which_they_first_occur() -> None:
    assert queries.with_numbers("SELECT :b, :a, :b WHERE x = :c_1") == NumberedQuery(
        "SELECT $1, $2, $1 WHERE x = $3", ("b", "a", "c_1")
    )


@pytest.mark.parametrize(
    ("text", "numbered", "names"),
    [
        ("SELECT 1", "SELECT 1", ()),
        ("SELECT :a::text", "SELECT $1::text", ("a",)),
        ("SELECT x::text, (:a)::bigint", "SELECT x::text, ($1)::bigint", ("a",)),
        ("SELECT CAST(:ids AS jsonb)", "SELECT CAST($1 AS jsonb)", ("ids",)),
        ("VALUES (:a,:b)", "VALUES ($1,$2)", ("a", "b")),
        ("(x, y) < (:before, :before_thread)", "(x, y) < ($1, $2)", ("before", "before_thread")),
        (":a2 + :a", "$1 + $2", ("a2", "a")),
    ],
)
def test_a_parameter_is_told_from_a_cast_and_from_a_longer_name(
    text: str, numbered: str, names: tuple[str, ...]
) -> None:
    assert queries.with_numbers(text) == NumberedQuery(numbered, names)


def test_queries_are_called_by_file_and_name_and_those_of_a_dialect_by_their_full_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "things.sql").write_text(
        "-- About things.\n\n-- name: all\n-- Everything.\nSELECT *\n-- all of it\nFROM things;\n\n"
        "-- name: one\n-- One.\nSELECT 1;\n"
    )
    (tmp_path / "sqlite.sql").write_text("-- name: things.some\n-- Some.\nSELECT 'sqlite';\n")
    (tmp_path / "postgresql.sql").write_text("-- name: things.some\n-- Some.\nSELECT 'postgresql';\n")
    for dialect in ("sqlite", "postgresql"):
        assert queries.gathered(tmp_path, dialect) == {
            "things.all": "SELECT *\nFROM things",
            "things.one": "SELECT 1",
            "things.some": f"SELECT '{dialect}'",
        }


@pytest.mark.parametrize("second", ["things.sql", "sqlite.sql"])
def test_a_name_that_is_written_twice_is_refused(tmp_path: Path, second: str) -> None:
    (tmp_path / "things.sql").write_text("-- name: all\n-- Everything.\nSELECT 1;\n")
    name = "all" if second == "things.sql" else "things.all"
    with (tmp_path / second).open("a") as file:
        file.write(f"-- name: {name}\n-- Everything.\nSELECT 2;\n")
    with pytest.raises(ValueError, match=r"things\.all is written twice"):
        queries.gathered(tmp_path, "sqlite")
