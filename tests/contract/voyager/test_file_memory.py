"""A file passes through in constant memory: gateway, sandbox and client stand in one process here."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from yarl import URL

from tests.contract.voyager.face import Face
from tests.contract.voyager.files import delivered, in_pieces, upload
from threadline.model.attachments import FILE_LIMIT

ALLOWED = 4 * 1024 * 1024
"""Bytes by which all three may grow at most: a fifth of the file."""


@contextmanager
def bounded() -> Iterator[None]:
    """Fails when the memory grows, at any time in the block, by more than is allowed."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < ALLOWED, f"{(peak - before) / 2**20:.1f} MiB"


@pytest.mark.promise("media.constant-memory")
async def test_20_mib_go_up_and_down_in_a_fifth_of_their_size(face: Face) -> None:
    with bounded():
        reply = await upload(face, in_pieces(FILE_LIMIT), X_File_Name="all.zip")
    assert reply.data["attachment"]["byteSize"] == FILE_LIMIT
    grace, named = await delivered(face, reply.data["attachment"]["id"])
    headers = {"Authorization": f"Bearer {grace.key}", "X-User-Id": grace.user or ""}
    url, taken = URL(f"{grace.base_url}/api/attachments/{named}"), 0
    with bounded():
        async with grace.http.get(url, headers=headers) as answer:
            async for chunk in answer.content.iter_any():
                taken += len(chunk)
    assert taken == FILE_LIMIT
