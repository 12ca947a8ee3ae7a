"""Secrets at rest: they open for their owner, under their key, unchanged, and for nobody else."""

import base64
import os
import stat
from pathlib import Path

import pytest

from threadline.model.randomness import SeededRandomness, SystemRandomness
from threadline.store.vault import KEY_BYTES, Vault, VaultError, master_key, parse_key

KEY = bytes(range(32))
OTHER_KEY = bytes(reversed(KEY))
SECRET = b'{"li_at": "AQEDATsecret"}'


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY, SystemRandomness())


@pytest.mark.parametrize("secret", [b"", b"x", SECRET, bytes(range(256)) * 500])
def test_what_is_sealed_opens_for_the_same_account(vault: Vault, secret: bytes) -> None:
    assert vault.open(vault.seal(secret, "account-1"), "account-1") == secret


def test_a_sealed_text_shows_nothing_of_the_secret_and_is_never_the_same(vault: Vault) -> None:
    sealed = {vault.seal(SECRET, "account-1") for _ in range(50)}
    assert len(sealed) == 50
    for text in sealed:
        assert text.startswith("v1.")
        assert SECRET not in base64.b64decode(text.rpartition(".")[2])
        assert KEY.hex() not in text


def test_a_secret_moved_to_another_account_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(SECRET, "account-1")
    for other in ("account-2", "", "account-1 ", "Account-1"):
        with pytest.raises(VaultError, match="was changed"):
            vault.open(sealed, other)


def test_a_secret_does_not_open_with_another_key(vault: Vault) -> None:
    sealed = vault.seal(SECRET, "account-1")
    with pytest.raises(VaultError, match="another master key"):
        Vault(OTHER_KEY, SystemRandomness()).open(sealed, "account-1")


def test_another_key_under_the_first_ones_name_opens_nothing(vault: Vault) -> None:
    sealed = vault.seal(SECRET, "account-1")
    other = Vault(OTHER_KEY, SystemRandomness())
    renamed = f"v1.{other.seal(b'', 'x').split('.')[1]}.{sealed.split('.')[2]}"
    with pytest.raises(VaultError, match="was changed"):
        other.open(renamed, "account-1")


def test_any_changed_character_is_noticed(vault: Vault) -> None:
    sealed = vault.seal(SECRET, "account-1")
    for place, character in enumerate(sealed):
        for other in "AZaz09+/=.-_ é\x00":
            if other != character:
                with pytest.raises(VaultError):
                    vault.open(sealed[:place] + other + sealed[place + 1 :], "account-1")


def test_a_cut_or_lengthened_text_is_noticed(vault: Vault) -> None:
    sealed = vault.seal(SECRET, "account-1")
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            vault.open(sealed[:length], "account-1")
    for tail in ("A", "=", "AAAA", "\n", ".x"):
        with pytest.raises(VaultError):
            vault.open(sealed + tail, "account-1")


def test_a_key_of_another_length_is_refused() -> None:
    for length in (0, 16, 31, 33):
        with pytest.raises(VaultError, match="32 bytes"):
            Vault(bytes(length), SystemRandomness())


def test_a_mark_is_made_and_known_by_the_same_key_only(vault: Vault) -> None:
    mark = vault.sign(b"cursor")
    assert vault.verify(b"cursor", mark)
    assert vault.sign(b"cursor") == mark
    assert not vault.verify(b"cursor2", mark)
    assert not vault.verify(b"cursor", mark[:-1])
    assert not vault.verify(b"cursor", b"")
    assert not Vault(OTHER_KEY, SystemRandomness()).verify(b"cursor", mark)


def test_the_master_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "master.key"
    before = os.umask(0)
    try:
        key = master_key(path, SystemRandomness())
    finally:
        os.umask(before)
    assert len(key) == KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert master_key(path, SystemRandomness()) == key
    assert parse_key(path.read_text().strip()) == key
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]


def test_a_half_written_key_of_a_killed_start_is_not_taken_for_a_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.with_name(f"master.key.{os.getpid()}").write_text("00ff")
    key = master_key(path, SeededRandomness(3))
    assert key == SeededRandomness(3).octets(KEY_BYTES)
    assert [one.name for one in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("content", [b"", b"\n", b"too short\n", b"\xff\xfe\x00"])
def test_a_spoilt_key_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    with pytest.raises(VaultError, match="64 hexadecimal"):
        master_key(path, SystemRandomness())
    assert path.read_bytes() == content


def test_a_key_is_read_from_64_hexadecimal_characters() -> None:
    assert parse_key(KEY.hex()) == KEY
    assert parse_key(KEY.hex().upper()) == KEY


@pytest.mark.parametrize(
    "text", ["", "00", "0" * 63, "0" * 65, "0" * 66, "g" * 64, "é" * 64, "0x" + "0" * 62]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(VaultError, match="64 hexadecimal"):
        parse_key(text)
