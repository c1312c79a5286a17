"""Standing: a platform that is a member, and not suspended, opens new orders; those under way are finished anyway."""

from typing import NamedTuple

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.suspension import is_suspended


class Refusals(NamedTuple):
    """The codes with which a contract refuses new orders of a platform."""

    no_member: str
    suspended: str


async def refuse_new_orders(ctx: Context, msp_id: str, codes: Refusals) -> None:
    """Raise ``NotAllowed`` for a platform that opens no new orders at the transaction's time."""
    member = await ctx.ledger.find(Member, msp_id)
    if member is None or not member.belongs(ctx.time):
        raise NotAllowed(codes.no_member, f"{msp_id} is no member of the association: it opens no new orders")
    if await is_suspended(ctx, msp_id):
        raise NotAllowed(codes.suspended, f"{msp_id} is suspended: it opens no new orders")
