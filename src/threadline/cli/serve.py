"""`threadline serve`: the gateway alone."""

import sys

import uvloop

from threadline.app import build
from threadline.cli import logs
from threadline.cli.failing import failing_plainly
from threadline.cli.serving import serve
from threadline.settings import Settings


def run() -> None:
    """Serve until SIGINT or SIGTERM; ends with status 2 when it cannot start."""
    with failing_plainly():
        settings = Settings()
        logs.configure(settings.log_level)
        uvloop.run(serve(build(settings), _ready))


def _ready(port: int) -> None:
    sys.stderr.write(f"Threadline listens on port {port}.\n")
