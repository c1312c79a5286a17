"""Who signed a transaction, as the organisation's CA vouches for them."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


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
