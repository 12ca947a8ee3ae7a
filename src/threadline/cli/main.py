"""The command `threadline`: what it can do, one module a command.

A command's module is imported when the command runs, so that `threadline demo` answers within seconds.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="threadline",
    help="A self-hosted gateway to LinkedIn messaging.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
keys_app = typer.Typer(help="Create, list and revoke keys.", no_args_is_help=True)
accounts_app = typer.Typer(help="List, link and unlink accounts.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
app.add_typer(accounts_app, name="accounts")


@app.command()
def demo(
    port: Annotated[int, typer.Option(envvar=["THREADLINE_PORT", "PORT"], help="The gateway's port.")] = 8080,
    sandbox_port: Annotated[int, typer.Option(envvar="SANDBOX_PORT", help="The sandbox's port.")] = 8081,
    data_dir: Annotated[
        Path, typer.Option(envvar="THREADLINE_DATA_DIR", help="Where both keep their data.")
    ] = Path(".data/demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier demo kept.")] = False,
) -> None:
    """Run a gateway beside a simulated LinkedIn, with three accounts linked."""
    from threadline.cli import demo as command

    command.run(command.Demo(port=port, sandbox_port=sandbox_port, folder=data_dir, fresh=fresh))


@app.command()
def serve() -> None:
    """Run the gateway, as the THREADLINE_ settings say."""
    from threadline.cli import serve as command

    command.run()


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(envvar="SANDBOX_PORT", help="The port; 0 takes a free one.")] = 8081,
    seed: Annotated[int, typer.Option(help="What the network is made from.")] = 1,
    keep: Annotated[Path | None, typer.Option(help="Keep changes in this file.")] = None,
    anchor_ms: Annotated[
        int | None, typer.Option(help="Where history ends, epoch milliseconds; midnight UTC if left out.")
    ] = None,
    lively: Annotated[
        bool, typer.Option("--lively", help="People type, react, edit and answer in groups too.")
    ] = False,
) -> None:
    """Run the simulated LinkedIn alone, on this machine only."""
    from threadline.cli import sandbox as command

    command.run(port=port, seed=seed, keep=keep, anchor_ms=anchor_ms, lively=lively)


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    tenant: Annotated[str, typer.Option(help="Whose key; made when it is new.")] = "default",
    rights: Annotated[
        str, typer.Option(help="read, send, manage; separated by commas.")
    ] = "read,send,manage",
) -> None:
    """Create a key, and show it this once."""
    from threadline.cli import keys as command

    command.create(name, tenant, rights)


@keys_app.command("list")
def keys_list(tenant: Annotated[str, typer.Option(help="Whose keys.")] = "default") -> None:
    """List the keys of a tenant."""
    from threadline.cli import keys as command

    command.show_keys(tenant)


@keys_app.command("revoke")
def keys_revoke(
    key_id: Annotated[str, typer.Argument(help="The id that `threadline keys list` shows.")],
    tenant: Annotated[str, typer.Option(help="Whose key.")] = "default",
) -> None:
    """End a key at once."""
    from threadline.cli import keys as command

    command.revoke(key_id, tenant)


@accounts_app.command("list")
def accounts_list() -> None:
    """List every account, its state, and what to do about it."""
    from threadline.cli import accounts as command

    command.show_accounts()


@accounts_app.command("link")
def accounts_link(
    user: Annotated[str, typer.Argument(help="The userId to link.")],
    tenant: Annotated[str, typer.Option(help="Whose account.")] = "default",
    user_agent: Annotated[str | None, typer.Option(help="The browser's user agent.")] = None,
) -> None:
    """Link your own LinkedIn session: asks for the cookies li_at and JSESSIONID."""
    from threadline.cli import accounts as command

    command.link(user, tenant, user_agent)


@accounts_app.command("unlink")
def accounts_unlink(
    user: Annotated[str, typer.Argument(help="The userId to unlink.")],
    tenant: Annotated[str, typer.Option(help="Whose account.")] = "default",
) -> None:
    """Take a session out; what is stored remains."""
    from threadline.cli import accounts as command

    command.unlink(user, tenant)


@app.command()
def doctor() -> None:
    """Test settings, database, key, LinkedIn and sessions, with the next step for what fails."""
    from threadline.cli import doctor as command

    command.run()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the API."""
    from threadline.cli import openapi as command

    command.run()


def run() -> None:
    """The entry point."""
    app()
