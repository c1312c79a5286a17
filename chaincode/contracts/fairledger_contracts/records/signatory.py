"""Who signed a transaction, as the organisation's CA vouches for them."""

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

PLACE_LENGTH_MAX = 1_024
MspId = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$")]
PlaceName = Annotated[str, Field(min_length=1, max_length=PLACE_LENGTH_MAX, pattern=r"^[!-~]+$")]  # as a party has it


class Party(NamedTuple):
    """A business: ``place`` is its GLN, or the person's id where the certificate names none."""

    msp_id: str
    place: str


class Signatory(BaseModel):
    """``id`` is Fabric's, the same after a renewal.

    ``role`` and ``gln`` are attributes of the certificate; ``gln`` is empty where the person has no place of business.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: str
    id: str
    role: str
    gln: str

    @property
    def party(self) -> Party:
        """The business that the person acts for."""
        return Party(self.msp_id, self.gln or self.id)

    def shares_business(self, other: "Signatory") -> bool:
        """Whether both are of one business, which is known by its GLN wherever else it is enrolled."""
        return self.party.place == other.party.place

    def is_person(self, other: "Signatory") -> bool:
        """Whether it is the same person, in whichever role."""
        return (self.msp_id, self.id) == (other.msp_id, other.id)
