"""Keys, tenants, users and rights: who may do what, and nobody reaches into another tenant."""

import pytest

from tests.contract.voyager.face import Face, cookies_of, quoted

JANE = "https://www.linkedin.com/in/janesmith/"


@pytest.mark.promise("voyager.3.3.create-key", "voyager.3.3.manage-keys")
async def test_a_key_is_shown_once_works_and_ends_at_once(face: Face) -> None:
    made = await face.ask("POST", "/api/keys", {"name": " ci "})
    assert made.status == 201
    assert made.data["name"] == "ci"
    assert made.data["key"].startswith("tl_")
    other = face.by(key=made.data["key"], user="ada")
    assert (await other.get("/api/accounts")).status == 200
    listed = await face.get("/api/keys")
    assert made.data["key"] not in listed.text
    [shown] = listed.data["keys"]
    assert (shown["id"], shown["prefix"]) == (made.data["id"], made.data["key"][:8])
    assert shown["lastUsedAt"] is not None
    assert (await face.ask("DELETE", f"/api/keys/{shown['id']}")).status == 200
    assert (await other.get("/api/accounts")).refusal == (401, "UNAUTHORIZED")
    assert (await face.get("/api/keys")).data["keys"] == []
    assert (await face.ask("DELETE", f"/api/keys/{shown['id']}")).refusal == (404, "NOT_FOUND")


