"""A process that sends one message, for a test to stop and continue: `late_sender BASE_URL MILLISECONDS`.

It writes the time until which the message may leave, then what came of it. Its loop is that of the gateway.
"""

import sys

import uvloop

from tests.contract.linkedin.rehearsal import PATIENCE, Observer, connector, session
from tests.unit.linkedin.wire_examples import ME, THREAD
from threadline.linkedin.errors import LinkedInError
from threadline.model.clock import SystemClock
from threadline.model.compositions import Composition


async def send(base_url: str, milliseconds: int) -> str:
    """Send it, to leave within `milliseconds`."""
    async with connector(base_url, call_timeout=6 * PATIENCE) as rehearsal:
        client = rehearsal.linkedin.account(session(), Observer(), ME)
        not_after = SystemClock().now() + milliseconds
        sys.stdout.write(f"{not_after}\n")
        sys.stdout.flush()
        try:
            delivered = await client.messages.create(
                Composition(text="Late"),
                origin_token="t",
                tracking_id="0123456789abcdef",
                thread_id=THREAD,
                not_after=not_after,
            )
        except LinkedInError as error:
            return f"{error.outcome} {error.may_have_left}"
        return f"delivered {delivered.message_id}"


if __name__ == "__main__":
    sys.stdout.write(uvloop.run(send(sys.argv[1], int(sys.argv[2]))) + "\n")
