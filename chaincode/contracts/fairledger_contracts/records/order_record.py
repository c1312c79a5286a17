"""Orders as everybody on the channel sees them: what statistics need, and nothing that names a person."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fairledger_chaincode.errors import ContractError
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.commitment import FieldProof, proven_root
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.personal_data import FieldNames, OrderId, Platform, Version
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory

TAGS_MAX = 100
QUANTITY_MAX = 1_000_000
PRICE_MINOR_MAX = 2**53 - 1  # what every JSON implementation reads exactly (RFC 8259, section 6)

Area = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,6})?$")]  # ISO 3166-2, or a city's code behind the country
Goods = Annotated[str, Field(min_length=1, max_length=1_024, pattern=PROSE)]


class Seal(BaseModel):
    """What ties one version of the personal data to the public record.

    ``root`` is over the commitments to ``fields``; ``private_sha256`` is the hash of the private value, which the peers
    of all organisations know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Version
    fields: FieldNames
    root: Sha256
    private_sha256: Sha256

    def proves(self, name: str, commitment: str, proof: FieldProof) -> bool:
        """Whether the proof leads from ``commitment`` to the root, from the one place that the field ``name`` has.

        A tree could have leaves that no name of ``fields`` tells of, or two of one name.
        """
        try:
            at_its_place = proof.size == len(self.fields) and self.fields[proof.index] == name
            return at_its_place and proven_root(commitment, proof) == self.root
        except (ContractError, IndexError):
            return False


class OrderFacts(BaseModel):
    """The public side of an order.

    ``pseudonym`` is the buyer's at this platform and no other's; ``capability_sha256`` is the hash of a secret that the
    buyer alone was given, by which they claim what is theirs. ``area`` is where the goods go, without the address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: OrderId
    pseudonym: Sha256
    capability_sha256: Sha256
    area: Area
    goods: Goods
    quantity: Annotated[int, Field(strict=True, ge=1, le=QUANTITY_MAX)]
    price_minor: Annotated[int, Field(strict=True, ge=1, le=PRICE_MINOR_MAX)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]  # ISO 4217
    ordered_at: AwareDatetime
    tags: Annotated[tuple[Goods, ...], Field(max_length=TAGS_MAX)] = ()

    def canonical(self) -> "OrderFacts":
        """The same with one id for one thing, as the ledger has it."""
        tags = tuple(dict.fromkeys(canonical_item(tag).id for tag in self.tags))
        return self.model_copy(update={"goods": canonical_item(self.goods).id, "tags": tags})


class OrderRecord(Record, kind="privacy-order", key=("platform", "order")):
    """An order on the ledger. ``seals`` are those of all versions of its personal data, the last one counts.

    Once ``purged_at`` is set there are no personal data any more, at any organisation; the seals stay as the proof of
    what there was.
    """

    platform: Platform
    order: OrderId
    facts: OrderFacts
    seals: tuple[Seal, ...]
    published_at: datetime
    recorder: Signatory
    corrected_by: Signatory | None = None
    purged_at: datetime | None = None
    purged_by: Signatory | None = None
    purge_reason: str | None = None

    @property
    def seal(self) -> Seal:
        """The seal of the version that counts."""
        return self.seals[-1]
