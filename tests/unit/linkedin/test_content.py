"""Every kind of content attached to a message (contracts/linkedin-wire.md §5.3)."""

from typing import Any

import pytest

from tests.unit.linkedin.wire_examples import BOB, BOB_PARTICIPANT, DELIVERED_AT, MESSAGE_URN
from threadline.linkedin.decoding.content import contents_of
from threadline.model.messages import ContentKind, MessageContent

pytestmark = pytest.mark.promise("wire.5.3.render-content")

SHARE = "urn:li:fsd_update:(urn:li:activity:7000000000000000001,MESSAGING_RESHARE,EMPTY,DEFAULT,false)"


@pytest.mark.parametrize(
    ("item", "read"),
    [
        (
            {
                "file": {
                    "assetUrn": "urn:li:digitalmediaAsset:DEMO1",
                    "byteSize": 1234,
                    "mediaType": "application/pdf",
                    "name": "cv.pdf",
                    "url": "https://www.linkedin.com/dms/demo1",
                },
                "audio": None,
            },
            MessageContent(
                kind=ContentKind.FILE,
                wire_kind="file",
                urn="urn:li:digitalmediaAsset:DEMO1",
                url="https://www.linkedin.com/dms/demo1",
                name="cv.pdf",
                media_type="application/pdf",
                byte_size=1234,
            ),
        ),
        (
            {
                "vectorImage": {
                    "rootUrl": "https://media.example/img1",
                    "artifacts": [
                        {"width": 800, "height": 600, "fileIdentifyingUrlPathSegment": "", "expiresAt": 5}
                    ],
                }
            },
            MessageContent(
                kind=ContentKind.IMAGE,
                wire_kind="vectorImage",
                url="https://media.example/img1",
                width=800,
                height=600,
                expires_at=5,
            ),
        ),
        (
            {
                "video": {
                    "media": "urn:li:digitalmediaAsset:DEMO3",
                    "duration": 4200,
                    "progressiveStreams": [
                        {
                            "mediaType": "video/mp4",
                            "size": 999,
                            "width": 640,
                            "height": 360,
                            "streamingLocations": [{"url": "https://media.example/v.mp4", "expiresAt": 9}],
                        }
                    ],
                }
            },
            MessageContent(
                kind=ContentKind.VIDEO,
                wire_kind="video",
                urn="urn:li:digitalmediaAsset:DEMO3",
                url="https://media.example/v.mp4",
                media_type="video/mp4",
                byte_size=999,
                duration=4200,
                width=640,
                height=360,
                expires_at=9,
            ),
        ),
        (
            {"audio": {"url": "https://media.example/a.mp4", "duration": 3000}},
            MessageContent(
                kind=ContentKind.AUDIO, wire_kind="audio", url="https://media.example/a.mp4", duration=3000
            ),
        ),
        (
            {
                "externalMedia": {
                    "title": "Yes",
                    "media": {
                        "url": "https://media.example/g.gif",
                        "originalWidth": 10,
                        "originalHeight": 20,
                    },
                }
            },
            MessageContent(
                kind=ContentKind.GIF,
                wire_kind="externalMedia",
                url="https://media.example/g.gif",
                name="Yes",
                width=10,
                height=20,
            ),
        ),
        (
            {
                "repliedMessageContent": {
                    "originalMessage": {"entityUrn": MESSAGE_URN},
                    "originalSender": {"entityUrn": BOB_PARTICIPANT},
                    "originalSendAt": DELIVERED_AT,
                    "messageBody": {"text": "Hello Ada", "attributes": []},
                }
            },
            MessageContent(
                kind=ContentKind.REPLY,
                wire_kind="repliedMessageContent",
                urn=MESSAGE_URN,
                text="Hello Ada",
                sender_id=BOB,
                sent_at=DELIVERED_AT,
            ),
        ),
        (
            {"forwardedMessageContent": {"originalSender": None, "forwardedBody": {"text": "Look"}}},
            MessageContent(kind=ContentKind.FORWARD, wire_kind="forwardedMessageContent", text="Look"),
        ),
        (
            {"hostUrnData": {"type": "FEED_UPDATE", "hostUrn": SHARE}},
            MessageContent(
                kind=ContentKind.SHARE,
                wire_kind="hostUrnData",
                urn=SHARE,
                raw={"hostUrnData": {"type": "FEED_UPDATE", "hostUrn": SHARE}},
            ),
        ),
        (
            {"videoMeeting": {"joinUrl": "https://example.org"}},
            MessageContent(
                kind=ContentKind.MEETING,
                wire_kind="videoMeeting",
                raw={"videoMeeting": {"joinUrl": "https://example.org"}},
            ),
        ),
        (
            {"holoCall": {"x": 1}, "file": None},
            MessageContent(
                kind=ContentKind.UNKNOWN, wire_kind="holoCall", raw={"holoCall": {"x": 1}, "file": None}
            ),
        ),
        (
            {"file": "of a new shape"},
            MessageContent(kind=ContentKind.UNKNOWN, wire_kind="file", raw={"file": "of a new shape"}),
        ),
        ("bare", MessageContent(kind=ContentKind.UNKNOWN, wire_kind="", raw="bare")),
    ],
)
def test_each_kind_is_read_and_an_unknown_one_is_kept_raw(item: Any, read: MessageContent) -> None:
    assert contents_of([item]) == (read,)


def test_an_item_with_nothing_set_is_left_out() -> None:
    assert contents_of([{"_type": "x", "file": None, "video": None}, {}]) == ()


@pytest.mark.parametrize(
    "kind",
    ["file", "vectorImage", "video", "audio", "externalMedia", "repliedMessageContent", "hostUrnData"],
)
def test_a_known_kind_with_strange_fields_never_fails(kind: str) -> None:
    for value in ({}, {"artifacts": 3, "progressiveStreams": {"x": 1}, "media": 7, "originalSender": []}):
        (content,) = contents_of([{kind: value}])
        assert content.wire_kind == kind
