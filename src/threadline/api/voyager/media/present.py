"""Attachments as the main API shows them."""

from threadline.api.voyager.media.schemas import AttachmentItem
from threadline.api.voyager.present import time
from threadline.model.attachments import Attachment


def attachment(shown: Attachment) -> AttachmentItem:
    """An uploaded file."""
    return AttachmentItem(
        id=shown.attachment_id,
        name=shown.name,
        media_type=shown.media_type,
        byte_size=shown.byte_size,
        kind=shown.kind.value,
        duration=shown.duration,
        expires_at=time(shown.expires_at),
    )
