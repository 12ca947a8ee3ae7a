"""The made history of one thread, written when the thread is first looked at.

A plan is fixed when the network is made and holds a random key of its own, so that a history does not depend
on which threads were looked at before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from threadline.sandbox.network import phrases
from threadline.sandbox.network.threads import Content, Message, Reaction, Thread, quotation
from threadline.sandbox.protocol import urns

DAY = 86_400_000
_EMOJI = ("👏", "👍", "❤️", "😂", "🙏", "💡")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a thread's history must be like.

    count: messages in all. tail: how many of the last are left unread, so not written by `silent` members.
    writers: who writes; languages: which their sentences are in. first: opening text. names: first names by
    profile id, for sentences that greet. special: recipes of SPECIAL to work into the last messages.
    """

    key: str
    count: int
    writers: tuple[str, ...]
    languages: tuple[str, ...]
    names: dict[str, str] = field(hash=False)
    tail: int = 0
    silent: frozenset[str] = frozenset()
    lines: tuple[str, ...] = ()
    opener: str | None = None
    special: tuple[str, ...] = ()

    def __call__(self, thread: Thread) -> list[Message]:
        """The messages, oldest first; the last is delivered at the thread's last activity."""
        random = Random(self.key)
        times = _times(random, thread.created_at, thread.last_activity_at, self.count)
        messages: list[Message] = []
        sender = self.opener or random.choice(self.writers)
        for place, delivered_at in enumerate(times):
            if place and random.random() < 0.65:
                sender = random.choice(self.writers)
            if place >= self.count - self.tail and sender in self.silent:
                sender = random.choice([writer for writer in self.writers if writer not in self.silent])
            message = Message(
                message_id=urns.make_message_id(thread.thread_id, delivered_at, random.randrange(100000)),
                sender=sender,
                text=self._text(random, place, sender, thread),
                delivered_at=delivered_at,
                subject=thread.subject if place == 0 else None,
                origin_token=urns.make_uuid(random),
            )
            if random.random() < 0.03:
                message.reactions.append(
                    Reaction(random.choice(_EMOJI), delivered_at + 60_000, [thread.members[0]])
                )
            messages.append(message)
        for place, recipe in enumerate(self.special):
            SPECIAL[recipe](random, thread, messages, max(0, len(messages) - 1 - place))
        return messages

    def _text(self, random: Random, place: int, sender: str, thread: Thread) -> str:
        reader = next((name for member, name in self.names.items() if member != sender), "there")
        if self.lines and sender == self.opener and (place == 0 or random.random() < 0.5):
            return random.choice(self.lines).format(name=reader)
        if random.random() < 0.02:
            return random.choice(phrases.HARD_TEXTS)
        language = random.choice(self.languages)
        text = random.choice(phrases.PHRASES[language])
        if random.random() < 0.2:
            text += " " + random.choice(phrases.PHRASES[language])
        return text


def _times(random: Random, first: int, last: int, count: int) -> list[int]:
    if count == 1:
        return [last]
    span = last - first
    times = [first, *sorted(first + int(span * random.random()) for _ in range(count - 2)), last]
    for place in range(count - 2, -1, -1):
        times[place] = min(times[place], times[place + 1] - 1)
    return times


def _other(thread: Thread, member: str) -> str:
    return next((other for other in thread.members if other != member), member)


