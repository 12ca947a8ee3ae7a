"""`threadline doctor`: what works, one thing after the other, and the next step for what does not."""

import asyncio
import os
import sqlite3
import sys
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
from pydantic import ValidationError

from threadline.cli.administration import Administration, administration
from threadline.cli.failing import refused, trouble
from threadline.settings import Settings
from threadline.store.database import SchemaTooNew
from threadline.store.vault import VaultError

_PATIENCE_SECONDS = 10

Finding = tuple[bool, str]
"""Whether a thing works, and a sentence: what was seen, or what is wrong and what to do."""


def run() -> None:
    """Test everything; ends with status 1 when something does not work."""
    try:
        settings = Settings()
    except ValidationError as error:
        for name, reason in refused(error):
            _tell("settings", (False, f"{name}: {reason}. See docs/settings.md."))
        raise SystemExit(1) from None
    _tell("settings", (True, f"data folder {settings.data_dir}"))
    raise SystemExit(0 if asyncio.run(_examine(settings)) else 1)


async def _examine(settings: Settings) -> bool:
    well = _tell("LinkedIn", await _reachable(settings.linkedin_url))
    try:
        async with administration(settings) as gateway:
            well &= _tell("database", (True, "opens, and its schema is this version's"))
            well &= _tell("key", await _key(gateway, os.environ.get("THREADLINE_KEY")))
            well &= await _sessions(gateway)
    except VaultError as error:
        return _tell("master key", (False, f"{error}."))
    except SchemaTooNew as error:
        return _tell("database", (False, str(error)))
    except aiohttp.ClientError as error:
        text = f"holds the data folder and does not answer ({error}). Set THREADLINE_PORT to its port."
        return _tell("gateway", (False, text))
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        return _tell("database", (False, trouble(error)))
    return well


async def _reachable(url: str) -> Finding:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port, ssl=parts.scheme == "https")
    except (OSError, TimeoutError) as error:
        reason = str(error) or "no answer in time"
        return False, f"{url} cannot be reached ({reason}). Check the network, or THREADLINE_LINKEDIN_URL."
    writer.close()
    return True, f"{url} can be reached"


async def _key(gateway: Administration, key: str | None) -> Finding:
    if not key:
        return True, "not tested: set THREADLINE_KEY to test one"
    status, message = await gateway.try_key(key)
    if status == 200:
        return True, "is accepted"
    return False, f"{message} Create one with `threadline keys create`."


async def _sessions(gateway: Administration) -> bool:
    accounts: list[dict[str, Any]] = (await gateway.ask("GET", "/api/admin/accounts"))["accounts"]
    if not accounts:
        return _tell("session", (True, "no account is linked yet: `threadline accounts link USER`"))
    well = True
    for account in accounts:
        answer = await gateway.ask("POST", f"/api/admin/accounts/{account['accountId']}/prove")
        name = f"session {account['tenant']}/{account['userId']}"
        if answer["sessionValid"]:
            well &= _tell(name, (True, f"LinkedIn answers as {answer['fullName']}"))
        else:
            well &= _tell(name, (False, f"{answer['sessionError']} {answer['nextAction']}"))
    return well


def _tell(name: str, finding: Finding) -> bool:
    works, sentence = finding
    sys.stdout.write(f"{'ok  ' if works else 'FAIL'}  {name}: {sentence}\n")
    return works
