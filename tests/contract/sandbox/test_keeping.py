"""Every change is kept in the file and is there again after the next start."""

import dataclasses
from pathlib import Path
from typing import Any

import aiohttp

from tests.contract.sandbox.client import SandboxClient, encoded
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

ACCOUNTS = ("ada", "grace", "alan")
LEGACY = "/voyager/api/messaging/conversations"


async def state(sandbox: SandboxClient, threads: list[str]) -> list[Any]:
    """What the accounts' mailboxes hold of these threads, as clients and as the admin API see it."""
    found: list[Any] = []
    for account in ACCOUNTS:
        listed = await sandbox.told(f"mailboxes/{account}/conversations?limit=60")
        found.append(listed["conversations"])
        for thread_id in threads:
            urn = encoded(await sandbox.conversation_urn(thread_id, account))
            for name in ("messengerMessages", "messengerSeenReceipts"):
                found.append(await sandbox.query(name, f"conversationUrn:{urn}", account=account))
            found.append(
                await sandbox.query(
                    "messengerConversations", f"messengerConversationsId:{urn}", account=account
                )
            )
            found.append((await sandbox.call("GET", f"{LEGACY}/{thread_id}/events", account=account)).text)
    return found


async def everything(sandbox: SandboxClient) -> list[str]:
    """Do each thing that can be done once; gives the threads that it was done in."""
    do = sandbox.person_does
    group = (await do("ada", "groups", members=["grace", "sarah-chen"], title="Kept", text="Hello"))[
        "threadId"
    ]
    direct = await sandbox.thread_with("grace-demo")
    sent = [(await sandbox.send(text, thread_id=direct)).json["value"]["backendUrn"] for text in "abc"]
    await do("ada", "edit", message=sent[0], text="A")
    await do("ada", "recall", message=sent[1])
    await do("grace", "react", message=sent[2], emoji="👏")
    await do("ada", "react", message=sent[2], emoji="👏")
    await do("grace", "react", message=sent[2], emoji="💡")
    await do("grace", "unreact", message=sent[2], emoji="💡")
    await do("grace", "write", thread=direct, text="Which?", replyTo=sent[2])
    await do("ada", "read", thread=direct)
    await do("ada", "move", thread=direct, category="STARRED")
    await do("grace", "move", thread=direct, category="ARCHIVE")
    await do("ada", "mute", thread=direct)
    await do("ada", "rename", thread=group, title="Kept well")
    await do("ada", "add", thread=group, members=["alan", "janesmith"])
    await do("ada", "remove", thread=group, members=["grace"])
    await do("sarah-chen", "write", thread=group, text="Without Grace")
    await do("janesmith", "leave", thread=group)
    away = await sandbox.thread_with("alan-demo")
    await do("ada", "delete", thread=away)
    back = await sandbox.thread_with("sarah-chen")
    await do("ada", "delete", thread=back)
    await do("sarah-chen", "write", to="ada", text="Back")
    return [group, direct, away, back]


async def test_what_people_did_is_there_after_a_restart(options: Options, tmp_path: Path) -> None:
    kept = dataclasses.replace(options, keep=tmp_path / "changes.jsonl")
    async with aiohttp.ClientSession() as session:
        async with serving(kept) as base_url:
            sandbox = SandboxClient(base_url, session)
            threads = await everything(sandbox)
            token = (await sandbox.conversations())["metadata"]["newSyncToken"]
            before = await state(sandbox, threads)
        async with serving(kept) as base_url:
            sandbox = SandboxClient(base_url, session)
            assert await state(sandbox, threads) == before
            assert (await sandbox.conversations(f"syncToken:{token}"))["elements"] == []
