"""Choosing notes: the fewest that pay, of which the change comes back; and amounts as people write them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.api.desk.escrow.money import minor_of, shown
from fairledger.api.desk.escrow.purse import choose, sums
from fairledger.api.problems import Problem
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX
from fairledger_contracts.records.note import INPUTS_MAX, Note
from fairledger_contracts.records.signatory import Signatory

OWNER = Signatory(msp_id="PlatformAMSP", id="eDUwOTo6", role="consumer", gln="")


def notes(*amounts: int) -> list[Note]:
    return [
        Note(
            id=f"{number:064x}:0",
            owner="PlatformAMSP:eDUwOTo6",
            amount_minor=amount,
            currency="CNY",
            sources=(),
            recorder=OWNER,
        )
        for number, amount in enumerate(amounts)
    ]


@given(st.lists(st.integers(1, 50), max_size=7), st.integers(0, 200))
def test_no_fewer_notes_would_pay(amounts: list[int], amount: int) -> None:
    if sum(amounts) < amount:
        with pytest.raises(Problem) as refused:
            choose(notes(*amounts), amount)
        assert refused.value.code == "ESCROW_NOTE_SHORT"
        return
    chosen = choose(notes(*amounts), amount)
    assert chosen.total_minor - chosen.change_minor == amount
    assert chosen.change_minor >= 0
    assert len({note.id for note in chosen.notes}) == len(chosen.notes)
    fewer = combinations(amounts, max(len(chosen.notes) - 1, 0))
    assert amount == 0 or all(sum(each) < amount for each in fewer)


@pytest.mark.parametrize(
    ("own", "amount", "taken"),
    [((5, 100, 20, 30), 25, [30]), ((5, 100, 20, 30), 120, [100, 20]), ((5,), 0, []), ((7, 7), 7, [7])],
)
def test_the_last_note_is_as_small_as_it_can_be(own: tuple[int, ...], amount: int, taken: list[int]) -> None:
    assert [note.amount_minor for note in choose(notes(*own), amount).notes] == taken


def test_more_notes_than_one_call_can_spend_are_to_be_merged_first() -> None:
    many = notes(*[1] * (INPUTS_MAX + 1))
    assert len(choose(many, INPUTS_MAX).notes) == INPUTS_MAX
    with pytest.raises(Problem) as refused:
        choose(many, INPUTS_MAX + 1)
    assert refused.value.code == "ESCROW_NOTE_INPUTS"


def test_notes_add_up_by_currency() -> None:
    other = notes(7)[0].model_copy(update={"currency": "AUD"})
    assert sums([*notes(1, 2), other]) == {"AUD": 7, "CNY": 3}


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (100_001, "CNY", "CNY 1,000.01"),
        (5, "CNY", "CNY 0.05"),
        (100_001, "JPY", "JPY 100,001"),
        (1, "KWD", "KWD 0.001"),
    ],
)
def test_amounts_have_as_many_decimals_as_their_currency(minor: int, currency: str, said: str) -> None:
    assert shown(minor, currency) == said


@given(st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(["CNY", "JPY", "BHD", "UYW"]))
def test_what_is_shown_is_read_back(minor: int, currency: str) -> None:
    assert minor_of(shown(minor, currency).removeprefix(currency), currency) == minor


@pytest.mark.parametrize("text", ["", "x", "-1", "0.001", "NaN", "Infinity", "1e99999", "90071992547409.93"])
def test_other_text_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digits"):
        minor_of(text, "CNY")
