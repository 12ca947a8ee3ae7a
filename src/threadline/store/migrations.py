"""The schema's history: numbered files in `migrations/`, each applied once and recorded with itself.

`0001_name.sql` holds what reads the same on both databases; `0001_name.sqlite.sql` or
`0001_name.postgresql.sql` beside it holds what does not.
"""

from importlib import resources

from msgspec import Struct

from threadline.store.database import SchemaTooNew

CREATE_RECORD = (
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
)
READ_VERSION = "SELECT COALESCE(MAX(version), 0) FROM schema_migrations"


class Migration(Struct, frozen=True):
    """One step of the schema."""

    version: int
    name: str
    statements: tuple[str, ...]


def migrations(dialect: str) -> list[Migration]:
    """Every step for `dialect`, in order."""
    folder = resources.files(__package__).joinpath("migrations")
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir()}
    steps: list[Migration] = []
    for file_name in sorted(texts):
        stem = file_name.removesuffix(".sql")
        if not file_name.endswith(".sql") or "." in stem:
            continue
        number, _, name = stem.partition("_")
        text = texts[file_name] + "\n" + texts.get(f"{stem}.{dialect}.sql", "")
        steps.append(Migration(int(number), name, _statements(text)))
    return steps


def missing(dialect: str, version: int) -> list[Migration]:
    """The steps that a database at `version` lacks; raises SchemaTooNew when it is ahead of this program."""
    known = migrations(dialect)
    newest = known[-1].version
    if version > newest:
        raise SchemaTooNew(
            f"The database has schema version {version}, and this version of Threadline knows {newest}. "
            "Run the newer Threadline that wrote it, or restore a backup made before the upgrade."
        )
    return [step for step in known if step.version > version]


def _statements(text: str) -> tuple[str, ...]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return tuple(part.strip() for part in lines.split(";\n") if part.strip(" \n;"))
