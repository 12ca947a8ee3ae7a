"""Files, voice, video, quotes and mentions on a send, and how they come back (linkedin-wire.md §§5, 6.3)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import MESSAGES, TRACKING, Answer, SandboxClient, encoded, result
from tests.contract.sandbox.uploading import (
    OLDER_UPLOAD,
    PHOTO,
    VIDEO,
    VOICE,
    download,
    file_item,
    newest,
    put,
    register,
    send_items,
    upload,
)

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000030000000208060000009d74661a") + b"\0" * 40
SOUND = b"\0\0\0\x18ftypM4A " + b"sound" * 100
CLIP = b"\0\0\0\x18ftypisom" + b"clip" * 100


def voice_item(urn: str, size: int, **fields: Any) -> Any:
    return {"audio": {"assetUrn": urn, "byteSize": size, **fields}}


def video_item(urn: str, size: int) -> Any:
    stream = {
        "bitRate": 0,
        "height": 0,
        "width": 0,
        "mediaType": "video/mp4",
        "size": size,
        "streamingLocations": [{"url": "blob:https://www.linkedin.com/8c1a"}],
    }
    thumbnail = {"artifacts": [{"width": 0, "height": 0}], "rootUrl": ""}
    fields = {"media": urn, "trackingId": urn, "thumbnail": thumbnail, "progressiveStreams": [stream]}
    return {"video": fields}


def quote_item(message: Any, **changed: Any) -> Any:
    fields = {
        "originalSenderUrn": message["sender"]["entityUrn"],
        "originalSendAt": message["deliveredAt"],
        "originalMessageUrn": message["entityUrn"],
        "messageBody": {"text": message["body"]["text"], "attributes": []},
    }
    return {"repliedMessageContent": fields | changed}


@pytest.mark.promise("wire.6.3.attachments")
async def test_a_file_is_read_back_in_both_mailboxes(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    urn = await upload(sandbox, b"%PDF-1.4", name="cv.pdf")
    answer = await send_items(sandbox, thread_id, [file_item(urn, 8)])
    assert answer.status == 200, answer.text
    assert answer.json["value"]["renderContentUnions"] == [file_item(urn, 8)]
    for account in ("ada", "grace"):
        message = await newest(sandbox, thread_id, account)
        assert message["body"]["text"] == ""
        [item] = message["renderContent"]
        url = item["file"].pop("url")
        assert item == {
            "file": {"assetUrn": urn, "byteSize": 8, "mediaType": "application/pdf", "name": "cv.pdf"}
        }
        assert (await download(sandbox, url, account=account))[2] == b"%PDF-1.4"


@pytest.mark.promise("wire.6.3.attachments")
@pytest.mark.parametrize("upload_type", [PHOTO, "MESSAGING_FILE_ATTACHMENT"])
async def test_a_picture_goes_out_as_a_file_and_comes_back_as_an_image(
    sandbox: SandboxClient, upload_type: str
) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    urn = await upload(sandbox, PNG, name="a.png", media_type="image/png", upload_type=upload_type)
    item = file_item(urn, len(PNG), name="a.png", media_type="image/png")
    await send_items(sandbox, thread_id, [item], text="Look")
    [shown] = (await newest(sandbox, thread_id, "grace"))["renderContent"]
    image = shown["vectorImage"]
    assert image["digitalmediaAsset"] == urn
    [artifact] = image["artifacts"]
    assert (artifact["width"], artifact["height"]) == (3, 2)
    assert artifact["fileIdentifyingUrlPathSegment"] == ""
    assert artifact["expiresAt"] > (await sandbox.told("clock"))["nowMs"]
    assert f"e={artifact['expiresAt'] // 1000}&" in image["rootUrl"]
    status, headers, body = await download(sandbox, image["rootUrl"], account="grace")
    assert (status, headers["content-type"], body) == (200, "image/png", PNG)
    assert 'filename="a.png"' in headers["content-disposition"]


@pytest.mark.promise("wire.6.3.attachments")
async def test_a_voice_note_and_a_video_are_read_back(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    sound = await upload(sandbox, SOUND, name="v.mp4", media_type="audio/mp4", upload_type=VOICE)
    clip = await upload(sandbox, CLIP, name="c.mp4", media_type="video/mp4", upload_type=VIDEO)
    assert (
        await send_items(sandbox, thread_id, [voice_item(sound, len(SOUND), duration=4200)])
    ).status == 200
    audio = (await newest(sandbox, thread_id, "grace"))["renderContent"][0]["audio"]
    assert audio["duration"] == 4200
    assert (await download(sandbox, audio["url"], account="grace"))[2] == SOUND
    assert (await send_items(sandbox, thread_id, [video_item(clip, len(CLIP))])).status == 200
    video = (await newest(sandbox, thread_id, "grace"))["renderContent"][0]["video"]
    [stream] = video["progressiveStreams"]
    assert (video["media"], stream["size"], stream["mediaType"]) == (clip, len(CLIP), "video/mp4")
    [place] = stream["streamingLocations"]
    assert (await download(sandbox, place["url"], account="grace"))[2] == CLIP
    assert (await send_items(sandbox, thread_id, [voice_item(sound, len(SOUND))])).status == 200
    assert (await newest(sandbox, thread_id))["renderContent"][0]["audio"]["duration"] is None


async def test_several_files_and_a_text_are_one_message(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    first, second = [await upload(sandbox, body) for body in (b"one", b"two!")]
    items = [file_item(first, 3), file_item(second, 4)]
    assert (await send_items(sandbox, thread_id, items, text="Both")).status == 200
    message = await newest(sandbox, thread_id, "grace")
    assert message["body"]["text"] == "Both"
    assert [item["file"]["assetUrn"] for item in message["renderContent"]] == [first, second]


async def test_every_way_of_reading_a_message_gives_its_file(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    synced = (await sandbox.messages(thread_id, account="grace"))["metadata"]["newSyncToken"]
    urn = await upload(sandbox, b"%PDF-1.4")
    async with sandbox.stream("ada") as mine, sandbox.stream("grace") as theirs:
        sent = (await send_items(sandbox, thread_id, [file_item(urn, 8)])).json["value"]
        shown = [result(await frames.event("messagesTopic")) for frames in (mine, theirs)]
    at = sent["deliveredAt"]
    conversation = encoded(await sandbox.conversation_urn(thread_id, "grace"))
    older = (await sandbox.messages(thread_id, f"deliveredAt:{at + 1},countBefore:1,countAfter:0"))[
        "metadata"
    ]
    owner = await sandbox.owner("grace")
    message_id = sent["backendUrn"].rpartition(":")[2]
    message_urn = encoded(f"urn:li:msg_message:(urn:li:fsd_profile:{owner},{message_id})")
    queries = [
        f"conversationUrn:{conversation}",
        f"conversationUrn:{conversation},syncToken:{synced}",
        f"conversationUrn:{conversation},deliveredAt:{at + 1},countBefore:1,countAfter:0",
        f"conversationUrn:{conversation},deliveredAt:{at},countBefore:0,countAfter:1",
        f"criteria:List((conversationUrn:{conversation},syncToken:{synced}))",
        f"messengerMessagesIds:List({message_urn})",
    ]
    for variables in queries:
        answer = await sandbox.query("messengerMessages", variables, account="grace")
        [field] = [value for name, value in answer["data"].items() if not name.startswith("_")]
        found = field if isinstance(field, list) else [field]
        listed = [each for page in found for each in page.get("elements", [page])]
        shown.append(next(each for each in listed if each["deliveredAt"] == at))
    assert older["prevCursor"]
    before = await sandbox.messages(thread_id, f"count:1,prevCursor:{encoded(older['prevCursor'])}")
    assert before["elements"][0]["deliveredAt"] < at
    listed = (await sandbox.conversations(account="grace"))["elements"][0]["messages"]["elements"]
    shown.append(listed[0])
    assert [each["renderContent"][0]["file"]["assetUrn"] for each in shown] == [urn] * len(shown)
    assert len({each["renderContent"][0]["file"]["url"] for each in shown}) == 1


async def test_a_legacy_client_sees_files_and_pictures(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    document = await upload(sandbox, b"%PDF-1.4")
    photo = await upload(sandbox, PNG, name="a.png", media_type="image/png", upload_type=PHOTO)
    items = [file_item(document, 8), file_item(photo, len(PNG), name="a.png", media_type="image/png")]
    async with sandbox.stream("grace", decorated=False) as frames:
        await send_items(sandbox, thread_id, items)
        told = (await frames.event("messagesTopic"))["event"]["eventContent"]
    target = f"/voyager/api/messaging/conversations/{encoded(thread_id)}/events"
    read = (await sandbox.call("GET", target, account="grace")).json["elements"][-1]["eventContent"]
    for content in (told, read):
        shown = content["com.linkedin.voyager.messaging.event.MessageEvent"]["attachments"]
        assert [(each["id"], each["byteSize"], each["mediaType"], each["name"]) for each in shown] == [
            (document, 8, "application/pdf", "cv.pdf"),
            (photo, len(PNG), "image/png", "a.png"),
        ]
        url = shown[0]["reference"]["string"]
        assert (await download(sandbox, url, account="grace"))[2] == b"%PDF-1.4"


@pytest.mark.promise("wire.6.3.attachments")
async def test_a_quoted_message_is_named_in_each_mailboxes_own_words(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    original = await newest(sandbox, thread_id)
    answer = await send_items(sandbox, thread_id, [quote_item(original)], text="Indeed")
    assert answer.status == 200, answer.text
    message_id = original["backendUrn"].rpartition(":")[2]
    for account in ("ada", "grace"):
        message = await newest(sandbox, thread_id, account)
        quoted = message["renderContent"][0]["repliedMessageContent"]
        owner = await sandbox.owner(account)
        assert quoted["originalMessage"]["entityUrn"] == (
            f"urn:li:msg_message:(urn:li:fsd_profile:{owner},{message_id})"
        )
        assert quoted["originalSender"]["entityUrn"] == original["sender"]["entityUrn"]
        assert quoted["originalSendAt"] == original["deliveredAt"]
        assert quoted["messageBody"]["text"] == original["body"]["text"]


async def test_a_quote_tells_the_messages_own_words(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    original = await newest(sandbox, thread_id)
    forged = quote_item(original, messageBody={"text": "I owe you a thousand", "attributes": []})
    assert (await send_items(sandbox, thread_id, [forged], text="See?")).status == 200
    quoted = (await newest(sandbox, thread_id))["renderContent"][0]["repliedMessageContent"]
    assert quoted["messageBody"]["text"] == original["body"]["text"]


@pytest.mark.promise("wire.6.3.strictness")
async def test_a_quote_that_is_not_right_is_refused(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    original = await newest(sandbox, thread_id)
    elsewhere = await newest(sandbox, await sandbox.thread_with("janesmith"))
    theirs = await newest(sandbox, thread_id, "grace")
    someone = f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}"
    wrong = [
        [quote_item(elsewhere)],
        [quote_item(theirs)],
        [quote_item(original, originalSendAt=original["deliveredAt"] + 1)],
        [quote_item(original, originalSenderUrn=someone)],
        [quote_item(original, originalMessageUrn=None)],
        [quote_item(original), quote_item(original)],
    ]
    for items in wrong:
        assert (await send_items(sandbox, thread_id, items, text="Indeed")).status == 400
    assert (await send_items(sandbox, thread_id, [quote_item(original)], text="")).status == 400
    assert (await newest(sandbox, thread_id))["entityUrn"] == original["entityUrn"]


@pytest.mark.promise("wire.6.3.strictness")
async def test_a_file_that_is_not_ones_own_or_not_there_is_refused(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    before = await newest(sandbox, thread_id)
    mine = await upload(sandbox, b"%PDF-1.4")
    theirs = await upload(sandbox, b"%PDF-1.4", account="grace")
    unfinished = (await register(sandbox, 8)).json["data"]["value"]["urn"]
    sound = await upload(sandbox, SOUND, name="v.mp4", media_type="audio/mp4", upload_type=VOICE)
    wrong: list[Any] = [
        "items",
        [{}],
        ["item"],
        [{"file": None}],
        [{"hologram": {"assetUrn": mine}}],
        [file_item(theirs, 8)],
        [file_item(unfinished, 8)],
        [file_item("urn:li:digitalmediaAsset:NOBODYS", 8)],
        [file_item("urn:li:digitalmediaAsset:IMG5", 8)],
        [file_item(mine, 9)],
        [file_item(mine, 8, name="")],
        [file_item(mine, 8, media_type="")],
        [file_item(sound, len(SOUND))],
        [voice_item(mine, 8)],
        [voice_item(sound, 1)],
        [voice_item(sound, len(SOUND), duration="4200")],
        [video_item(mine, 8)],
        [file_item(mine, 8) | voice_item(sound, len(SOUND))],
        [file_item(mine, 8)] * 21,
    ]
    for items in wrong:
        assert (await send_items(sandbox, thread_id, items, text="Hello")).status == 400, items
    assert await newest(sandbox, thread_id) == before


async def test_a_first_message_to_a_person_may_be_a_file(sandbox: SandboxClient) -> None:
    urn = await upload(sandbox, b"%PDF-1.4")
    message = {"renderContentUnions": [file_item(urn, 8)], "body": {"text": "", "attributes": []}}
    answer = await sandbox.send("", to=["jane-doe-42"], message=message)
    assert answer.status == 200, answer.text
    told = (await sandbox.told("mailboxes/jane-doe-42/conversations"))["conversations"][0]
    assert told["lastMessage"] == {"from": "ada-demo", "text": ""}


async def send_attributes(sandbox: SandboxClient, text: str, attributes: Any) -> Answer:
    body = {
        "message": {
            "body": {"text": text, "attributes": attributes},
            "conversationUrn": await sandbox.conversation_urn(await sandbox.thread_with("sarah-chen")),
        },
        "mailboxUrn": f"urn:li:fsd_profile:{await sandbox.owner()}",
        "trackingId": TRACKING,
    }
    return await sandbox.call("POST", f"{MESSAGES}?action=createMessage", body=body)


async def test_a_mention_names_somebody_within_the_text(sandbox: SandboxClient) -> None:
    jane = f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}"

    def mention(start: object, length: object, urn: object = jane) -> list[Any]:
        return [{"start": start, "length": length, "attributeKindUnion": {"entity": {"urn": urn}}}]

    assert (await send_attributes(sandbox, "🙂 Jane", mention(3, 4))).status == 200, "UTF-16 units"
    assert (await send_attributes(sandbox, "🙂 Jane", mention(2, 4))).status == 200, "code points"
    wrong = [
        mention(4, 4),
        mention(-1, 4),
        mention(0, True),
        mention("0", 4),
        mention(0, 4, "urn:li:fsd_profile:nobody"),
        mention(0, 4, None),
        [{"start": 0, "length": 4}],
        ["mention"],
        {"start": 0},
    ]
    for attributes in wrong:
        assert (await send_attributes(sandbox, "🙂 Jane", attributes)).status == 400, attributes


async def legacy_send(sandbox: SandboxClient, thread_id: str, text: str, attachments: Any) -> Answer:
    create = {"attributedBody": {"text": text, "attributes": []}, "attachments": attachments}
    value = {"com.linkedin.voyager.messaging.create.MessageCreate": create}
    target = f"/voyager/api/messaging/conversations/{encoded(thread_id)}/events?action=create"
    return await sandbox.call("POST", target, body={"eventCreate": {"value": value}})


@pytest.mark.promise("wire.9.legacy")
async def test_a_legacy_client_sends_what_it_uploaded(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    body = {"mediaUploadType": "MESSAGING_FILE_ATTACHMENT", "fileSize": 8, "filename": "cv.pdf"}
    value = (await sandbox.call("POST", OLDER_UPLOAD, body=body)).json["value"]
    attachment = {
        "id": value["urn"],
        "byteSize": 8,
        "mediaType": "application/pdf",
        "name": "cv.pdf",
        "reference": {"string": "blob:https://www.linkedin.com/7b0f"},
    }
    assert (await legacy_send(sandbox, thread_id, "", [attachment])).status == 400, "no bytes have come"
    assert await put(value["singleUploadUrl"], b"%PDF-1.4") == 201
    assert (await legacy_send(sandbox, thread_id, "", [attachment])).status == 201
    shown = (await newest(sandbox, thread_id, "grace"))["renderContent"][0]["file"]
    assert (shown["assetUrn"], shown["name"]) == (value["urn"], "cv.pdf")
    assert (await download(sandbox, shown["url"], account="grace"))[2] == b"%PDF-1.4"
    for wrong in ([attachment | {"byteSize": 9}], [attachment | {"id": "cv"}], ["cv.pdf"], "cv.pdf"):
        assert (await legacy_send(sandbox, thread_id, "Hello", wrong)).status == 400
    assert (await legacy_send(sandbox, thread_id, "", [])).status == 400