def _content(key: str, **fields: Any) -> Any:
    def work(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
        number = random.randrange(10**9)
        filled = _fill(fields, number)
        messages[place].content.append(Content(key, filled))

    return work


def _fill(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {name: _fill(item, number) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, number) for item in value]
    if isinstance(value, str):
        return value.replace("{number}", str(number))
    return value


def _replied(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].content.append(quotation(messages[max(0, place - 1)]))


def _forwarded(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    original = messages[0]
    fields = {
        "originalSender_id": original.sender,
        "originalSendAt": original.delivered_at,
        "forwardedBody": {"text": original.text, "attributes": []},
        "footerText": None,
    }
    messages[place].content.append(Content("forwardedMessageContent", fields))


def _edited(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].render_format = "EDITED"
    messages[place].text += " (corrected)"


def _recalled(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].render_format = "RECALLED"
    messages[place].text = ""


def _system(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].render_format = "SYSTEM"
    messages[place].text = "The name of this conversation was changed."


def _empty(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].text = ""


def _very_long(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].text = (phrases.LONG_PARAGRAPH * 25)[:7990] + " The end."


def _hard(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].text = random.choice(phrases.HARD_TEXTS)


def _mention(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    message = messages[place]
    mentioned = _other(thread, message.sender)
    message.text = "👋 @there, could you look at this? It is bold, and a link."
    message.attributes = [
        _attribute(
            2, 6, entity={"urn": mentioned if mentioned.startswith("urn:") else urns.profile_urn(mentioned)}
        ),
        _attribute(message.text.index("bold"), 4, bold={}),
        _attribute(message.text.index("link"), 4, hyperlink={"url": "https://example.com/plan"}),
    ]


def _attribute(start: int, length: int, **kind: Any) -> dict[str, Any]:
    return {"start": start, "length": length, "attributeKind": kind}


def _reacted(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    message = messages[place]
    message.reactions = [
        Reaction("👏", message.delivered_at + 60_000, [*thread.members]),
        Reaction("💡", message.delivered_at + 90_000, [thread.members[-1]]),
    ]


def _unknown(random: Random, thread: Thread, messages: list[Message], place: int) -> None:
    messages[place].content.append(Content("holographicPostcard", {"scene": "harbour", "layers": [1, 2, 3]}))
    messages[place].fallback_text = "This message cannot be shown here. Open it in the app."


# Addresses and their ends are written out when a mailbox reads them (addresses.py).
_IMAGE = {
    "rootUrl": "dms:IMG{number}",
    "artifacts": [{"width": 800, "height": 600, "expiresAt": 0, "fileIdentifyingUrlPathSegment": ""}],
    "digitalmediaAsset": "urn:li:digitalmediaAsset:IMG{number}",
}
_CARD = {"url": "dms:WAVE{number}", "originalWidth": 320, "originalHeight": 240}

# Recipe -> function that works it into the message at a place.
SPECIAL = {
    "file": _content(
        "file",
        assetUrn="urn:li:digitalmediaAsset:FILE{number}",
        byteSize=48213,
        mediaType="application/pdf",
        name="notes – März.pdf",
        url="dms:FILE{number}",
    ),
    "image": _content("vectorImage", **_IMAGE),
    "video": _content(
        "video",
        media="urn:li:digitalmediaAsset:VID{number}",
        entityUrn="urn:li:digitalmediaAsset:VID{number}",
        duration=8400,
        aspectRatio=1.7778,
        thumbnail=_IMAGE,
        progressiveStreams=[
            {
                "mediaType": "video/mp4",
                "size": 912345,
                "bitRate": 868900,
                "width": 640,
                "height": 360,
                "streamingLocations": [{"url": "dms:VID{number}", "expiresAt": 0}],
            }
        ],
        adaptiveStreams=[],
        provider="ALT_PROVIDER",
    ),
    "audio": _content("audio", url="dms:VOICE{number}", duration=4200),
    "gif": _content(
        "externalMedia",
        title="A wave",
        entityUrn="urn:li:externalMedia:{number}",
        media=_CARD,
        previewMedia=_CARD,
    ),
    "replied": _replied,
    "forwarded": _forwarded,
    "post": _content(
        "hostUrnData",
        type="FEED_UPDATE",
        hostUrn="urn:li:fsd_update:(urn:li:activity:7000000000{number},MESSAGING_RESHARE,EMPTY,DEFAULT,false)",
    ),
    "sales_inmail": _content("hostUrnData", type="SALES_INMAIL", hostUrn="urn:li:salesInMail:{number}"),
    "premium_inmail": _content("hostUrnData", type="PREMIUM_INMAIL", hostUrn="urn:li:premiumInMail:{number}"),
    "advertisement": _content(
        "messageAdRenderContent",
        status="ACTIVE",
        sponsoredCampaignUrn="urn:li:sponsoredCampaign:{number}",
        subContent=None,
    ),
    "conversation_advertisement": _content(
        "conversationAdsMessageContent",
        status="ACTIVE",
        sponsoredCampaignUrn="urn:li:sponsoredCampaign:{number}",
        subContent=None,
    ),
    "meeting": _content("videoMeeting", meetingUrl="https://meet.example/{number}"),
    "away": _content("awayMessage", awayStatus="I am away until Monday."),
    "unavailable": _content("unavailableContent", reason="UNAVAILABLE"),
    "unknown": _unknown,
    "edited": _edited,
    "recalled": _recalled,
    "system": _system,
    "empty": _empty,
    "very_long": _very_long,
    "hard": _hard,
    "mention": _mention,
    "reacted": _reacted,
}
