"""What a person has, and the notes that pay an amount."""

import pytest

from fairledger.api.desk.escrow.purse import choose, sums
from fairledger.api.problems import Problem
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


def test_what_is_over_comes_back() -> None:
    chosen = choose(notes(5, 100, 20, 30), 120, "CNY")
    assert (len(chosen.notes), chosen.total_minor, chosen.change_minor) == (2, 120, 0)
    chosen = choose(notes(5, 100), 25, "CNY")
    assert (chosen.argument, chosen.change_minor) == (f'["{1:064x}:0"]', 75)


@pytest.mark.parametrize(
    ("own", "amount", "code"),
    [((5, 20), 26, "ESCROW_NOTE_SHORT"), ((1,) * (INPUTS_MAX + 1), INPUTS_MAX + 1, "ESCROW_NOTE_INPUTS")],
)
def test_notes_that_do_not_pay_are_a_problem(own: tuple[int, ...], amount: int, code: str) -> None:
    with pytest.raises(Problem) as refused:
        choose(notes(*own), amount, "CNY")
    assert refused.value.code == code


def test_notes_add_up_by_currency() -> None:
    other = notes(7)[0].model_copy(update={"currency": "AUD"})
    assert sums([*notes(1, 2), other]) == {"AUD": 7, "CNY": 3}
