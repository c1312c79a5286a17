"""Who recorded something: the person behind a transaction, as the organisation's CA vouches for it."""

from pydantic import BaseModel, ConfigDict


class Recorder(BaseModel):
    """``id`` is Fabric's, the same after a renewal; ``certificate`` is the one that signed, as PEM.

    ``role`` and ``gln`` are attributes of the certificate; ``gln`` is empty where the person has no place of business.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: str
    id: str
    role: str
    gln: str
    certificate: str
