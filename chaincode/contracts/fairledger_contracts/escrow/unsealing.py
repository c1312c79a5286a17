"""Virtual goods: handed over sealed, opened against the price, and proved wrong where they are."""

from fairledger_chaincode import Context
from fairledger_contracts.escrow.case import open_case
from fairledger_contracts.escrow.liability import decide
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.escrow.sealed import check_key, check_wrong
from fairledger_contracts.escrow.settling import facts_of, pay_price, settle
from fairledger_contracts.records.evidence import EvidenceKind
from fairledger_contracts.records.order import Order, OrderState


async def hold(ctx: Context, order_id: str) -> Order:
    """The buyer confirms to hold the sealed goods; only then is the key worth money."""
    case = await open_case(ctx, order_id, Move.HOLD)
    return await case.enter(OrderState.HANDED)


async def release_key(ctx: Context, order_id: str, key: str) -> Order:
    """Hand the key over and be paid: one transaction, so neither comes without the other."""
    case = await open_case(ctx, order_id, Move.RELEASE_KEY)
    assert case.order.commitment is not None, "virtual goods are accepted with a commitment"  # noqa: S101
    check_key(case.order.commitment, key)
    await pay_price(case)
    return await case.enter(OrderState.DELIVERED, key=key, price=None)


async def prove_wrong_key(ctx: Context, order_id: str, ciphertext: bytes) -> Order:
    """Prove that the key does not open the goods; anybody who holds them can, and the bond is the buyer's."""
    case = await open_case(ctx, order_id, Move.PROVE_WRONG_KEY)
    assert case.order.commitment is not None, "virtual goods are accepted with a commitment"  # noqa: S101
    check_wrong(case.order.commitment, case.order.key, ciphertext)
    proved = await case.tell(EvidenceKind.WRONG_KEY)
    verdict = decide(await facts_of(case, proved))
    assert verdict is not None, "a wrong key is a rule of its own"  # noqa: S101
    return await settle(case, verdict)
