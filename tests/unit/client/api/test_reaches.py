"""How far recalls reach is computed once, and kept for as long as there is room."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fairledger.api import kept as kept_answers
from fairledger.api import reaches
from fairledger.api.reaches import Reaches
from fairledger.readmodel import lineage
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.errors import StoreError
from fairledger_contracts.lineage.recall_scope import Affected, RecallScope
from fairledger_contracts.records.recall import Measure, Recall
from tests.support.facts import CARRIER, PRODUCER, START

AT = {"last_step": "storing", "last_seen": START, "holder": PRODUCER}


def recall(number: int) -> Recall:
    return Recall(
        id=f"{number:064d}",
        items=("urn:x:1",),
        measure=Measure.RETURN,
        reason="Glass",
        recorder=CARRIER,
        recalled_at=START,
    )


class Walks:
    """What stands for the walk: counts how often it is walked, and fails as often as is said."""

    def __init__(self) -> None:
        self.walked: list[tuple[str, int]] = []
        self.failures = 0

    def scope_of(self, _connection: object, found: Recall, events: int) -> RecallScope:
        self.walked.append((found.id, events))
        if self.failures:
            self.failures -= 1
            raise StoreError("READMODEL_BUSY", "somebody writes", "try again")
        goods: Sequence[Affected] = [
            Affected(item="urn:x:1", carrier=False, last_place="urn:x:here", **AT),
            Affected(item="urn:x:2", carrier=False, last_place="", **AT),
            Affected(item="urn:x:box", carrier=True, last_place="urn:x:here", **AT),
        ]
        return RecallScope(items=found.items, affected=tuple(goods), links=(), liable=(), complete=True)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    made = Walks()
    monkeypatch.setattr(lineage, "scope_of", made.scope_of)
    return made


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Reaches]:
    database = Database.open(sqlite_url(tmp_path / "readmodel.sqlite"))
    yield Reaches(database)
    database.close()


def test_goods_carriers_and_places_are_counted(kept: Reaches, walks: Walks) -> None:
    found = kept.of(recall(1), 7)
    assert (found.summary.goods, found.summary.carriers, found.summary.places) == (2, 1, 1)
    assert [Affected.model_validate_json(row).item for row in found.affected] == ["urn:x:1", "urn:x:2", "urn:x:box"]
    assert len(walks.walked) == 1


def test_a_reach_is_computed_once_for_all_who_ask_at_a_time(kept: Reaches, walks: Walks) -> None:
    together = Barrier(4)

    def ask(_number: int) -> reaches.Reach:
        together.wait()
        return kept.of(recall(1), 7)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert all(each is found[0] for each in found)
    assert walks.walked == [(recall(1).id, 7)]


def test_more_events_and_other_recalls_are_other_reaches(kept: Reaches, walks: Walks) -> None:
    for number, events in ((1, 7), (1, 8), (2, 8), (1, 7), (1, 8)):
        kept.of(recall(number), events)
    assert walks.walked == [(recall(1).id, 7), (recall(1).id, 8), (recall(2).id, 8)]


@pytest.mark.parametrize(("rows", "slots"), [(8, 9), (100, 2)])
def test_who_was_not_asked_for_longest_goes_when_there_is_no_room(
    kept: Reaches, walks: Walks, monkeypatch: pytest.MonkeyPatch, rows: int, slots: int
) -> None:
    monkeypatch.setattr(kept_answers, "ROWS_KEPT_MAX", rows)
    monkeypatch.setattr(kept_answers, "ANSWERS_KEPT_MAX", slots)
    for number in (1, 2, 1, 3, 1, 2):
        kept.of(recall(number), 7)
    assert [int(found) for found, _ in walks.walked] == [1, 2, 3, 2]


def test_a_reach_that_is_larger_than_the_room_is_kept_until_another_comes(
    kept: Reaches, walks: Walks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "ROWS_KEPT_MAX", 1)
    for number in (1, 1, 2, 2, 1):
        kept.of(recall(number), 7)
    assert [int(found) for found, _ in walks.walked] == [1, 2, 1]


def test_what_failed_is_tried_again(kept: Reaches, walks: Walks) -> None:
    walks.failures = 1
    with pytest.raises(StoreError):
        kept.of(recall(1), 7)
    assert kept.of(recall(1), 7).summary.goods == 2
    assert len(walks.walked) == 2


def test_what_fails_takes_no_room(kept: Reaches, walks: Walks) -> None:
    asked = kept_answers.ANSWERS_KEPT_MAX + 1
    walks.failures = asked
    for number in range(asked):
        with pytest.raises(StoreError):
            kept.of(recall(number), 7)
    assert len(kept._reaches._slots) == kept_answers.ANSWERS_KEPT_MAX
