"""Notes conserve money, whatever is asked of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import Shares
from fairledger_contracts.escrow.spending import issue, refuse_dust, spend, with_change
from fairledger_contracts.escrow.verdict import amounts_of, apportion, bearer
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX
from fairledger_contracts.records.note import INPUTS_MAX, OUTPUTS_MAX, Note, Payment
from fairledger_contracts.records.settlement import Pools
from fairledger_contracts.records.signatory import Signatory

ALICE = Signatory(msp_id="PlatformAMSP", id="alice", role="consumer", gln="")
OWNER = "PlatformAMSP:alice"
SHOP = "PlatformAMSP:shop"
TX = "a" * 64


def note(position: int, amount_minor: int, currency: str = "CNY") -> Note:
    return Note(
        id=f"{'b' * 64}:{position}",
        owner=OWNER,
        amount_minor=amount_minor,
        currency=currency,
        sources=(),
        recorder=ALICE,
    )


def to(owner: str, amount_minor: int) -> Payment:
    return Payment(owner=owner, amount_minor=amount_minor)


def test_paying_with_change_makes_two_notes_that_know_where_they_come_from() -> None:
    taken = [note(0, 700), note(1, 500)]
    shop, change = spend(taken, with_change(taken, to(SHOP, 999), "CNY"), tx_id=TX, recorder=ALICE)
    assert (shop.id, shop.owner, shop.amount_minor, shop.currency) == (f"{TX}:0", SHOP, 999, "CNY")
    assert (change.id, change.owner, change.amount_minor) == (f"{TX}:1", OWNER, 201)
    assert shop.sources == change.sources == (taken[0].id, taken[1].id)


def test_what_is_paid_exactly_leaves_no_change() -> None:
    assert with_change([note(0, 700)], to(SHOP, 700), "CNY") == [to(SHOP, 700)]


def test_an_issued_note_comes_from_nothing() -> None:
    issued = issue(to(SHOP, 5), "USD", tx_id=TX, recorder=ALICE)
    assert (issued.id, issued.sources, issued.currency, issued.amount_minor) == (f"{TX}:0", (), "USD", 5)


@pytest.mark.parametrize(
    ("notes", "amounts", "code"),
    [
        ([note(0, 100), note(0, 100)], [200], "ESCROW_NOTE_REPEATED"),
        ([note(0, 100), note(1, 100, "USD")], [200], "ESCROW_NOTE_CURRENCIES"),
        ([], [1], "ESCROW_NOTE_INPUTS"),
        ([note(position, 1) for position in range(INPUTS_MAX + 1)], [INPUTS_MAX + 1], "ESCROW_NOTE_INPUTS"),
        ([note(0, 100)], [99], "ESCROW_NOTE_UNBALANCED"),
        ([note(0, 100)], [101], "ESCROW_NOTE_UNBALANCED"),
        ([note(0, 100)], [], "ESCROW_NOTE_OUTPUTS"),
        ([note(0, 100)], [1] * (OUTPUTS_MAX + 1), "ESCROW_NOTE_OUTPUTS"),
    ],
)
def test_what_is_not_spent(notes: list[Note], amounts: list[int], code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        spend(notes, [to(SHOP, amount) for amount in amounts], tx_id=TX, recorder=ALICE)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("notes", "currency", "code"),
    [
        ([], "CNY", "ESCROW_NOTE_INPUTS"),
        ([note(0, 99)], "CNY", "ESCROW_NOTE_SHORT"),
        ([note(0, 100)], "USD", "ESCROW_NOTE_CURRENCIES"),
        ([note(0, AMOUNT_MINOR_MAX), note(1, 101)], "CNY", "ESCROW_NOTE_OVERFLOW"),
    ],
)
def test_what_does_not_pay_a_price(notes: list[Note], currency: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        with_change(notes, to(SHOP, 100), currency)
    assert refusal.value.code == code


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MINOR_MAX + 1, 1.0, "1", True])
def test_an_amount_is_a_positive_whole_number_that_json_can_carry(amount: Any) -> None:
    with pytest.raises(ValidationError):
        Payment(owner=SHOP, amount_minor=amount)


def test_dust_is_refused_but_for_one_change_to_the_payer() -> None:
    refuse_dust([to(SHOP, 10), to(OWNER, 9)], OWNER, 10)
    for payments in ([to(SHOP, 9)], [to(OWNER, 9), to(OWNER, 9)], [to(OWNER, 9), to(SHOP, 9)]):
        with pytest.raises(RuleBroken, match="ESCROW_NOTE_DUST"):
            refuse_dust(payments, OWNER, 10)


@given(paid=st.lists(st.integers(1, 10**12), min_size=1, max_size=OUTPUTS_MAX), cut=st.integers(0, OUTPUTS_MAX))
def test_whatever_is_made_adds_up_to_what_was_spent(paid: list[int], cut: int) -> None:
    notes = [note(at, sum(part)) for at, part in enumerate((paid[:cut], paid[cut:])) if part]
    made = spend(notes, [to(SHOP, amount) for amount in paid], tx_id=TX, recorder=ALICE)
    assert sum(each.amount_minor for each in made) == sum(each.amount_minor for each in notes)
    assert len({each.id for each in made}) == len(made)


@given(st.integers(0, AMOUNT_MINOR_MAX), st.lists(st.integers(0, 1_000), min_size=1, max_size=5))
def test_no_unit_is_lost_or_made_by_rounding(amount: int, weights: list[int]) -> None:
    weights[0] += 1
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@pytest.mark.parametrize(("weights", "parts"), [((1, 1, 1), [4, 3, 3]), ((0, 1), [0, 10]), ((333, 667), [3, 7])])
def test_the_largest_remainder_has_the_odd_unit(weights: tuple[int, ...], parts: list[int]) -> None:
    assert apportion(10, weights) == parts


pools = st.builds(Pools, **dict.fromkeys(Pools.model_fields, st.integers(0, 10**12)))
shares = st.builds(Shares, **dict.fromkeys(Shares.model_fields, st.integers(0, 1_000)))


@given(pools, shares)
def test_every_verdict_pays_all_that_is_held(held: Pools, decided: Shares) -> None:
    for out_minor in (0, held.bond_minor):
        amounts = amounts_of(held, decided, out_minor)
        paid = amounts.buyer_minor + amounts.seller_minor + amounts.carrier_minor
        assert paid == held.price_minor + held.bond_minor + held.carrier_bond_minor


@pytest.mark.parametrize(
    ("decided", "liable"),
    [
        ((1_000, 0, 0), "buyer"),
        ((0, 0, 0), "seller"),
        ((0, 500, 0), "seller"),
        ((0, 0, 1_000), "carrier"),
        ((0, 500, 500), "shared"),
        ((500, 0, 0), "shared"),
        ((1_000, 1, 0), "shared"),
        ((1_000, 0, 1), "shared"),
    ],
)
def test_who_bears_it_follows_from_the_amounts(decided: tuple[int, int, int], liable: str) -> None:
    held = Pools(price_minor=100_000, bond_minor=10_000, carrier_bond_minor=50_000)
    price, bond, carrier = decided
    paid = amounts_of(held, Shares(price_permille=price, bond_permille=bond, carrier_permille=carrier))
    assert bearer(held, paid) == liable
