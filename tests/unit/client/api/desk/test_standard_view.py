"""A standard's numbers beside those in force: which differ, and how they are told."""

from datetime import UTC, datetime, timedelta

import pytest

from fairledger.api.desk.standard_view import Change, counting, difference, shown
from fairledger.words.text import Language
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
OFFICER = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")


def version(number: int, *, name: str = "complaints", adopted: bool = True, **parameters: int) -> Standard:
    """A version that took effect so many hours after noon."""
    return Standard(
        name=name,
        version=f"{number:04}",
        title="Complaints",
        text_sha256="ab" * 32,
        parameters=parameters,
        effective_from=NOON + timedelta(hours=number),
        proposed_at=NOON,
        recorder=OFFICER,
        adopted_at=NOON if adopted else None,
    )


def test_what_differs_comes_first_and_what_is_new_or_gone_differs() -> None:
    current = version(1, answer_s=10, gone=1, same=5, also_same=7)

    assert difference(current, {"answer_s": 20, "new": 2, "same": 5, "also_same": 7}) == [
        Change("answer_s", 10, 20),
        Change("gone", 1, None),
        Change("new", None, 2),
        Change("also_same", 7, 7),
        Change("same", 5, 5),
    ]
    assert [each.differs for each in difference(None, {"first": 0})] == [True]


def test_of_each_standard_the_version_counts_that_took_effect_last() -> None:
    known = [version(2), version(1), version(9), version(3, adopted=False), version(1, name="escrow")]

    found = counting(known, NOON + timedelta(hours=4))

    assert {name: each.version for name, each in found.items()} == {"complaints": "0002", "escrow": "0001"}
    assert counting(known, NOON) == {}


@pytest.mark.parametrize(
    ("name", "value", "language", "said"),
    [
        ("answer_s", 604_800, "en", "604800 (7 d)"),
        ("answer_s", 604_800, "zh", "604800 (7 天)"),
        ("answer_s", 5_400, "en", "5400 (90 min)"),
        ("answer_s", 7_200, "zh", "7200 (2 小时)"),
        ("answer_s", 61, "en", "61"),
        ("answer_s", 0, "en", "0"),
        ("fine_minor", 86_400, "en", "86400"),
        ("answer_s", None, "en", "—"),
    ],
)
def test_durations_are_told_in_the_largest_unit_that_divides_them(
    name: str, value: int | None, language: Language, said: str
) -> None:
    assert shown(name, value, language) == said
