"""The JSON of InMails, credits and new group chats."""

from msgspec import UNSET, UnsetType

from threadline.api.voyager.schemas import Data, MentionBody, TermsBody
from threadline.model.compositions import Channel


class InMailBody(TermsBody, kw_only=True):
    """An InMail to send."""

    profile_url: str
    message: str
    subject: str = ""
    attachments: tuple[str, ...] = ()
    channel: Channel = Channel.AUTO


class GroupBody(TermsBody, kw_only=True):
    """A group chat to open, with its first message."""

    recipients: list[str]
    message: str = ""
    title: str | None = None
    attachments: tuple[str, ...] = ()
    mentions: tuple[MentionBody, ...] = ()
    typing: bool = False


class CreditsShown(Data, kw_only=True):
    """The InMail credits that an account has left."""

    credits: int
    next_refresh_at: str | None
    sales_navigator: int | UnsetType = UNSET
