"""Sessions, the CSRF token and the pages around the API (contracts/linkedin-wire.md §§1.2, 12.1, 14)."""

import pytest

from tests.contract.sandbox.client import NORMALIZED, SandboxClient


@pytest.mark.promise("wire.14.session")
async def test_without_a_session_the_api_answers_401(sandbox: SandboxClient) -> None:
    for cookie in ("", "li_at=demo-nobody; JSESSIONID=ajax:1", "li_at=ada; JSESSIONID=ajax:1"):
        answer = await sandbox.call("GET", "/voyager/api/me", headers={"cookie": cookie})
        assert (answer.status, answer.json) == (401, {"status": 401})


@pytest.mark.promise("wire.14.session")
async def test_without_a_session_a_page_redirects_to_login(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("GET", "/messaging/", headers={"cookie": ""})
    assert (answer.status, answer.headers["location"]) == (302, "/login")
    login = await sandbox.call("GET", "/login", headers={"cookie": ""})
    assert login.status == 200
    assert login.text.startswith("<")


@pytest.mark.promise("wire.14.session")
@pytest.mark.parametrize("token", ["", "ajax:2", '"ajax:1"'])
async def test_a_csrf_token_that_is_not_the_session_id_is_403(sandbox: SandboxClient, token: str) -> None:
    answer = await sandbox.call("GET", "/voyager/api/me", headers={"csrf-token": token})
    assert answer.status == 403
    assert "CSRF" in answer.text


@pytest.mark.promise("wire.14.session")
@pytest.mark.parametrize(
    "cookie",
    [
        'li_at=demo-ada; JSESSIONID="ajax:1"',
        "li_at=demo-ada; JSESSIONID=ajax:1",
        r'li_at="demo-ada"; JSESSIONID="\"ajax:1\""',
        'bcookie="v=2&x"; li_at="demo-ada"; lang=v=2&lang=en-us; JSESSIONID="ajax:1"',
    ],
)
async def test_cookies_come_in_several_spellings(sandbox: SandboxClient, cookie: str) -> None:
    answer = await sandbox.call("GET", "/voyager/api/me", headers={"cookie": cookie})
    assert answer.status == 200


async def test_a_session_id_made_up_by_the_client_is_taken(sandbox: SandboxClient) -> None:
    headers = {"cookie": 'li_at=demo-grace; JSESSIONID="ajax:made-up"', "csrf-token": "ajax:made-up"}
    answer = await sandbox.call("GET", "/voyager/api/me", headers=headers)
    assert answer.json["miniProfile"]["publicIdentifier"] == "grace-demo"


async def test_each_account_has_its_session(sandbox: SandboxClient) -> None:
    for account in ("ada", "grace", "alan"):
        answer = await sandbox.call("GET", "/voyager/api/me", account=account)
        assert answer.json["miniProfile"]["publicIdentifier"] == f"{account}-demo"


async def test_unknown_routes_are_404_and_retired_ones_410(sandbox: SandboxClient) -> None:
    assert (await sandbox.call("GET", "/voyager/api/nothing")).json == {"status": 404}
    retired = await sandbox.call("GET", "/voyager/api/identity/profiles/janesmith/profileView")
    assert retired.status == 410


async def test_an_error_in_normalized_form_stands_under_data(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("GET", "/voyager/api/nothing", accept=NORMALIZED)
    assert answer.json == {"data": {"status": 404}, "included": []}


async def test_logging_out_redirects_and_deletes_the_session_cookie(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("GET", "/uas/logout?csrfToken=ajax:1")
    assert answer.status == 303
    assert 'li_at="delete me"' in answer.headers["set-cookie"]
