"""Money on the ledger: issued against payments, paid, paid out, and never twice."""

from datetime import timedelta

import pytest

from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import INPUTS_MAX, Note
from fairledger_contracts.records.payment import Payout
from tests.support.escrow import NOON, EscrowLedger, member, standard


def movement(escrow: EscrowLedger, tx_id: str) -> Movement:
    state = escrow.ledger.state(Movement.key_of(tx_id))
    assert state is not None
    return Movement.model_validate_json(state)


def provider_of(escrow: EscrowLedger, name: str = "provider") -> str:
    return ":".join(escrow.signatory(name).party)


async def asked(escrow: EscrowLedger, amount: int = 700) -> Payout:
    note = await escrow.money("seller", 1_000)
    answer = await escrow.submit("seller", "ask_payout", [note.id], amount, "CNY", provider_of(escrow))
    return Payout.model_validate_json(answer)


async def test_a_payment_reference_counts_once_for_all_people_of_a_provider(escrow: EscrowLedger) -> None:
    payment = {"owner": escrow.owner("buyer"), "amount_minor": 500}
    note = Note.model_validate_json(await escrow.submit("provider", "issue", "bank-7/1", payment, "CNY"))
    assert await escrow.refused("provider", "issue", "bank-7/1", payment, "CNY") == "ESCROW_REFERENCE_USED"
    assert await escrow.refused("provider", "issue", "bank-7/1", payment, "USD") == "ESCROW_REFERENCE_USED"
    await escrow.submit("other_provider", "issue", "bank-7/1", payment, "CNY")  # another bank's own number
    assert escrow.has("buyer") == 1_000
    told = movement(escrow, note.id.partition(":")[0])
    assert (told.movement, told.taken, told.made[0].note, told.reference) == (
        MovementKind.ISSUE,
        (),
        note.id,
        "bank-7/1",
    )


async def test_dust_is_not_issued(escrow: EscrowLedger) -> None:
    least = standard().parameters["dust_minor"]
    payment = {"owner": escrow.owner("buyer"), "amount_minor": least - 1}
    assert await escrow.refused("provider", "issue", "bank-1", payment, "CNY") == "ESCROW_NOTE_DUST"
    await escrow.submit("provider", "issue", "bank-1", {**payment, "amount_minor": least}, "CNY")
    assert escrow.has("buyer") == least


@pytest.mark.parametrize("name", ["buyer", "seller", "officer", "regulator", "keeper"])
async def test_nobody_but_providers_issues_or_redeems(escrow: EscrowLedger, name: str) -> None:
    payment = {"owner": escrow.owner(name), "amount_minor": 500}
    assert await escrow.refused(name, "issue", "bank-1", payment, "CNY") == "ESCROW_ROLE_DENIED"
    assert await escrow.refused(name, "redeem", "0" * 64, "bank-1") == "ESCROW_ROLE_DENIED"
    assert escrow.notes() == []


async def test_paying_moves_money_and_keeps_the_way_it_went(escrow: EscrowLedger) -> None:
    one, two = await escrow.money("buyer", 600), await escrow.money("buyer", 500)
    payments = [
        {"owner": escrow.owner("seller"), "amount_minor": 1_000},
        {"owner": escrow.owner("buyer"), "amount_minor": 100},
    ]
    committed = await escrow.ledger.submit(
        escrow.person("buyer"),
        "escrow:pay",
        f'["{one.id}","{two.id}"]',
        str(payments).replace("'", '"'),
    )
    assert (escrow.has("buyer"), escrow.has("seller")) == (100, 1_000)
    told = movement(escrow, committed.tx_id)
    assert told.movement is MovementKind.PAY
    assert [piece.note for piece in told.taken] == [one.id, two.id]
    assert [(piece.owner, piece.amount_minor) for piece in told.made] == [
        (escrow.owner("seller"), 1_000),
        (escrow.owner("buyer"), 100),
    ]


async def test_what_is_not_paid(escrow: EscrowLedger) -> None:
    cny, usd = await escrow.money("buyer", 500), await escrow.money("buyer", 500, "USD")
    foreign = await escrow.money("stranger", 500)

    def pay(*amounts: int, to: str = "seller") -> list[dict[str, object]]:
        owner = escrow.owner(to) if to in ("seller", "buyer") else to
        return [{"owner": owner, "amount_minor": amount} for amount in amounts]

    refusals = [
        ([foreign.id], pay(500), "ESCROW_NOTE_NOT_YOURS"),
        ([cny.id, usd.id], pay(1_000), "ESCROW_NOTE_CURRENCIES"),
        ([cny.id, cny.id], pay(1_000), "ESCROW_NOTE_REPEATED"),
        ([cny.id], pay(501), "ESCROW_NOTE_UNBALANCED"),
        ([cny.id], pay(495, 5), "ESCROW_NOTE_DUST"),
        ([cny.id], pay(500, to="order:" + "0" * 64), "ESCROW_NOTE_OWNER"),
        ([cny.id], pay(500, to="payout:" + "0" * 64), "ESCROW_NOTE_OWNER"),
        ([cny.id], pay(500, to="PlatformAMSP:somebody"), "ESCROW_NOTE_OWNER"),
        ([cny.id], pay(500, to=escrow.owner("seller")[:-3]), "ESCROW_NOTE_OWNER"),
        ([cny.id], pay(500, to=escrow.owner("seller").replace("PlatformA", "PlatformC")), "ESCROW_NOTE_OWNER"),
        ([cny.id], pay(500, to="PlatformCMSP:account"), "ESCROW_NOTE_OWNER"),
        (["0" * 64 + ":0"], pay(500), "ESCROW_NOTE_UNKNOWN"),
        ([], pay(500), "ESCROW_NOTE_INPUTS"),
        ([cny.id], [], "ESCROW_NOTE_OUTPUTS"),
        ([cny.id], pay(0), "CHAINCODE_ARGUMENTS"),
        ([cny.id], pay(-1, 501), "CHAINCODE_ARGUMENTS"),
        ([cny.id], pay(2**53), "CHAINCODE_ARGUMENTS"),
        ([cny.id] * (INPUTS_MAX + 1), pay(500), "CHAINCODE_ARGUMENTS"),
        ([cny.id], pay(*[10] * 33), "CHAINCODE_ARGUMENTS"),
    ]
    for note_ids, payments, code in refusals:
        assert await escrow.refused("buyer", "pay", note_ids, payments) == code, (note_ids, code)
    assert (escrow.has("buyer"), escrow.has("stranger"), escrow.has("seller")) == (500, 500, 0)


