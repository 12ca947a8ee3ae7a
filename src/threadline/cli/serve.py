"""`threadline serve`: the gateway alone."""

import sys

import uvloop
from pydantic import ValidationError

from threadline.app import build
from threadline.cli import logs
from threadline.cli.failing import fail
from threadline.cli.serving import ServingError, serve
from threadline.settings import Settings
from threadline.store.database import SchemaTooNew
from threadline.store.ownership import FolderInUse
from threadline.store.vault import VaultError


def run() -> None:
    """Serve until SIGINT or SIGTERM; ends with status 2 when it cannot start."""
    try:
        settings = Settings()
    except ValidationError as error:
        fail("\n".join(f"THREADLINE_{_name(one['loc'])}: {one['msg']}" for one in error.errors()))
    logs.configure(settings.log_level)
    try:
        uvloop.run(serve(build(settings), _ready))
    except (ServingError, FolderInUse, SchemaTooNew, VaultError, OSError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        return


def _ready(port: int) -> None:
    sys.stderr.write(f"Threadline listens on port {port}.\n")


def _name(location: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in location).upper()
