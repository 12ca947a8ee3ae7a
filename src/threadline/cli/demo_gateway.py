"""The gateway of a demo: it speaks to the sandbox, and its accounts are linked before it is ready."""

import sys

import uvloop

from threadline.app import Gateway, build
from threadline.cli import logs
from threadline.cli.demo import ACCOUNTS, Demo, banner, sandbox_answers
from threadline.cli.failing import failing_plainly
from threadline.cli.serving import ServingError, serve
from threadline.model.accounts import Cookie, Session
from threadline.model.errors import ThreadlineError
from threadline.settings import Settings


def run(demo: Demo) -> None:
    """Serve until SIGINT or SIGTERM; ends with status 2 when it cannot start."""
    with failing_plainly():
        _serve(demo)


def _serve(demo: Demo) -> None:
    settings = Settings(
        data_dir=demo.folder,
        port=demo.port,
        linkedin_url=f"http://127.0.0.1:{demo.sandbox_port}",
        backfill_pause_seconds=0,
        sandbox_keys=True,
        log_level="warning",
    )
    logs.configure(settings.log_level)
    gateway = build(settings)

    async def prepare() -> None:
        await _link(gateway, demo)

    def ready(port: int) -> None:
        sys.stdout.write(banner(demo, port))
        sys.stdout.flush()

    uvloop.run(serve(gateway, ready, prepare))


async def _link(gateway: Gateway, demo: Demo) -> None:
    if not await sandbox_answers(demo.sandbox_port):
        raise ServingError(
            f"The sandbox did not start on port {demo.sandbox_port}: see {demo.folder / 'sandbox.log'}."
        )
    tenant = await gateway.services.access.sandbox_tenant()
    for name in ACCOUNTS:
        session = Session(
            cookies=(Cookie("li_at", f"demo-{name}"), Cookie("JSESSIONID", f'"ajax:demo-{name}"'))
        )
        try:
            await gateway.services.linking.link(tenant, name, session)
        except ThreadlineError as error:
            raise ServingError(f"{name} could not be linked: {error.message}") from error
