"""A plain HTTP client of the sandbox that builds every address by hand, as LinkedIn's own clients do."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

GRAPHQL = "application/graphql"
NORMALIZED = "application/vnd.linkedin.normalized+json+2.1"
PLAIN = "application/json"
MESSAGING = "/voyager/api/voyagerMessagingGraphQL/graphql"
MESSAGES = "/voyager/api/voyagerMessagingDashMessengerMessages"
CONVERSATIONS = "/voyager/api/voyagerMessagingDashMessengerConversations"
TRACKING = "0123456789abcdef"
PATIENCE = 10.0
"""Seconds after which a wait for something that must come is given up."""


def encoded(value: str) -> str:
    """A value as it stands inside Rest.li variables."""
    return quote(value, safe="")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.text)


class SandboxClient:
    """Calls one running sandbox."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url = base_url
        self._session = session
        self._owners: dict[str, str] = {}

    async def call(
        self,
        method: str,
        target: str,
        *,
        account: str = "ada",
        accept: str = PLAIN,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call with the session of `account`; `target` is a raw path and query."""
        sent = {
            "cookie": f'li_at=demo-{account}; JSESSIONID="ajax:1"',
            "csrf-token": "ajax:1",
            "accept": accept,
            **(headers or {}),
        }
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        url = URL(self.base_url + target, encoded=True)
        async with self._session.request(
            method, url, data=data, headers=sent, allow_redirects=False
        ) as response:
            return Answer(response.status, response.headers, await response.text())

    async def admin(self, method: str, path: str, body: Any = None) -> Answer:
        """One call of the admin API."""
        return await self.call(method, f"/sandbox/{path}", body=body)

    async def told(self, path: str) -> Any:
        """What the admin API tells at `path`."""
        answer = await self.admin("GET", path)
        assert answer.status == 200, answer.text
        return answer.json

    async def owner(self, account: str = "ada") -> str:
        """The profile id of an account."""
        if account not in self._owners:
            told = (await self.told("health"))["accounts"]
            self._owners = {name: each["profileId"] for name, each in told.items()}
        return self._owners[account]

    async def profile_id(self, vanity: str) -> str:
        """The profile id of a person."""
        found: str = (await self.told(f"people/{vanity}"))["profileId"]
        return found

    async def mailbox_urn(self, account: str = "ada") -> str:
        """The encoded URN of an account's mailbox."""
        return encoded(f"urn:li:fsd_profile:{await self.owner(account)}")

    async def conversation_urn(self, thread_id: str, account: str = "ada") -> str:
        """A conversation's URN, as it stands in bodies."""
        return f"urn:li:msg_conversation:(urn:li:fsd_profile:{await self.owner(account)},{thread_id})"

    async def query(
        self, name: str, variables: str, *, account: str = "ada", accept: str = GRAPHQL, status: int = 200
    ) -> Any:
        """A messaging GraphQL query; `variables` is raw and without its outer parentheses."""
        target = f"{MESSAGING}?queryId={name}.0123456789abcdef0123456789abcdef&variables=({variables})"
        answer = await self.call("GET", target, account=account, accept=accept)
        assert answer.status == status, answer.text
        return answer.json

    async def conversations(self, variables: str = "", *, account: str = "ada") -> Any:
        """The one field of a `messengerConversations` answer."""
        given = f"mailboxUrn:{await self.mailbox_urn(account)}" + (f",{variables}" if variables else "")
        return _only_field(await self.query("messengerConversations", given, account=account))

    async def messages(self, thread_id: str, variables: str = "", *, account: str = "ada") -> Any:
        """The one field of a `messengerMessages` answer."""
        urn = encoded(await self.conversation_urn(thread_id, account))
        given = f"conversationUrn:{urn}" + (f",{variables}" if variables else "")
        return _only_field(await self.query("messengerMessages", given, account=account))

    async def thread_with(self, vanity: str, account: str = "ada") -> str:
        """The id of the newest thread of an account with one person."""
        found: str = (await self.told(f"people/{vanity}"))["threads"][account][0]
        return found

    async def send(
        self,
        text: str,
        *,
        thread_id: str | None = None,
        to: list[str] | None = None,
        account: str = "ada",
        token: str = "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012",
        accept: str = PLAIN,
        **more: Any,
    ) -> Answer:
        """`createMessage` into a thread or to people named by vanity; `more` goes to the top of the body."""
        message: dict[str, Any] = {"body": {"attributes": [], "text": text}, "renderContentUnions": []}
        body: dict[str, Any] = {
            "message": message,
            "mailboxUrn": f"urn:li:fsd_profile:{await self.owner(account)}",
            "trackingId": TRACKING,
            "dedupeByClientGeneratedToken": False,
        }
        message["originToken"] = token
        if thread_id is not None:
            message["conversationUrn"] = await self.conversation_urn(thread_id, account)
        if to is not None:
            body["hostRecipientUrns"] = [
                f"urn:li:fsd_profile:{await self.profile_id(vanity)}" for vanity in to
            ]
        target = f"{MESSAGES}?action=createMessage"
        return await self.call("POST", target, account=account, accept=accept, body=body | more)

    async def mark(self, thread_id: str, *, read: bool, account: str = "ada") -> Answer:
        """Mark a thread read or unread."""
        urn = await self.conversation_urn(thread_id, account)
        body = {"entities": {urn: {"patch": {"$set": {"read": read}}}}}
        return await self.call(
            "POST", f"{CONVERSATIONS}?ids=List({encoded(urn)})", account=account, body=body
        )

    async def message_urn(self, message_id: str, account: str = "ada") -> str:
        """A message's URN in an account's mailbox, as it stands in bodies."""
        return f"urn:li:msg_message:(urn:li:fsd_profile:{await self.owner(account)},{message_id})"

    async def edit(self, message_id: str, text: str, account: str = "ada") -> Answer:
        """Give a message another text."""
        urn = await self.message_urn(message_id, account)
        body = {"patch": {"$set": {"body": {"text": text, "attributes": []}}}}
        return await self.call("POST", f"{MESSAGES}/{encoded(urn)}", account=account, body=body)

    async def act_on(self, message_id: str, action: str, account: str = "ada", **more: Any) -> Answer:
        """`recall`, `reactWithEmoji` or `unreactWithEmoji` of a message."""
        body = {"messageUrn": await self.message_urn(message_id, account), **more}
        return await self.call("POST", f"{MESSAGES}?action={action}", account=account, body=body)

    async def act_in(self, thread_id: str, action: str, account: str = "ada", **more: Any) -> Answer:
        """`typing`, `addParticipants` or `removeParticipants` in a conversation."""
        body = {"conversationUrn": await self.conversation_urn(thread_id, account), **more}
        return await self.call("POST", f"{CONVERSATIONS}?action={action}", account=account, body=body)

    async def file(
        self, thread_ids: list[str], category: str, *, remove: bool = False, account: str = "ada"
    ) -> Answer:
        """Put conversations into a category, or take them out."""
        urns = [await self.conversation_urn(each, account) for each in thread_ids]
        action = "removeCategory" if remove else "addCategory"
        body = {"conversationUrns": urns, "category": category}
        return await self.call("POST", f"{CONVERSATIONS}?action={action}", account=account, body=body)

    async def written(self, thread_id: str, account: str = "ada") -> list[Any]:
        """Every message of a thread in an account's or a person's mailbox, oldest first."""
        told: list[Any] = (await self.told(f"mailboxes/{account}/messages?thread={encoded(thread_id)}"))[
            "messages"
        ]
        return told

    async def person_does(self, name: str, act: str, **fields: Any) -> Any:
        """What the admin API tells after a person did something."""
        answer = await self.admin("POST", f"people/{name}/{act}", fields)
        assert answer.status in (200, 201), answer.text
        return answer.json

    @asynccontextmanager
    async def stream(self, account: str = "ada", *, decorated: bool = True) -> AsyncIterator["Frames"]:
        """An open realtime stream whose first frame has been read."""
        headers = {
            "cookie": f'li_at=demo-{account}; JSESSIONID="ajax:1"',
            "csrf-token": "ajax:1",
            "accept": "text/event-stream",
        }
        if decorated:
            headers["x-li-query-map"] = '{"topicToGraphQLQueryParams":{}}'
        url = f"{self.base_url}/realtime/connect?rc=1"
        async with self._session.get(url, headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            yield Frames(response)


class Frames:
    """The frames of one stream, in order."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[str, Any] | None:
        """The next frame as its short kind and fields, or None at a proper end of the stream."""
        async with asyncio.timeout(PATIENCE):
            line = await self._response.content.readline()
            if not line:
                return None
            assert line.startswith(b"data: {")
            assert await self._response.content.readline() == b"\n"
        [(kind, fields)] = json.loads(line[6:]).items()
        return kind.removeprefix("com.linkedin.realtimefrontend."), fields

    async def event(self, topic: str) -> Any:
        """The payload of the next event on a topic."""
        while True:
            frame = await self.next()
            assert frame is not None, f"the stream ended before {topic}"
            if frame[0] == "DecoratedEvent" and f":{topic}:" in frame[1]["topic"]:
                return frame[1]["payload"]


def result(payload: Any) -> Any:
    """The `result` of a decorated payload."""
    [field] = [value for name, value in payload["data"].items() if name.startswith("doDecorate")]
    return field["result"]


def _only_field(answer: Any) -> Any:
    [field] = [value for name, value in answer["data"].items() if not name.startswith("_")]
    return field
