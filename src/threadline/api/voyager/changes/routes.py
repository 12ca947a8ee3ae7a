"""The routes of changes."""

from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute

from threadline.api.routing import Answering, PlainRoute
from threadline.api.voyager import description
from threadline.api.voyager.changes import conversations, examples, groups, messages, schemas
from threadline.api.voyager.changes.conversations import arranging
from threadline.api.voyager.description import OF_A_BODY, OF_A_READ, USER, operation
from threadline.model.errors import (
    CannotRemoveSelf,
    ConversationNotFound,
    EditWindowClosed,
    InvalidEmoji,
    MessageNotFound,
    MessageRecalled,
    NotConnected,
    NotEditable,
    NotSupported,
    NotYourMessage,
    ProfileNotFound,
    ThreadlineError,
)
from threadline.services.changes.arranging import Arrangement

_MESSAGE = description.in_path("message", "The message, by id or URN in any form, percent-encoded.")
_OF_A_MESSAGE = (*OF_A_READ, MessageNotFound)
_OF_A_CHANGE = (*_OF_A_MESSAGE, NotYourMessage, MessageRecalled, NotEditable, EditWindowClosed, NotSupported)
_OF_A_CONVERSATION = (*OF_A_READ, ConversationNotFound, NotSupported)
_OF_A_GROUP = (*_OF_A_CONVERSATION, *OF_A_BODY)

_CONVERSATION = "/api/conversations/{conversation:path}"


def _route(method: str, path: str, answering: Answering, said: dict[str, Any]) -> BaseRoute:
    return PlainRoute(method, path, answering, tags=("messaging",), described=said)


def _about_conversation(
    method: str, suffix: str, answering: Answering, errors: Sequence[type[ThreadlineError]] = ()
) -> BaseRoute:
    said = operation(
        schemas.ConversationChanged,
        examples.CHANGED,
        parameters=(USER, description.CONVERSATION),
        errors=(*_OF_A_CONVERSATION, *errors),
    )
    return _route(method, _CONVERSATION + suffix, answering, said)


BEFORE_THREADS: tuple[BaseRoute, ...] = (
    _route(
        "GET",
        f"{_CONVERSATION}/receipts",
        conversations.list_receipts,
        operation(
            schemas.Receipts,
            examples.RECEIPTS,
            parameters=(USER, description.CONVERSATION),
            errors=_OF_A_CONVERSATION,
        ),
    ),
)
"""Must stand before the route of one conversation, whose id may hold slashes."""

ROUTES: tuple[BaseRoute, ...] = (
    _route(
        "POST",
        "/api/messages/{message:path}/react",
        messages.react,
        operation(
            schemas.MessageReacted,
            examples.REACTED,
            body=schemas.ReactBody,
            body_example=examples.REACT_REQUEST,
            parameters=(USER, _MESSAGE),
            errors=(
                *_OF_A_MESSAGE,
                InvalidEmoji,
                MessageRecalled,
                NotEditable,
                NotSupported,
                *OF_A_BODY,
            ),
        ),
    ),
    _route(
        "GET",
        "/api/messages/{message:path}/reactions",
        messages.list_reactions,
        operation(schemas.Reactors, examples.REACTORS, parameters=(USER, _MESSAGE), errors=_OF_A_MESSAGE),
    ),
    _route(
        "PATCH",
        "/api/messages/{message:path}",
        messages.edit,
        operation(
            schemas.MessageChanged,
            examples.EDITED,
            body=schemas.EditBody,
            body_example=examples.EDIT_REQUEST,
            parameters=(USER, _MESSAGE),
            errors=(*_OF_A_CHANGE, *OF_A_BODY),
        ),
    ),
    _route(
        "DELETE",
        "/api/messages/{message:path}",
        messages.recall,
        operation(
            schemas.MessageChanged, examples.RECALLED, parameters=(USER, _MESSAGE), errors=_OF_A_CHANGE
        ),
    ),
    _route(
        "POST",
        "/api/conversations/read-all",
        conversations.mark_all_read,
        operation(schemas.AllRead, examples.ALL_READ, parameters=(USER,), errors=OF_A_READ),
    ),
    _about_conversation("POST", "/typing", conversations.typing, (NotConnected,)),
    _about_conversation("POST", "/unread", conversations.mark_unread),
    _about_conversation(
        "POST",
        "/archive",
        arranging(Arrangement.ARCHIVE, "archive", "Put a conversation into the archive.", "Archived"),
    ),
    _about_conversation(
        "POST",
        "/unarchive",
        arranging(
            Arrangement.UNARCHIVE, "unarchive", "Bring a conversation back from the archive.", "Unarchived"
        ),
    ),
    _about_conversation(
        "POST", "/star", arranging(Arrangement.STAR, "star", "Star a conversation.", "Starred")
    ),
    _about_conversation(
        "POST",
        "/unstar",
        arranging(Arrangement.UNSTAR, "unstar", "Take a conversation's star away.", "Unstarred"),
    ),
    _about_conversation(
        "POST",
        "/spam",
        arranging(Arrangement.SPAM, "mark_as_spam", "Mark a conversation as spam.", "Marked as spam"),
    ),
    _about_conversation(
        "POST",
        "/unspam",
        arranging(
            Arrangement.UNSPAM, "mark_as_no_spam", "Bring a conversation back from spam.", "Brought back"
        ),
    ),
    _route(
        "POST",
        f"{_CONVERSATION}/move",
        conversations.move,
        operation(
            schemas.ConversationChanged,
            examples.CHANGED,
            body=schemas.MoveBody,
            body_example=examples.MOVE_REQUEST,
            parameters=(USER, description.CONVERSATION),
            errors=(*_OF_A_CONVERSATION, *OF_A_BODY),
        ),
    ),
    _about_conversation("POST", "/mute", conversations.mute),
    *(
        _route(
            method,
            f"{_CONVERSATION}/participants",
            answering,
            operation(
                schemas.Group,
                examples.GROUP,
                body=schemas.ParticipantsBody,
                body_example=examples.PARTICIPANTS_REQUEST,
                parameters=(USER, description.CONVERSATION),
                errors=(*_OF_A_GROUP, ProfileNotFound, refusal),
            ),
        )
        for method, answering, refusal in (
            ("POST", groups.add_participants, NotConnected),
            ("DELETE", groups.remove_participants, CannotRemoveSelf),
        )
    ),
    _route(
        "PATCH",
        _CONVERSATION,
        groups.rename,
        operation(
            schemas.Group,
            examples.GROUP,
            body=schemas.RenameBody,
            body_example=examples.RENAME_REQUEST,
            parameters=(USER, description.CONVERSATION),
            errors=_OF_A_GROUP,
        ),
    ),
    _about_conversation("DELETE", "", conversations.delete),
)
