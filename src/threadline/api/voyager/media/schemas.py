"""The JSON of attachments."""

from threadline.api.voyager.schemas import Data, Schema


class AttachmentItem(Schema, kw_only=True):
    """A file that LinkedIn has taken, to be named in `attachments` of a send."""

    id: str
    name: str
    media_type: str
    byte_size: int
    kind: str
    duration: int | None
    expires_at: str


class Uploaded(Data, kw_only=True):
    """The answer of an upload."""

    attachment: AttachmentItem
