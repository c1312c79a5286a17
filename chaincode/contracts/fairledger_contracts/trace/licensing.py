"""Registering who may give identities to goods."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.item_id import check_digit
from fairledger_contracts.records.licence import NAME_LENGTH_MAX, Gln, Holder, KeyPrefix, Licence, prefixes_of
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import MspId
from fairledger_contracts.trace.callers import signatory


class LicenceHolder(BaseModel):
    """The business that gets a licence: as recorders' certificates name it, and as people do.

    Without ``gln`` it is nobody's from now on; ``name`` then tells why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: KeyPrefix
    msp_id: MspId
    gln: Gln
    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=PROSE)]


async def register(ctx: Context, holder: LicenceHolder) -> Licence:
    """The licence with its new holder. Raises ``NotAllowed``, and ``RuleBroken`` (TRACE_LICENCE_GLN, …_HELD)."""
    officer = signatory(ctx.caller, {"officer"}, "licences are registered")
    if holder.gln and holder.gln[-1] != check_digit(holder.gln[:-1]):
        raise RuleBroken("TRACE_LICENCE_GLN", f"the GLN's check digit must be {check_digit(holder.gln[:-1])}")
    before = await ctx.ledger.find(Licence, holder.prefix)
    held = before.holders if before else ()
    new = Holder(msp_id=holder.msp_id, gln=holder.gln, name=holder.name, since=ctx.time)
    if held and held[-1].party == new.party:
        raise RuleBroken("TRACE_LICENCE_HELD", "this business holds the licence already")
    licence = Licence(prefix=holder.prefix, holders=(*held, new), recorder=officer)
    await ctx.ledger.save(licence)
    return licence


async def licence_for(ctx: Context, item: str) -> Licence | None:
    """The licence that covers a trade item's id, by its longest registered prefix."""
    for prefix in prefixes_of(item):
        licence = await ctx.ledger.find(Licence, prefix)
        if licence is not None:
            return licence
    return None
