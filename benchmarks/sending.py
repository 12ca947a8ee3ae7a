"""A direct send through the gateway against the raw upstream call: what the gateway adds.

Both sides call the same sandbox process, in turn, each from an account of its own, so that the echo of one
send never disturbs the other side. Nobody in the sandbox answers while it is measured.
"""

import asyncio
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry

from benchmarks import processes
from benchmarks.plan import Plan
from benchmarks.results import Result, below, median, percentile
from threadline.app import build
from threadline.linkedin.connector import AccountClient, LinkedIn
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.model.accounts import Cookie, Session
from threadline.model.clock import SystemClock
from threadline.model.compositions import Composition
from threadline.model.conversations import Conversation
from threadline.model.limits import OwnRules
from threadline.model.pacing import Profile
from threadline.model.randomness import SystemRandomness, tracking_id
from threadline.services.access import Access
from threadline.settings import Settings
from threadline.store import pacing

AIM_MS = 5.0
"""What the gateway may add at the median, in milliseconds."""

_SENDER, _RAW_SENDER = "ada", "grace"
_WARM_UPS = 5
_PATIENCE_SECONDS = 120
_NEVER = ("--answer-delay-ms", "86400000", "86400000")


class SilentObserver:
    """Follows a session that nobody keeps."""

    async def session_changed(self, session: Session) -> None:
        """The client itself keeps the cookies."""

    def traffic_proven(self, now: int) -> None:
        """Nobody asks."""

    def session_ended(self, reason: str) -> None:
        """The next call fails with the same reason."""


async def measure(plan: Plan) -> list[Result]:
    """The added latency, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, processes.sandbox(*_NEVER) as sandbox_port:
        address = f"http://127.0.0.1:{sandbox_port}"
        key = await linked(Path(folder), address)
        with processes.gateway(Path(folder), linkedin_url=address, backfill_pause_seconds="0") as running:
            linkedin = upstream(address)
            await linkedin.open()
            try:
                headers = {"Authorization": f"Bearer {key}", "X-User-Id": _SENDER}
                async with aiohttp.ClientSession(
                    f"http://127.0.0.1:{running.port}", headers=headers
                ) as client:
                    await caught_up(client)
                    raw = linkedin.account(session_of(_RAW_SENDER), SilentObserver())
                    through, straight = await _in_turn(plan, client, raw)
            finally:
                await linkedin.close()
    return _results(through, straight)


def upstream(address: str) -> LinkedIn:
    """The connector alone."""
    return LinkedIn(
        address,
        clock=SystemClock(),
        randomness=SystemRandomness(),
        metrics=ConnectorMetrics(CollectorRegistry()),
    )


def session_of(name: str) -> Session:
    """The session of one of the sandbox's accounts."""
    return Session(cookies=(Cookie("li_at", f"demo-{name}"), Cookie("JSESSIONID", f'"ajax:demo-{name}"')))


async def _in_turn(
    plan: Plan, client: aiohttp.ClientSession, raw: AccountClient
) -> tuple[list[float], list[float]]:
    """Milliseconds of each send through the gateway, and of each raw call."""
    known = await known_conversation(client)
    straight_to = await _direct_conversation(raw)
    through: list[float] = []
    straight: list[float] = []
    for number in range(_WARM_UPS + plan.sends):
        text = f"Benchmark message {number}"
        begun = time.perf_counter()
        await _send(client, known, text)
        sent = time.perf_counter()
        await raw.messages.create(
            Composition(text=text),
            origin_token=str(uuid.uuid4()),
            tracking_id=tracking_id(SystemRandomness()),
            thread_id=straight_to.thread_id,
        )
        created = time.perf_counter()
        if number >= _WARM_UPS:
            through.append((sent - begun) * 1_000)
            straight.append((created - sent) * 1_000)
    return through, straight


def _results(through: list[float], straight: list[float]) -> list[Result]:
    added = median(through) - median(straight)
    added_p99 = percentile(through, 0.99) - percentile(straight, 0.99)
    return [
        Result(
            name="Direct send, median",
            against="the raw createMessage",
            ours=f"{median(through):.2f} ms",
            peer=f"{median(straight):.2f} ms",
            value=f"+{added:.2f} ms",
            aim=f"< {AIM_MS:.0f} ms",
            verdict=below(added, AIM_MS),
            figures={"added_ms": added, "gateway_ms": median(through), "raw_ms": median(straight)},
        ),
        Result(
            name="Direct send, 99th percentile",
            against="the raw createMessage",
            ours=f"{percentile(through, 0.99):.2f} ms",
            peer=f"{percentile(straight, 0.99):.2f} ms",
            value=f"+{added_p99:.2f} ms",
            figures={
                "added_ms": added_p99,
                "gateway_ms": percentile(through, 0.99),
                "raw_ms": percentile(straight, 0.99),
            },
        ),
    ]


async def linked(folder: Path, address: str) -> str:
    """Make a tenant with a linked account in an empty data folder; answers its key."""
    gateway = build(Settings(data_dir=folder, linkedin_url=address))
    await gateway.open()
    try:
        access: Access = gateway.services.access
        tenant = await access.create_tenant("benchmark")
        _, key = await access.create_key(tenant.tenant_id, "benchmark")
        linked = await gateway.services.linking.link(tenant, _SENDER, session_of(_SENDER))
        if linked.error is not None:
            raise RuntimeError(f"the sandbox refused the session: {linked.error}")
        async with gateway.database.transaction() as tx:
            account_id = linked.account.account_id
            await pacing.make(tx, account_id, seed=1)
            # More is sent than an owner's day allows.
            await pacing.set_rules(tx, account_id, OwnRules(profile=Profile.OPEN))
    finally:
        await gateway.stop()
    return key


async def caught_up(client: aiohttp.ClientSession) -> None:
    """Until the first backfill is over, so that only sends are measured."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            health = await _data(client, "GET", "/api/health/tenant")
            if all(account["caughtUpAt"] for account in health["accounts"]):
                return
            await asyncio.sleep(0.1)


async def known_conversation(client: aiohttp.ClientSession) -> str:
    """A one-to-one conversation that the gateway has stored, and that takes a reply."""
    listed = await _data(client, "GET", "/api/conversations?limit=100")
    for one in listed["conversations"]:
        if one["kind"] == "direct" and one["category"] == "PRIMARY_INBOX":
            try:
                await _send(client, one["conversationId"], "Hello")
            except RuntimeError:
                continue
            return str(one["conversationId"])
    raise RuntimeError("the sandbox has no conversation to write in")


async def _direct_conversation(raw: AccountClient) -> Conversation:
    newest = await raw.inbox.newest()
    return next(one for one in newest.conversations if one.direct_peer and one.accepts_replies)


async def _send(client: aiohttp.ClientSession, conversation_id: str, text: str) -> None:
    body = {"conversationId": conversation_id, "message": text}
    sent = await _data(client, "POST", "/api/send", json=body)
    if not sent["success"]:
        raise RuntimeError(f"a send was answered as {sent['status']}")


async def _data(client: aiohttp.ClientSession, method: str, path: str, **more: Any) -> Any:
    async with client.request(method, path, **more) as answer:
        body = await answer.json()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {body}")
        return body["data"]
