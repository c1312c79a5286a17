"""What is kept of corrections: it opens under its key and in its place alone."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fairledger.api.corrections import Correction, Corrections

KEY = b"k" * 32
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
FIRST = Correction("c-1", "o-1", AT, {"phone": "canary 1"})
SECOND = Correction("c-2", "o-2", AT.replace(hour=9), {"phone": "canary 2"})


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


@pytest.fixture
def store(url: str) -> Corrections:
    made = Corrections(url, KEY)
    made.keep(SECOND)
    made.keep(FIRST)
    return made


def test_the_oldest_comes_first_until_it_is_struck(store: Corrections, url: str) -> None:
    assert Corrections(url, KEY).asked(10) == [FIRST, SECOND]
    assert (store.asked(1), store.find("c-2"), store.find("c-3")) == ([FIRST], SECOND, None)
    store.strike("c-1")
    store.strike_order("o-1")
    assert store.asked(10) == [SECOND]
    store.strike_order("o-2")
    assert store.asked(10) == []
    store.close()


def test_no_value_is_stored_or_shown_in_clear(store: Corrections, tmp_path: Path) -> None:
    store.close()
    assert not any(b"canary" in path.read_bytes() for path in tmp_path.iterdir())
    assert "canary" not in repr(FIRST)


def test_another_key_opens_nothing(store: Corrections, url: str) -> None:
    store.close()
    assert [each.values for each in Corrections(url, b"l" * 32).asked(10)] == [{}, {}]


def test_another_place_opens_nothing(store: Corrections, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        sealed = "SELECT sealed FROM privacy_corrections WHERE complaint = 'c-1'"
        connection.execute(f"UPDATE privacy_corrections SET sealed = ({sealed}) WHERE complaint = 'c-2'")
    assert [each.values for each in store.asked(10)] == [FIRST.values, {}]
    store.close()