async def test_money_reaches_who_can_spend_it(escrow: EscrowLedger) -> None:
    left = member("PlatformBMSP").model_copy(update={"left_at": NOON})
    await escrow.put("member", left)  # whoever was a member still has people who spend
    for to in (escrow.owner("rival"), "PlatformBMSP:account", "AssociationMSP:account", escrow.owner("regulator")):
        note = await escrow.money("buyer", 500)
        await escrow.submit("buyer", "pay", [note.id], [{"owner": to, "amount_minor": 500}])
        assert escrow.total(to) == 500


@pytest.mark.parametrize("to", ["PlatformAMSP:somebody", "PlatformCMSP:account"])
async def test_no_money_is_made_for_nobody(escrow: EscrowLedger, to: str) -> None:
    payment = {"owner": to, "amount_minor": 500}
    assert await escrow.refused("provider", "issue", "bank-x", payment, "CNY") == "ESCROW_NOTE_OWNER"
    paid = {**payment, "owner": escrow.owner("buyer")}
    await escrow.submit("provider", "issue", "bank-x", paid, "CNY")  # the reference is not used up


async def test_a_note_that_is_spent_twice_in_one_block_is_spent_once(escrow: EscrowLedger) -> None:
    note = await escrow.money("buyer", 500)
    buyer, seller = escrow.person("buyer"), escrow.owner("seller")
    payment = f'[{{"owner":"{seller}","amount_minor":500}}]'
    spent = [await escrow.ledger.endorse(buyer, "escrow:pay", f'["{note.id}"]', payment) for _ in range(2)]
    codes = [each.validation_code for each in await escrow.ledger.commit(spent)]
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert (escrow.has("buyer"), escrow.has("seller")) == (0, 500)


async def test_a_payout_ends_the_money_and_its_reference_counts_once(escrow: EscrowLedger) -> None:
    payout = await asked(escrow)
    assert (escrow.has("seller"), escrow.total(f"payout:{payout.id}")) == (300, 700)
    assert await escrow.refused("other_provider", "redeem", payout.id, "out-1") == "ESCROW_DENIED"
    await escrow.submit("provider", "redeem", payout.id, "out-1")
    assert (escrow.has("seller"), sum(note.amount_minor for note in escrow.notes())) == (300, 300)
    assert await escrow.refused("provider", "redeem", payout.id, "out-2") == "ESCROW_WRONG_STATE"
    assert await escrow.refused("provider", "redeem", (await asked(escrow)).id, "out-1") == "ESCROW_REFERENCE_USED"


async def test_a_provider_that_does_not_pay_out_can_not_keep_the_money(escrow: EscrowLedger) -> None:
    payout = await asked(escrow)
    escrow.ledger.clock.set(payout.due_at)
    assert await escrow.refused("keeper", "return_payout", payout.id) == "ESCROW_NOT_DUE"
    escrow.ledger.clock.advance(timedelta(microseconds=1))
    assert await escrow.refused("provider", "redeem", payout.id, "out-1") == "ESCROW_TOO_LATE"
    await escrow.submit("keeper", "return_payout", payout.id)
    assert (escrow.has("seller"), escrow.total(f"payout:{payout.id}")) == (1_000, 0)
    assert await escrow.refused("keeper", "return_payout", payout.id) == "ESCROW_WRONG_STATE"
    assert await escrow.refused("keeper", "return_payout", "0" * 64) == "ESCROW_PAYOUT_UNKNOWN"


async def test_nobody_else_gives_a_payout_back_by_a_clock_that_is_ahead(escrow: EscrowLedger) -> None:
    await escrow.put("standard", standard(grace_s=120))
    payout = await asked(escrow)
    escrow.ledger.clock.set(payout.due_at + timedelta(seconds=120))
    assert await escrow.refused("keeper", "return_payout", payout.id) == "ESCROW_NOT_DUE"
    escrow.ledger.clock.advance(timedelta(microseconds=1))
    await escrow.submit("keeper", "return_payout", payout.id)


async def test_a_provider_may_give_a_payout_back_at_once(escrow: EscrowLedger) -> None:
    payout = await asked(escrow)
    await escrow.submit("provider", "return_payout", payout.id)
    assert escrow.has("seller") == 1_000
