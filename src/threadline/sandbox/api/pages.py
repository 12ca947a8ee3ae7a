"""The few web pages that a client may be sent to: login, checkpoint, logout, and the messaging page."""

from __future__ import annotations

from aiohttp import web

from threadline.sandbox.network.people import Account

_PAGE = """<!DOCTYPE html>
<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>
"""


def show(method: str, segments: list[str], account: Account | None) -> web.Response:
    """A page: 302 to /login without a session, 404 for other methods than GET."""
    if method != "GET":
        return web.Response(status=404)
    if segments[0] == "checkpoint":
        return checkpoint()
    if segments[0] in ("login", "authwall"):
        return login()
    if segments[:2] == ["uas", "logout"]:
        headers = {"location": "/login", "set-cookie": 'li_at="delete me"; Path=/; Max-Age=0'}
        return web.Response(status=303, headers=headers)
    if account is None:
        return web.Response(status=302, headers={"location": "/login"})
    return _page("Messaging", f"The simulated messaging page of {account.person.name}.")


def checkpoint() -> web.Response:
    """The page that asks the person to confirm something in their browser."""
    return _page("Security verification", "Let us do a quick check before you go on.")


def login() -> web.Response:
    """The page that asks the person to sign in."""
    return _page("Sign in", "This is a simulated network. Its sessions are the cookies li_at=demo-NAME.")


def other() -> web.Response:
    """A page that says nothing a client could act on."""
    return _page("Something else", "This is a page, and neither a login nor a checkpoint.")


def _page(title: str, text: str) -> web.Response:
    return web.Response(text=_PAGE.format(title=title, text=text), content_type="text/html")