@pytest.mark.promise("voyager.3.authentication")
async def test_a_key_may_do_only_what_its_rights_say(face: Face) -> None:
    async def made(*rights: str) -> Face:
        answer = await face.ask("POST", "/api/keys", {"name": "some", "rights": list(rights)})
        assert answer.data["rights"] == sorted(rights)
        return face.by(key=answer.data["key"], user="ada")

    reader, sender, manager = await made("read"), await made("send"), await made("manage")
    assert (await reader.get("/api/conversations?limit=1")).status == 200
    for method, target in (
        ("POST", "/api/send"),
        ("POST", "/api/conversations/2-YQ==/read"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("POST", "/api/keys"),
        ("GET", "/api/keys"),
    ):
        answer = await reader.ask(method, target, {"message": "x"} if method == "POST" else None)
        assert answer.refusal == (403, "FORBIDDEN_SCOPE"), target
    assert (await sender.send(profileUrl=JANE, message="By a key that may")).status == 200
    assert (await sender.get("/api/conversations")).refusal == (403, "FORBIDDEN_SCOPE")
    assert (await manager.get("/api/keys")).status == 200
    assert (await manager.get("/api/messages")).refusal == (403, "FORBIDDEN_SCOPE")


@pytest.mark.promise("voyager.3.authentication")
async def test_nothing_of_one_tenant_is_reached_by_another(face: Face) -> None:
    other = await face.tenant("acme")
    assert (await face.link("grace")).data["sessionValid"]
    await other.by(key=other.key, user="me").ask("POST", "/api/session", {"cookies": cookies_of("alan")})
    key = (await face.ask("POST", "/api/keys", {"name": "ci"})).data
    page = (await face.get("/api/conversations?limit=1")).data
    thread = quoted(page["conversations"][0]["conversationId"])
    sent = (await face.send(profileUrl=JANE, message="Only Ada's")).data
    account = (await face.get("/api/health/tenant")).data["accounts"][0]["accountId"]
    assert [one["userId"] for one in (await other.get("/api/accounts")).data["accounts"]] == ["me"]
    for user in ("ada", "grace", account):
        answer = await other.by(key=other.key, user=user).get("/api/conversations")
        assert answer.refusal == (404, "USER_NOT_FOUND")
    cursor = f"/api/conversations?nextCursor={quoted(page['nextCursor'])}"
    grace = face.by(key=face.key, user="grace")
    for stranger in (other, grace):
        assert (await stranger.get(cursor)).refusal == (400, "INVALID_CURSOR")
        assert (await stranger.get(f"/api/sends/{sent['sendId']}")).refusal == (404, "NOT_FOUND")
        assert (await stranger.get(f"/api/conversations/{thread}")).refusal == (404, "NOT_FOUND")
        read = await stranger.ask("POST", f"/api/conversations/{thread}/read")
        assert read.refusal == (404, "NOT_FOUND")
        into = await stranger.send(conversationId=page["conversations"][0]["conversationId"], message="x")
        assert into.refusal == (404, "NOT_FOUND")
    assert (await other.ask("DELETE", f"/api/keys/{key['id']}")).refusal == (404, "NOT_FOUND")
    assert (await face.by(key=key["key"]).get("/api/accounts")).status == 200


@pytest.mark.promise("voyager.3.authentication")
async def test_the_user_may_be_left_out_where_it_is_clear_who_is_meant(face: Face) -> None:
    assert (await face.by(key="demo_anything").get("/api/profile/me")).data["fullName"] == "Ada Demo"
    other = await face.tenant("acme")
    assert (await other.get("/api/conversations")).refusal == (404, "USER_NOT_FOUND")
    linked = await other.ask("POST", "/api/session", {"cookies": cookies_of("grace")})
    assert linked.data["userId"] == "default"
    assert (await other.get("/api/profile/me")).data["fullName"] == "Grace Demo"
    second = other.by(key=other.key, user="second")
    assert (await second.ask("POST", "/api/session", {"cookies": cookies_of("alan")})).status == 200
    assert (await other.get("/api/profile/me")).refusal == (400, "USER_ID_REQUIRED")
    unnamed = await other.ask("POST", "/api/session", {"cookies": cookies_of("alan")})
    assert unnamed.refusal == (400, "USER_ID_REQUIRED")
    assert (await second.get("/api/profile/me")).data["fullName"] == "Alan Demo"


async def test_spaces_around_a_user_and_an_empty_one_do_not_matter_and_an_account_id_names_it(
    face: Face,
) -> None:
    account = (await face.get("/api/accounts")).data["accounts"][0]
    for user in ("  ada  ", "", account["accountId"]):
        answer = await face.by(key=face.key, user=user).get("/api/profile/me")
        assert answer.data["vanityName"] == "ada-demo"


@pytest.mark.promise("voyager.3.4.admin")
async def test_the_operator_makes_tenants_keys_and_accounts_across_tenants(empty_face: Face) -> None:
    operator = empty_face.operator
    first = await operator.ask("POST", "/api/admin/tenants", {"name": "acme"})
    again = await operator.ask("POST", "/api/admin/tenants", {"name": "acme"})
    assert (first.status, again.status) == (201, 200)
    assert first.data["tenant"] == again.data["tenant"]
    made = await operator.ask(
        "POST", "/api/admin/keys", {"tenant": "acme", "name": "ci", "rights": ["read", "manage"]}
    )
    linked = await operator.ask(
        "POST", "/api/admin/accounts", {"tenant": "acme", "userId": "ana", "cookies": cookies_of("grace")}
    )
    assert linked.data["sessionValid"]
    tenant = empty_face.by(key=made.data["key"])
    assert (await tenant.get("/api/profile/me")).data["fullName"] == "Grace Demo"
    [account] = (await operator.get("/api/admin/accounts")).data["accounts"]
    assert (account["userId"], account["fullName"]) == ("ana", "Grace Demo")
    proof = await operator.ask("POST", f"/api/admin/accounts/{account['accountId']}/prove")
    assert proof.data["sessionValid"]
    assert (await operator.ask("DELETE", "/api/admin/accounts/ana?tenant=acme")).data["state"] == "unlinked"
    proof = await operator.ask("POST", f"/api/admin/accounts/{account['accountId']}/prove")
    assert proof.data["sessionValid"] is False
    assert "POST /api/session" in proof.data["nextAction"]
    [key] = (await operator.get("/api/admin/keys?tenant=acme")).data["keys"]
    assert (await operator.ask("DELETE", f"/api/admin/keys/{key['id']}?tenant=acme")).status == 200
    assert (await tenant.get("/api/accounts")).refusal == (401, "UNAUTHORIZED")


async def test_the_operators_token_is_no_key(face: Face) -> None:
    assert (await face.operator.get("/api/accounts")).refusal == (401, "UNAUTHORIZED")


async def test_a_tenant_that_is_not_the_sandboxs_carries_no_flag(face: Face) -> None:
    other = await face.tenant("acme")
    answer = await other.get("/api/accounts")
    assert "sandbox" not in answer.json
    assert "sandbox" not in answer.data
