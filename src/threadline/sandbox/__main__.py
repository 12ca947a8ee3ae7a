"""`python -m threadline.sandbox`: run the simulated network from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from threadline.sandbox.network.journal import JournalError
from threadline.sandbox.options import Options, OptionsError
from threadline.sandbox.server import run


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped. Gives the exit status: 0 after a stop, 2 when it could not start."""
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m threadline.sandbox", description="A simulated LinkedIn.")
    parser.add_argument("--host", default=usual.host, help="a loopback address (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=usual.port, help="0 takes any free port (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=usual.seed, help="what the network is made from")
    parser.add_argument(
        "--anchor-ms", type=int, help="epoch milliseconds where history ends (default: midnight, UTC)"
    )
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep changes in this file")
    parser.add_argument("--stream-life", type=float, default=usual.stream_life, metavar="SECONDS")
    parser.add_argument("--heartbeat", type=float, default=usual.heartbeat, metavar="SECONDS")
    parser.add_argument(
        "--answer-delay-ms", type=int, nargs=2, default=usual.answer_delay_ms, metavar=("SHORTEST", "LONGEST")
    )
    parser.add_argument(
        "--lenient", action="store_true", help="take Rest.li in other spellings, and any trackingId"
    )
    parser.add_argument(
        "--crowd", type=int, default=usual.crowd, metavar="N", help="N more accounts, crowd-0001 and so on"
    )
    parser.add_argument(
        "--lively", action="store_true", help="people type, react, correct themselves, answer in groups"
    )
    given = parser.parse_args(arguments)
    try:
        run(
            Options(
                host=given.host,
                port=given.port,
                seed=given.seed,
                anchor_ms=given.anchor_ms,
                keep=given.keep,
                stream_life=given.stream_life,
                heartbeat=given.heartbeat,
                answer_delay_ms=(given.answer_delay_ms[0], given.answer_delay_ms[1]),
                lenient=given.lenient,
                crowd=given.crowd,
                lively=given.lively,
            )
        )
    except (OptionsError, JournalError, OSError) as problem:
        sys.stderr.write(f"The sandbox did not start: {problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
