"""Licences of GS1 keys: which business may give identities to goods, as the association registers it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.item_id import product_of
from fairledger_contracts.records.signatory import Party, Signatory

PREFIX_DIGITS_MIN = 4
PREFIX_DIGITS_MAX = 12  # a single GTIN, licensed by itself
NAME_LENGTH_MAX = 200

KeyPrefix = Annotated[str, Field(pattern=rf"^[0-9]{{{PREFIX_DIGITS_MIN},{PREFIX_DIGITS_MAX}}}$")]
Gln = Annotated[str, Field(pattern=r"^([0-9]{13})?$")]  # empty where nobody is to hold a licence


class Holder(BaseModel):
    """A business that holds a licence from ``since`` on, until the next holder. One without ``gln`` ends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: str
    gln: str
    name: str
    since: datetime

    @property
    def party(self) -> Party:
        """The business as recorders' certificates name it."""
        return Party(self.msp_id, self.gln)


class Licence(Record, kind="trace-licence", key=("prefix",)):
    """Who may identify trade items whose GTIN begins with ``prefix`` (behind the indicator digit).

    The longest registered prefix counts, as GS1 licenses company prefixes and single GTINs. ``holders`` are in the
    ledger's order; ``recorder`` registered the last one.
    """

    prefix: KeyPrefix
    holders: tuple[Holder, ...]
    recorder: Signatory

    @property
    def holder(self) -> Holder | None:
        """Who holds it now; None where nobody does."""
        return self.holders[-1] if self.holders[-1].gln else None

    def holder_at(self, moment: datetime) -> Holder | None:
        """Who held it then by the ledger's time. The first holder's right reaches back: goods are older than this."""
        held = [holder for holder in self.holders if holder.since <= moment] or self.holders[:1]
        return held[-1] if held and held[-1].gln else None


def prefixes_of(item: str) -> tuple[str, ...]:
    """The prefixes that may be licensed for a trade item's canonical id, longest first; none for what is none."""
    product = product_of(item)
    if not product:
        return ()
    digits = product.rpartition("/")[2][1:][:PREFIX_DIGITS_MAX]  # behind the indicator digit
    return tuple(digits[:length] for length in range(len(digits), PREFIX_DIGITS_MIN - 1, -1))
