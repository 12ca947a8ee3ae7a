"""The OpenAPI document describes every route, and its examples fit its schemas."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.checks.source import ROOT
from tests.contract.voyager.face import Face
from threadline.api.errors import every_error
from threadline.api.routing import PlainRoute
from threadline.api.voyager import DIALECT, schemas

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _document(face: Face) -> Any:
    answer = await face.by(key=None).get("/api/openapi.json")
    assert answer.status == 200
    return answer.json


def _operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]


def _schema_of(said: Any) -> type[msgspec.Struct]:
    """The struct that a `$ref` names."""
    name = said["$ref"].rpartition("/")[2]
    [found] = {kind for kind in _all_below(schemas.Schema) if kind.__name__ == name}
    return found


def _all_below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_below(below)


@pytest.mark.promise("voyager.14.self-description")
async def test_it_is_served_without_a_key_and_names_every_route(shared: Face) -> None:
    document = await _document(shared)
    served = {
        (re.sub(r":path", "", route.path), method.lower())
        for route in DIALECT.routes
        if isinstance(route, PlainRoute) and route.include_in_schema
        for method in route.methods or ()
    }
    assert {(path, method) for path, method, _ in _operations(document)} == served
    assert document["openapi"].startswith("3.")
    ids = [said["operationId"] for _, _, said in _operations(document)]
    assert len(ids) == len(set(ids))


@pytest.mark.promise("voyager.14.self-description")
async def test_every_part_of_a_path_and_every_reference_is_defined(shared: Face) -> None:
    document = await _document(shared)
    for path, _, said in _operations(document):
        named = {one["name"] for one in said.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path
    text = msgspec.json.encode(document).decode()
    for name in set(re.findall(r"#/components/schemas/(\w+)", text)):
        assert name in document["components"]["schemas"]
    for _, _, said in _operations(document):
        [scheme] = said["security"]
        assert set(scheme) <= set(document["components"]["securitySchemes"])


@pytest.mark.promise("voyager.14.self-description")
async def test_every_example_fits_its_schema_and_says_no_more(shared: Face) -> None:
    for path, method, said in _operations(await _document(shared)):
        for status, answer in said["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if content is None:
                # A file, or nothing.
                continue
            if int(status) >= 400:
                shown = [example["value"] for example in content["examples"].values()]
            else:
                shown = [content["example"]]
                kind = _schema_of(content["schema"]["allOf"][1]["properties"]["data"])
                data = content["example"]["data"]
                read = msgspec.convert(data, kind, strict=True)
                assert msgspec.to_builtins(read) == data, (path, method)
            for envelope in shown:
                msgspec.convert(envelope, schemas.Envelope)
                assert envelope["statusCode"] == int(status)
        content = said.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            msgspec.convert(content["example"], _schema_of(content["schema"]))


async def test_every_error_that_can_be_met_is_described(shared: Face) -> None:
    text = msgspec.json.encode(await _document(shared)).decode()
    framework_only = {"METHOD_NOT_ALLOWED"}
    for kind in every_error():
        assert kind.code in framework_only or f'"{kind.code}"' in text, kind.code


async def test_the_manual_has_every_route() -> None:
    manual = re.sub(r"\{\w+\}", "{}", (ROOT / "docs" / "api.md").read_text())
    for route in DIALECT.routes:
        if isinstance(route, PlainRoute):
            path = re.sub(r"{[^}]+}", "{}", route.path)
            for method in route.methods or ():
                assert f"{method} {path}" in manual


@pytest.mark.parametrize("path", ["/api/send", "/api/send-inmail", "/api/conversations"])
async def test_what_sends_names_its_headers_its_terms_and_its_refusals(shared: Face, path: str) -> None:
    document = await _document(shared)
    said = document["paths"][path]["post"]
    assert {"Prefer", "Idempotency-Key", "X-User-Id"} <= {one["name"] for one in said["parameters"]}
    for status in ("200", "202", "409", "429"):
        assert {"Idempotent-Replayed", "Preference-Applied"} <= set(said["responses"][status]["headers"])
    refusals = {
        code: example["value"]["errors"][0]
        for answer in said["responses"].values()
        for code, example in answer["content"]["application/json"].get("examples", {}).items()
    }
    assert {"kind", "limit", "used", "left", "resetsAt"} <= set(refusals["BUDGET_REACHED"])
    assert {"sendId"} <= set(refusals["SEND_IN_PROGRESS"]) & set(refusals["IDEMPOTENCY_MISMATCH"])
    assert "newestMessageUrn" in refusals["NEWER_MESSAGE"]
    assert {"QUEUE_FULL", "NOT_DELIVERED", "RATE_LIMITED"} <= set(refusals)
    assert all(one["nextStep"] for one in refusals.values())
    body = said["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    terms = {"draft", "sendAt", "priority", "ifLastMessageIs", "force", "idempotencyKey"}
    assert terms <= set(document["components"]["schemas"][body]["properties"])
