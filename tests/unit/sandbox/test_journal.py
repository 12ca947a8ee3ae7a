"""The file that changes are kept in."""

from pathlib import Path
from typing import Any

import pytest

from threadline.sandbox.network.journal import Journal, JournalError


def opened(path: Path, *, seed: int = 1, anchor: int | None = None) -> Journal:
    return Journal(path, seed, anchor, 1_790_000_000_000, "epoch")


def test_changes_are_read_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "changes.jsonl"
    journal = opened(path)
    changes: list[dict[str, Any]] = [
        {"op": "message", "text": "é\n\ud83d 👏"},
        {"op": "clock", "offsetMs": 5},
    ]
    for change in changes:
        journal.append(change)
    journal.close()
    again = opened(path)
    assert again.changes == changes
    assert (again.anchor, again.epoch) == (1_790_000_000_000, "epoch")
    again.close()


def test_a_line_that_was_cut_is_dropped_and_writing_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    journal = opened(path)
    journal.append({"op": "first"})
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"op":"half')
    journal = opened(path)
    assert journal.changes == [{"op": "first"}]
    journal.append({"op": "second"})
    journal.close()
    journal = opened(path)
    assert journal.changes == [{"op": "first"}, {"op": "second"}]
    journal.close()


def test_a_new_file_is_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    opened(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_restart_forgets_everything_but_the_network(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    journal = opened(path, anchor=1_780_000_000_000)
    journal.append({"op": "first"})
    journal.restart("another", 1)
    journal.close()
    journal = opened(path)
    assert (journal.changes, journal.anchor, journal.epoch) == ([], 1_780_000_000_000, "another")
    journal.close()


def test_the_file_of_another_network_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    opened(path, seed=1, anchor=1_780_000_000_000).close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="seed 1"):
        opened(path, seed=2)
    with pytest.raises(JournalError, match="anchor 1780000000000"):
        opened(path, anchor=1_780_000_000_001)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["no newline", "text\n", "[]\n", '{"format":2}\n'])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(JournalError, match="not a journal"):
        opened(path)
    assert path.read_text() == text


def test_a_file_that_another_sandbox_uses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    first = opened(path)
    with pytest.raises(JournalError, match="in use"):
        opened(path)
    first.append({"op": "first"})
    first.close()
    second = opened(path)
    assert second.changes == [{"op": "first"}]
    second.close()
