"""PyPI `linkedin-api`, unmodified, against the sandbox (contracts/linkedin-wire.md §13.1)."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from linkedin_api import Linkedin
from linkedin_api.client import Client
from requests.cookies import RequestsCookieJar

from tests.contract.sandbox.client import SandboxClient

pytestmark = pytest.mark.promise("main-job.7.an-unmodified-client")


@pytest.fixture
def linkedin(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client, logged in as ada by cookies, pointed at the sandbox, without its pauses between calls."""
    monkeypatch.setattr(Client, "LINKEDIN_BASE_URL", sandbox.base_url)
    monkeypatch.setattr(Client, "API_BASE_URL", f"{sandbox.base_url}/voyager/api")
    for name in ("_fetch", "_post"):
        monkeypatch.setattr(getattr(Linkedin, name), "__defaults__", (lambda: None, False))
    jar = RequestsCookieJar()
    jar.set("li_at", "demo-ada")
    jar.set("JSESSIONID", '"ajax:1"')
    client = Linkedin("", "", cookies=jar)
    yield client
    client.client.session.close()


async def test_it_reads_the_own_profile(linkedin: Any) -> None:
    me = await asyncio.to_thread(linkedin.get_user_profile)
    assert me["miniProfile"]["publicIdentifier"] == "ada-demo"


async def test_it_lists_conversations(linkedin: Any) -> None:
    listed = await asyncio.to_thread(linkedin.get_conversations)
    assert len(listed["elements"]) == 20


async def test_it_finds_a_conversation_by_person_and_reads_it(linkedin: Any, sandbox: SandboxClient) -> None:
    jane = await sandbox.profile_id("janesmith")
    details = await asyncio.to_thread(linkedin.get_conversation_details, jane)
    assert details["id"] == await sandbox.thread_with("janesmith")
    thread = await asyncio.to_thread(linkedin.get_conversation, details["id"])
    assert len(thread["elements"]) == 14
    nobody = await sandbox.profile_id("jane-doe-42")
    assert await asyncio.to_thread(linkedin.get_conversation_details, nobody) == {}


async def test_it_sends_into_a_thread_and_to_people(linkedin: Any, sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    failed = await asyncio.to_thread(linkedin.send_message, "By thread", conversation_urn_id=thread_id)
    assert failed is False
    person = await sandbox.profile_id("jane-doe-42")
    failed = await asyncio.to_thread(linkedin.send_message, "By person", recipients=[person])
    assert failed is False
    for vanity, text in (("sarah-chen", "By%20thread"), ("jane-doe-42", "By%20person")):
        assert len((await sandbox.told(f"mailboxes/{vanity}/messages?text={text}"))["messages"]) == 1


async def test_it_is_told_when_a_send_is_refused(linkedin: Any, sandbox: SandboxClient) -> None:
    stranger = await sandbox.profile_id("targetperson")
    assert await asyncio.to_thread(linkedin.send_message, "Hello", recipients=[stranger]) is True


async def test_it_marks_a_conversation_as_seen(linkedin: Any, sandbox: SandboxClient) -> None:
    thread_id = next(iter((await sandbox.told("mailboxes/ada/unread"))["unread"]))
    assert await asyncio.to_thread(linkedin.mark_conversation_as_seen, thread_id) is False
    assert thread_id not in (await sandbox.told("mailboxes/ada/unread"))["unread"]
