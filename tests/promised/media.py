"""Attachments through the API: what POST and GET /api/attachments promise (docs/api.md)."""

from typing import Final

from tests.promise import Promise

_SOURCE: Final = "docs/api.md, Attachments"

MEDIA: Final = (
    Promise(
        "media.upload",
        "A file is taken as a raw body or in a form, handed on to LinkedIn, and answered with its id.",
        _SOURCE,
    ),
    Promise(
        "media.bad-files",
        "A file that is too large, empty, of a forbidden type or of a lying length stores and sends nothing.",
        _SOURCE,
    ),
    Promise(
        "media.byte-equal",
        "20 MiB go up from one account and come down byte-equal in another's mailbox; so do the other kinds.",
        _SOURCE,
    ),
    Promise(
        "media.ranges",
        "A part of a file is given as asked for, and a range outside of it is refused with its length.",
        _SOURCE,
    ),
    Promise(
        "media.expired-address",
        "A file whose address has expired is found again by reading its message.",
        _SOURCE,
    ),
    Promise(
        "media.strangers-files",
        "A hostile file name or content type of a stranger's file harms nobody who reads it.",
        _SOURCE,
    ),
    Promise(
        "media.own-files-only",
        "An attachment of another account, of nobody, or an id that is none answers 404.",
        _SOURCE,
    ),
    Promise(
        "media.constant-memory",
        "A file is never held whole: the gateway's memory does not grow with it, up or down.",
        _SOURCE,
    ),
)
