"""What each move of a plain order touches: every key more costs two endorsers a call, and every peer a look."""

from collections import Counter
from datetime import timedelta

from fairledger_chaincode.keys import split_composite_key
from fairledger_chaincode.simulator import Endorsed
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.standard import Standard
from tests.support.escrow import KEY, LICENCE, EscrowLedger, commitment

Kinds = dict[str, int]
A_SPENDING: Kinds = {Note.kind: 2, Movement.kind: 1}  # a note goes and another comes


def touched(endorsed: Endorsed) -> tuple[Kinds, Kinds]:
    """How many records of each kind a transaction read, and how many it wrote or deleted."""
    (space,) = (each for each in endorsed.rwset.namespaces if each.writes)
    read = [*space.reads, *(found for each in space.range_reads for found in each.reads)]
    return _kinds([each.key for each in read]), _kinds([each.key for each in space.writes])


def _kinds(keys: list[str]) -> Kinds:
    return dict(Counter(split_composite_key(key)[0] for key in keys))


async def test_moves_read_the_order_and_the_money_that_they_spend_and_no_standard(escrow: EscrowLedger) -> None:
    order = await escrow.ordered(LICENCE)
    bond = await escrow.money("seller", order.terms.bond_minor)
    told: tuple[tuple[str, str, tuple[object, ...], Kinds, Kinds], ...] = (
        ("seller", "accept", (order.id, [bond.id], commitment()), {Note.kind: 1}, A_SPENDING),
        ("buyer", "hold", (order.id,), {}, {}),
        ("seller", "release_key", (order.id, KEY.hex()), {Note.kind: 1}, A_SPENDING),
        ("buyer", "confirm", (order.id,), {Note.kind: 1}, {**A_SPENDING, Settlement.kind: 1}),
    )
    for name, function, arguments, read, written in told:
        endorsed = await escrow.endorse(name, function, *arguments)
        assert touched(endorsed) == ({Order.kind: 1, **read}, {Order.kind: 1, **written}), function
        await escrow.ledger.commit([endorsed])


async def test_what_the_standard_decides_reads_it_once(escrow: EscrowLedger) -> None:
    order = await escrow.accepted()
    escrow.ledger.clock.advance(timedelta(days=3))
    read, _ = touched(await escrow.endorse("keeper", "due", order.id))
    assert (read[Order.kind], read[Standard.kind]) == (1, 1)
