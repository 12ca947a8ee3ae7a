"""How a command says that it cannot go on."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import asyncpg
from pydantic import ValidationError

from threadline.cli.serving import ServingError
from threadline.store.database import SchemaTooNew
from threadline.store.ownership import FolderInUse
from threadline.store.vault import VaultError


def fail(text: str) -> NoReturn:
    """Say why the command cannot go on and what to do, and end with status 2."""
    sys.stderr.write(text.rstrip() + "\n")
    raise SystemExit(2)


@contextmanager
def failing_plainly() -> Iterator[None]:
    """End the command in a sentence, where it meets what the person who runs it can put right."""
    try:
        yield
    except ValidationError as error:
        fail("\n".join(f"{name}: {reason}. See docs/settings.md." for name, reason in refused(error)))
    except (ServingError, FolderInUse, SchemaTooNew) as error:
        fail(str(error))
    except VaultError as error:
        fail(f"The master key cannot be used: {error}. Set THREADLINE_MASTER_KEY, or restore master.key.")
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        if _is_ours(error):
            raise
        fail(trouble(error))


def _is_ours(error: Exception) -> bool:
    """Whether the database complains of a statement: a fault of the program, which its traceback explains."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, asyncpg.SyntaxOrAccessError) and not isinstance(
        error, asyncpg.InsufficientPrivilegeError
    )


def refused(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The environment variable of each setting that cannot be used, and the reason."""
    for one in error.errors():
        yield f"THREADLINE_{'_'.join(str(part) for part in one['loc'])}".upper(), one["msg"]


def trouble(error: Exception) -> str:
    """What went wrong with the data folder or the database, as a sentence with what to do."""
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename} cannot be used: {error.strerror}. "
            "Give its folder to this user, or choose another with THREADLINE_DATA_DIR."
        )
    if isinstance(error, sqlite3.Error):
        return (
            f"The database in the data folder cannot be used: {error}. "
            "Restore a backup, or choose another folder with THREADLINE_DATA_DIR."
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"The database cannot be reached: {reason.rstrip('.')}. Check THREADLINE_DATABASE_URL."
