"""`threadline sandbox`: the simulated LinkedIn alone."""

import sys
from pathlib import Path

from threadline.sandbox.__main__ import main


def run(*, port: int, seed: int, keep: Path | None, anchor_ms: int | None, lively: bool) -> None:
    """Run it until it is stopped."""
    arguments = ["--port", str(port), "--seed", str(seed)]
    if keep is not None:
        arguments += ["--keep", str(keep)]
    if anchor_ms is not None:
        arguments += ["--anchor-ms", str(anchor_ms)]
    if lively:
        arguments.append("--lively")
    sys.exit(main(arguments))
