"""Uploaded files: what LinkedIn has taken, and which send carried it."""

from collections.abc import Iterable

from threadline.model.attachments import Attachment
from threadline.model.compositions import UploadKind
from threadline.store.database import Reader, Row, Transaction


async def insert(tx: Transaction, attachment: Attachment) -> None:
    """Store a file that LinkedIn has taken; no send carries it yet."""
    await tx.run(
        "attachments.insert",
        account_id=attachment.account_id,
        attachment_id=attachment.attachment_id,
        asset_urn=attachment.asset_urn,
        kind=attachment.kind.value,
        name=attachment.name,
        media_type=attachment.media_type,
        byte_size=attachment.byte_size,
        duration=attachment.duration,
        created_at=attachment.created_at,
        expires_at=attachment.expires_at,
    )


async def by_id(reader: Reader, account_id: str, attachment_id: str) -> Attachment | None:
    """One uploaded file of an account."""
    row = await reader.row("attachments.by_id", account_id=account_id, attachment_id=attachment_id)
    return _attachment(row) if row else None


async def attach(tx: Transaction, account_id: str, send_id: str, asset_urns: Iterable[str]) -> None:
    """Store that a send carries these files; by it they are found again once it is sent."""
    await tx.run_many(
        "attachments.attach",
        [{"account_id": account_id, "send_id": send_id, "asset_urn": asset_urn} for asset_urn in asset_urns],
    )


async def remove_expired(tx: Transaction, account_id: str, now: int) -> int:
    """Forget the files that nobody attached in time; answers how many. now: epoch milliseconds, UTC."""
    return await tx.run("attachments.remove_expired", account_id=account_id, now=now)


def _attachment(row: Row) -> Attachment:
    return Attachment(
        account_id=row["account_id"],
        attachment_id=row["attachment_id"],
        asset_urn=row["asset_urn"],
        kind=UploadKind(row["kind"]),
        name=row["name"],
        media_type=row["media_type"],
        byte_size=row["byte_size"],
        duration=row["duration"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        send_id=row["send_id"],
    )
