"""The typed facade on the real contract: virtual goods from seal to key, and what the keeper has done about money."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag

from fairledger.escrow import EscrowClient
from fairledger.escrow.client import RETRY
from fairledger.escrow.goods import seal, unseal
from fairledger.gateway import ConflictRetry
from fairledger.gateway.errors import EndorseError
from fairledger.keeper.due import Due
from fairledger.keeper.keeper import Kept, Submit, keep
from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow.freezing import NewFreeze
from fairledger_contracts.records.complaint import About, AboutKind
from fairledger_contracts.records.note import Payment, made_by
from fairledger_contracts.records.order import GOODS_BYTES_MAX, Order
from tests.support.escrow import DAY, LICENCE, NOON, EscrowLedger, ledger_with_escrow, standard, terms
from tests.unit.contracts.escrow.test_freezing import COMPLAINT, complaint

GOODS = b"LICENCE-0001"


class As:
    """The contract as a gateway of one person has it."""

    def __init__(self, people: EscrowLedger, name: str) -> None:
        self._people = people
        self._name = name

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        return await self._people.ledger.evaluate(self._people.person(self._name), f"escrow:{function}", *arguments)

    async def submit(self, function: str, *arguments: str | bytes, retry: ConflictRetry = RETRY) -> bytes:
        assert retry == RETRY
        try:
            return await self._people.submit(self._name, function, *arguments)
        except ChaincodeFailed as error:
            raise EndorseError(error.code, error.message) from error


@pytest.fixture
async def people() -> AsyncIterator[EscrowLedger]:
    async with ledger_with_escrow() as ledger:
        found = EscrowLedger(ledger)
        await found.found()
        yield found


async def handed(people: EscrowLedger) -> tuple[Order, bytes, bytes]:
    """An order whose buyer holds the sealed goods; with them and their key."""
    buyer, seller, provider = (EscrowClient(As(people, name)) for name in ("buyer", "seller", "provider"))
    listing = await seller.listing((await seller.list_goods(terms(LICENCE))).id)
    price = await provider.issue("bank-b", Payment(owner=people.owner("buyer"), amount_minor=6_000), "CNY")
    bond = await provider.issue("bank-s", Payment(owner=people.owner("seller"), amount_minor=5_000), "CNY")
    sealed = seal(GOODS)
    order = await buyer.order(listing, "", [price.id])
    order = await seller.accept(order.id, [bond.id], sealed.commitment)
    return await buyer.hold(order.id), sealed.ciphertext, sealed.key


async def test_a_licence_is_sold_and_opened_with_the_key_that_the_ledger_shows(people: EscrowLedger) -> None:
    order, ciphertext, key = await handed(people)
    released = await EscrowClient(As(people, "seller")).release_key(order.id, key)
    assert unseal(ciphertext, bytes.fromhex(released.key)) == GOODS
    with pytest.raises(EndorseError) as refusal:
        await EscrowClient(As(people, "buyer")).prove_wrong_key(order.id, ciphertext)
    assert refusal.value.code == "ESCROW_KEY_FITS"
    assert (people.has("buyer"), people.has("seller")) == (1_000, 5_000)


def keeper(people: EscrowLedger) -> Submit:
    """Calls in the name of somebody who has no part in what is due."""

    async def submit(function: str, *arguments: str | bytes) -> bytes:
        return await As(people, "keeper").submit(function.removeprefix("escrow:"), *arguments)

    return submit


async def test_the_keeper_has_decided_what_is_due_and_lets_pass_what_another_did(people: EscrowLedger) -> None:
    order, _ciphertext, key = await handed(people)
    order = await EscrowClient(As(people, "seller")).release_key(order.id, key)
    told: list[str] = []
    due = [Due("escrow:due", (order.id,), "the order")]
    assert await keep(keeper(people), due, told.append) == Kept(0, 0)
    people.ledger.clock.set(NOON + timedelta(days=7, microseconds=1))
    assert await keep(keeper(people), due, told.append) == Kept(1, 0)
    assert await keep(keeper(people), due, told.append) == Kept(0, 0)
    assert await keep(keeper(people), [Due("escrow:due", ("0" * 64,), "none")], told.append) == Kept(0, 1)
    assert told == ["the order: settled", "none: ESCROW_ORDER_UNKNOWN"]


async def test_the_keeper_passes_over_a_payout_that_is_frozen_until_the_freeze_is_over(people: EscrowLedger) -> None:
    note = await people.money("seller", 500)
    provider = ":".join(people.signatory("provider").party)
    payout = await EscrowClient(As(people, "seller")).ask_payout([note.id], 500, "CNY", provider)
    await people.put("complaint", complaint(About(kind=AboutKind.PAYMENT, id=f"bank-1@{provider}")))
    new = {
        "origin": {"kind": "payment", "key": [provider, "bank-1"]},
        "ground": {"kind": "complaint", "id": COMPLAINT},
        "trails": [{"note": payout.note, "movements": [made_by(note.id), payout.id]}],
        "seconds": 9 * DAY,
    }
    freeze = await EscrowClient(As(people, "steward")).freeze(NewFreeze.model_validate(new))
    over = freeze.until + timedelta(seconds=standard().parameters["payout_s"])
    due = [Due("escrow:return_payout", (payout.id,), "the payout")]
    for at, kept in ((payout.due_at, 0), (over, 1)):
        people.ledger.clock.set(at + timedelta(seconds=1))
        assert await keep(keeper(people), due, lambda _line: None) == Kept(kept, 0)
    assert people.has("seller") == 500


async def test_frozen_money_is_released_by_who_froze_it(people: EscrowLedger) -> None:
    note = await people.money("seller", 500)
    provider, seller = ":".join(people.signatory("provider").party), people.owner("seller")
    await people.put("complaint", complaint(About(kind=AboutKind.PAYMENT, id=f"bank-1@{provider}")))
    new = {
        "origin": {"kind": "payment", "key": [provider, "bank-1"]},
        "ground": {"kind": "complaint", "id": COMPLAINT},
        "trails": [{"note": note.id, "movements": [made_by(note.id)]}],
        "seconds": DAY,
    }
    steward = EscrowClient(As(people, "steward"))
    freeze = await steward.freeze(NewFreeze.model_validate(new))
    assert (freeze.notes, freeze.until) == ((note.id,), NOON + timedelta(days=1))
    pay = EscrowClient(As(people, "seller")).pay
    with pytest.raises(EndorseError) as refusal:
        await pay([note.id], [Payment(owner=seller, amount_minor=500)])
    assert refusal.value.code == "ESCROW_NOTE_FROZEN"
    released = await steward.release(freeze.id)
    assert (released.id, released.released_by) == (freeze.id, people.signatory("steward"))
    (again,) = await pay([note.id], [Payment(owner=seller, amount_minor=500)])
    assert again.amount_minor == 500


@pytest.mark.parametrize("goods", [b"", bytes(GOODS_BYTES_MAX - 27)])
def test_goods_that_no_proof_could_carry_are_not_sealed(goods: bytes) -> None:
    with pytest.raises(ValueError, match="at most"):
        seal(goods)


def test_each_seal_has_a_key_of_its_own() -> None:
    one, other = seal(GOODS), seal(GOODS)
    assert one.key != other.key
    assert one.commitment.plaintext_sha256 == other.commitment.plaintext_sha256
    with pytest.raises(InvalidTag):
        unseal(one.ciphertext, other.key)
