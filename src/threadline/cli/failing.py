"""How a command says that it cannot go on."""

import sys
from typing import NoReturn


def fail(text: str) -> NoReturn:
    """Say why the command cannot go on and what to do, and end with status 2."""
    sys.stderr.write(text.rstrip() + "\n")
    raise SystemExit(2)
