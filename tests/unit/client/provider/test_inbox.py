"""Events are written down before their effect, and have one answer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fairledger.provider import inbox as module
from fairledger.provider.errors import ProviderError
from fairledger.provider.inbox import Accepted, Answer, Inbox

TAKEN = Answer(200, "application/json", b'{"note":"x"}')


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    opened = Inbox(f"sqlite:///{tmp_path / 'jobs.sqlite'}")
    yield opened
    opened.close()


def test_an_event_has_one_answer(inbox: Inbox) -> None:
    event = inbox.accept("bank", "evt_1", b"body")
    assert event == Accepted("bank", "evt_1", b"body", None)
    assert inbox.accept("bank", "evt_1", b"body") == event
    inbox.accept("bank", "evt_0", b"later")
    assert [each.event_id for each in inbox.unfinished()] == ["evt_1", "evt_0"]
    inbox.finish(event, TAKEN)
    inbox.finish(event, Answer(409, "application/problem+json", b"{}"))
    assert inbox.accept("bank", "evt_1", b"body").answer == TAKEN
    assert inbox.find("bank", "evt_1") == Accepted("bank", "evt_1", b"body", TAKEN)
    assert inbox.find("other", "evt_1") is None
    assert [each.event_id for each in inbox.unfinished()] == ["evt_0"]
    with pytest.raises(ProviderError) as caught:
        inbox.accept("bank", "evt_1", b"other")
    assert caught.value.code == "PROVIDER_EVENT_CHANGED"


def test_only_answers_are_forgotten(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.finish(inbox.accept("bank", "evt_1", b"1"), TAKEN)
    inbox.accept("bank", "evt_2", b"2")
    monkeypatch.setattr(module, "KEPT", timedelta(0))
    inbox.accept("bank", "evt_3", b"3")
    assert inbox.find("bank", "evt_1") is None
    assert [each.event_id for each in inbox.unfinished()] == ["evt_2", "evt_3"]
