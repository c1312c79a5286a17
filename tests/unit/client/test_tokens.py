"""Tokens are good for one organisation's service, until they expire."""

import stat
from pathlib import Path

import pytest

from fairledger.tokens import HOURS_MAX, KEY_BYTES, TokenAuthority, TokenError


def test_a_token_names_its_person(tmp_path: Path) -> None:
    authority = TokenAuthority.load("PlatformA", tmp_path / "api" / "token.key", create=True)
    assert authority.verify(authority.issue("producer", hours=HOURS_MAX)) == "producer"


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    token = TokenAuthority.load("PlatformA", path, create=True).issue("producer")
    key = path.read_bytes()

    assert TokenAuthority.load("PlatformA", path, create=True).verify(token) == "producer"
    assert path.read_bytes() == key
    assert (stat.S_IMODE(path.stat().st_mode), len(key)) == (0o600, KEY_BYTES)
    assert [entry.name for entry in tmp_path.iterdir()] == ["token.key"]


def test_of_two_processes_that_make_the_key_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token.key"
    TokenAuthority.load("PlatformA", path, create=True)
    key = path.read_bytes()
    monkeypatch.setattr(Path, "exists", lambda _path: False)  # as the other process saw it a moment before
    TokenAuthority.load("PlatformA", path, create=True)
    assert path.read_bytes() == key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    TokenAuthority.load("PlatformA", path, create=True)
    path.chmod(0o640)
    with pytest.raises(TokenError) as refusal:
        TokenAuthority.load("PlatformA", path)
    assert (refusal.value.code, refusal.value.remedy) == ("TOKEN_KEY", f"chmod 600 {path}")


def test_a_missing_or_damaged_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    with pytest.raises(TokenError) as missing:
        TokenAuthority.load("PlatformA", path)
    path.touch(mode=0o600)
    with pytest.raises(TokenError) as damaged:
        TokenAuthority.load("PlatformA", path, create=True)
    assert (missing.value.code, damaged.value.code) == ("TOKEN_KEY", "TOKEN_KEY")


@pytest.mark.parametrize("hours", [0, -1, HOURS_MAX + 1, float("nan"), float("inf")])
def test_a_lifetime_has_bounds(hours: float) -> None:
    with pytest.raises(TokenError) as refusal:
        TokenAuthority("PlatformA", b"k" * 32).issue("producer", hours)
    assert refusal.value.code == "TOKEN_LIFETIME"
