"""What a message carries beside its words, sent to the sandbox and read on the other side (§6.1 to §6.4)."""

import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, session
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.model import urns
from threadline.model.compositions import Composition, Mention, Quote
from threadline.model.conversations import ConversationKind
from threadline.model.messages import ContentKind, Message

TRACKING = "0123456789abcdef"


@pytest.fixture
def grace(rehearsal: Rehearsal) -> AccountClient:
    """LinkedIn as Grace sees it."""
    return rehearsal.linkedin.account(session("grace"), Observer())


async def told(client: AccountClient, thread_id: str, message_id: str) -> Message:
    """A message as one account sees it."""
    newest = (await client.messages.newest(thread_id)).messages
    return next(message for message in newest if message.message_id == message_id)


@pytest.mark.promise("wire.6.1.create-message", "wire.5.2.attributed-text", "wire.5.3.render-content")
async def test_a_mention_and_a_quote_are_read_on_the_other_side(
    ada: AccountClient, grace: AccountClient
) -> None:
    reader = (await grace.people.me()).person_id
    first = await ada.messages.create(
        Composition(text="Shall we say ten?"), origin_token="a", tracking_id=TRACKING, recipients=[reader]
    )
    quoted = await told(grace, first.thread_id, first.message_id)
    answer = await grace.messages.create(
        Composition(
            text="🎉 Ada, yes",
            mentions=(Mention(2, 3, quoted.sender.person_id),),
            quote=Quote(quoted.message_id, quoted.sender.person_id, quoted.delivered_at, quoted.text),
        ),
        origin_token="b",
        tracking_id=TRACKING,
        thread_id=first.thread_id,
    )
    received = await told(ada, answer.thread_id, answer.message_id)
    [mention] = received.attributes
    assert (mention.start, mention.length, mention.kind) == (2, 3, "entity")
    assert mention.value == {"urn": urns.profile_urn(quoted.sender.person_id)}
    [content] = received.content
    assert (content.kind, content.text, content.sender_id) == (
        ContentKind.REPLY,
        "Shall we say ten?",
        quoted.sender.person_id,
    )
    assert urns.message_id(content.urn or "") == first.message_id
    assert content.sent_at == quoted.delivered_at


@pytest.mark.promise("wire.6.4.inmail", "wire.4.1.conversation")
async def test_an_inmail_opens_a_conversation_that_waits_for_an_answer(
    grace: AccountClient, sandbox: SandboxClient
) -> None:
    stranger = await sandbox.profile_id("targetperson")
    composition = Composition(text="About your talk", subject="Your talk", inmail=True)
    sent = await grace.messages.create(
        composition, origin_token="t", tracking_id=TRACKING, recipients=[stranger]
    )
    [conversation] = await grace.inbox.by_ids([sent.thread_id])
    assert (conversation.kind, conversation.state) == (ConversationKind.INMAIL, "PENDING")
    assert (await told(grace, sent.thread_id, sent.message_id)).subject == "Your talk"
    with pytest.raises(Refusal) as refused:
        await grace.messages.create(
            Composition(text="x", inmail=True),
            origin_token="t",
            tracking_id=TRACKING,
            recipients=[stranger],
        )
    assert refused.value.status == 422


@pytest.mark.promise("wire.10.groups")
async def test_a_fellow_member_of_a_group_is_reached_and_others_are_not(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    fellow, stranger = [await sandbox.profile_id(name) for name in ("imani-fellow", "targetperson")]
    composition = Composition(text="Hello, fellow member", group_id="70001")
    sent = await ada.messages.create(composition, origin_token="t", tracking_id=TRACKING, recipients=[fellow])
    [conversation] = await ada.inbox.by_ids([sent.thread_id])
    assert [person.person_id for person in conversation.others] == [fellow]
    with pytest.raises(Refusal) as refused:
        await ada.messages.create(composition, origin_token="t", tracking_id=TRACKING, recipients=[stranger])
    assert refused.value.status == 403
