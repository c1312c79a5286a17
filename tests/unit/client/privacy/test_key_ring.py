"""A service's keys as files: the newest, and those before it."""

from pathlib import Path

import pytest

from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.keys import PrivateKey


def test_a_key_that_was_set_aside_opens_and_a_new_one_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "privacy.pem"
    first = KeyRing.load(path, create=True).newest
    assert KeyRing.load(path, create=True).newest.id == first.id
    path.rename(tmp_path / "privacy-2026.pem")
    ring = KeyRing.load(path, create=True)
    assert ring.newest.id != first.id
    found = ring.held_of([first.id])
    assert (found and found.id) == first.id


def test_the_newest_is_taken_before_others_and_a_strangers_never() -> None:
    earlier, newest, stranger = (PrivateKey.generate() for _ in range(3))
    ring = KeyRing(newest, [earlier])
    assert ring.held_of([earlier.id, newest.id]) is newest
    assert ring.held_of([stranger.id, earlier.id]) is earlier
    assert ring.held_of([stranger.id]) is None


def test_an_earlier_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "privacy.pem"
    KeyRing.load(path, create=True)
    path.rename(tmp_path / "privacy-2026.pem")
    (tmp_path / "privacy-2026.pem").chmod(0o644)
    with pytest.raises(PrivacyError, match="PRIVACY_KEY_FILE"):
        KeyRing.load(path, create=True)


def test_a_key_that_is_missing_is_made_only_when_asked(tmp_path: Path) -> None:
    with pytest.raises(PrivacyError, match="PRIVACY_KEY_FILE"):
        KeyRing.load(tmp_path / "privacy.pem")
    assert list(tmp_path.iterdir()) == []
