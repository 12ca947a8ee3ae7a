"""The body of createMessage, byte for byte (contracts/linkedin-wire.md §5.2, §6.1 to §6.4, §10)."""

import re
from typing import Any

import msgspec
import pytest

from tests.unit.linkedin.wire_examples import (
    BOB,
    BOB_PARTICIPANT,
    CONVERSATION_URN,
    ME,
    MESSAGE,
    MESSAGE_URN,
    THREAD,
)
from threadline.linkedin.composing import creation_body
from threadline.model.compositions import Composition, Mention, Quote, Upload, UploadKind

TOKEN = "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012"
TRACKING = "0123456789abcdef"


def written(composition: Composition, *, thread_id: str | None = THREAD) -> bytes:
    return creation_body(
        composition,
        owner_id=ME,
        origin_token=TOKEN,
        tracking_id=TRACKING,
        thread_id=thread_id,
        recipients=() if thread_id else (BOB,),
    )


def body(composition: Composition, *, thread_id: str | None = THREAD) -> Any:
    return msgspec.json.decode(written(composition, thread_id=thread_id))


def upload(kind: UploadKind, **changes: Any) -> Upload:
    fields = {
        "asset_urn": "urn:li:digitalmediaAsset:DEMO1",
        "kind": kind,
        "name": "a.png",
        "media_type": "image/png",
        "byte_size": 1234,
    }
    return Upload(**{**fields, **changes})


@pytest.mark.promise("wire.6.1.create-message")
def test_a_plain_message_is_written_as_the_reference_has_it() -> None:
    assert written(Composition(text="Hello Bob")).decode() == (
        '{"message":{"body":{"attributes":[],"text":"Hello Bob"},"renderContentUnions":[],'
        f'"conversationUrn":"{CONVERSATION_URN}","originToken":"{TOKEN}"}},'
        f'"mailboxUrn":"urn:li:fsd_profile:{ME}","trackingId":"{TRACKING}",'
        '"dedupeByClientGeneratedToken":false}'
    )


@pytest.mark.promise("wire.5.2.attributed-text")
def test_a_mention_is_an_attribute_of_the_text() -> None:
    said = body(Composition(text="@Bob hi", mentions=(Mention(0, 4, BOB),)))["message"]["body"]
    assert said["attributes"] == [
        {
            "start": 0,
            "length": 4,
            "attributeKindUnion": {"entity": {"urn": f"urn:li:fsd_profile:{BOB}"}},
        }
    ]


@pytest.mark.promise("wire.6.3.attachments")
@pytest.mark.parametrize("kind", [UploadKind.FILE, UploadKind.IMAGE])
def test_files_and_images_leave_as_files_with_an_address_of_the_browser(kind: UploadKind) -> None:
    [item] = body(Composition(text="", uploads=(upload(kind),)))["message"]["renderContentUnions"]
    address = item["file"].pop("url")
    assert re.fullmatch(r"blob:https://www\.linkedin\.com/[0-9a-f-]{36}", address)
    assert item == {
        "file": {
            "assetUrn": "urn:li:digitalmediaAsset:DEMO1",
            "byteSize": 1234,
            "mediaType": "image/png",
            "name": "a.png",
        }
    }


@pytest.mark.promise("wire.6.3.attachments")
@pytest.mark.parametrize(("duration", "said"), [(4200, {"duration": 4200}), (None, {})])
def test_a_voice_note_leaves_with_its_length_where_it_is_known(
    duration: int | None, said: dict[str, int]
) -> None:
    voice = upload(UploadKind.VOICE, media_type="audio/mp4", duration=duration)
    assert body(Composition(text="", uploads=(voice,)))["message"]["renderContentUnions"] == [
        {"audio": {"assetUrn": "urn:li:digitalmediaAsset:DEMO1", "byteSize": 1234, **said}}
    ]


@pytest.mark.promise("wire.6.3.attachments")
def test_a_video_leaves_in_the_form_of_the_reference() -> None:
    video = upload(UploadKind.VIDEO, media_type="video/mp4", byte_size=999)
    [item] = body(Composition(text="", uploads=(video,)))["message"]["renderContentUnions"]
    [stream] = item["video"].pop("progressiveStreams")
    [place] = stream.pop("streamingLocations")
    assert place["url"].startswith("blob:https://www.linkedin.com/")
    assert stream == {"bitRate": 0, "height": 0, "width": 0, "mediaType": "video/mp4", "size": 999}
    assert item == {
        "video": {
            "media": "urn:li:digitalmediaAsset:DEMO1",
            "trackingId": "urn:li:digitalmediaAsset:DEMO1",
            "thumbnail": {"artifacts": [{"width": 0, "height": 0}], "rootUrl": ""},
        }
    }


@pytest.mark.promise("wire.6.3.attachments")
def test_a_reply_quotes_the_message_that_it_answers() -> None:
    quote = Quote(message_id=MESSAGE, sender_id=BOB, sent_at=1_790_000_000_000, text="Hello Ada")
    assert body(Composition(text="Yes", quote=quote))["message"]["renderContentUnions"] == [
        {
            "repliedMessageContent": {
                "originalSenderUrn": BOB_PARTICIPANT,
                "originalSendAt": 1_790_000_000_000,
                "originalMessageUrn": MESSAGE_URN,
                "messageBody": {"text": "Hello Ada", "attributes": []},
            }
        }
    ]


@pytest.mark.promise("wire.6.4.inmail")
def test_an_inmail_has_its_subject_in_the_message_and_its_kind_at_the_top() -> None:
    inmail = body(Composition(text="Hello", subject="A question", inmail=True), thread_id=None)
    assert inmail["message"]["subject"] == "A question"
    assert inmail["hostRecipientUrns"] == [f"urn:li:fsd_profile:{BOB}"]
    assert inmail["hostMessageCreateContent"] == {
        "com.linkedin.voyager.dash.messaging.MessageCreateContent": {
            "messageCreateContentUnion": {"premiumInMail": {}}
        }
    }


@pytest.mark.promise("wire.10.groups")
def test_a_message_to_a_fellow_member_names_the_group() -> None:
    sent = body(Composition(text="Hello", group_id="4711"), thread_id=None)
    assert sent["contextEntityUrn"] == "urn:li:fsd_group:4711"


def test_what_opens_a_conversation_is_not_said_in_one_that_is_there() -> None:
    sent = body(Composition(text="Hello", group_id="4711", inmail=True, title="Team"))
    assert set(sent) == {"message", "mailboxUrn", "trackingId", "dedupeByClientGeneratedToken"}
