"""Choosing notes: enough, as few as can be, and with little change."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.escrow.purse import PurseError, choose
from fairledger_contracts.records.note import INPUTS_MAX, Note, Stop
from tests.support.escrow import NOON, OFFICER


def notes(*amounts: int, currency: str = "CNY") -> list[Note]:
    return [
        Note(
            id=f"{'ab' * 32}:{position % 100}",
            owner="PlatformAMSP:x",
            amount_minor=amount,
            currency=currency,
            sources=(),
            recorder=OFFICER,
        )
        for position, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("held", "amount_minor", "chosen"),
    [
        ((500, 100, 300), 100, [100]),
        ((500, 100, 300), 250, [300]),
        ((500, 100, 300), 600, [500, 100]),
        ((500, 100, 300), 900, [500, 300, 100]),
        ((500,), 0, []),
    ],
)
def test_few_notes_pay_with_little_change(held: tuple[int, ...], amount_minor: int, chosen: list[int]) -> None:
    assert [note.amount_minor for note in choose(notes(*held), amount_minor, "CNY", NOON)] == chosen


def test_frozen_notes_do_not_pay_until_their_freeze_is_over() -> None:
    until = NOON + timedelta(days=1)
    stop = Stop(msp_id="PlatformAMSP", freeze="f" * 64, until=until)
    small, large = notes(100, 500)
    held = [small.model_copy(update={"stops": (stop,)}), large]
    assert choose(held, 100, "CNY", NOON) == [large]
    with pytest.raises(PurseError, match=r"6\.00.* needed.* 5\.00.*; .*1\.00.* more are frozen"):
        choose(held, 600, "CNY", NOON)
    assert choose(held, 100, "CNY", until + timedelta(seconds=1)) == [held[0]]


def test_notes_of_other_currencies_do_not_count() -> None:
    with pytest.raises(PurseError, match=r"^1\.00 CNY are needed, and there are 0\.50 CNY$") as short:
        choose([*notes(50), *notes(900, currency="USD")], 100, "CNY", NOON)
    assert short.value.code == "ESCROW_NOTE_SHORT"


def test_more_notes_than_a_transaction_spends_are_to_be_merged_first() -> None:
    with pytest.raises(PurseError) as refused:
        choose(notes(*[1] * (INPUTS_MAX + 1)), INPUTS_MAX + 1, "CNY", NOON)
    assert (refused.value.code, "note pay" in refused.value.remedy) == ("ESCROW_NOTE_INPUTS", True)


@given(st.lists(st.integers(1, 1_000), max_size=INPUTS_MAX), st.data())
def test_they_are_enough_and_none_could_be_left_out(held: list[int], data: st.DataObject) -> None:
    amount_minor = data.draw(st.integers(0, sum(held)))
    chosen = [note.amount_minor for note in choose(notes(*held), amount_minor, "CNY", NOON)]
    assert sum(chosen) >= amount_minor
    largest = sorted(held, reverse=True)
    assert sum(largest[: max(len(chosen) - 1, 0)]) < max(amount_minor, 1)
    assert not chosen or sum(chosen) - min(chosen) < amount_minor
