"""What a service is started with, and its bounds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fairledger.readmodel.location import readmodel_url
from fairledger.tokens import KEY_FILE

SERVICE_IDENTITY: Final = "service"  # the wallet's name of the identity under which blocks are read

BODY_BYTES_MAX: Final = 3 * 1024 * 1024  # the contract takes 4 MiB; ids of events come on top
PROVIDER_EVENT_BYTES_MAX: Final = 64 * 1024  # an event of a payment provider has some hundred
EVENTS_MAX: Final = 500  # of one capture: one transaction, all or nothing
URI_BYTES_MAX: Final = 32 * 1024  # RFC 9110, 4.1 asks for 8,000; queries may list many items
CAPTURES_MAX: Final = 64  # under way at once; more are asked to come again
EVENT_DEADLINE_S: Final = 60.0  # for one event to be ordered, committed and projected while its sender waits
PROJECTED_DEADLINE_S: Final = 30.0  # after the commit, for the read model to have it
READS_PER_MINUTE: Final = 12_000  # of one address: an office behind one address, with pages of some 20 requests each
WRITES_PER_MINUTE: Final = 1_200  # of one person: 20 captures a second are more than one service brings to the ledger
KEEPER_EVERY_S: Final = 60  # between two looks for what is due; deadlines are hours and days
LAG_READY_S: Final = 10.0  # a read model further behind than this is not ready


@dataclass(frozen=True)
class Settings:
    """One organisation's service: whose it is, where its files are, and where it listens.

    ``services`` is a JSON file with the addresses of all organisations' services, by organisation.
    ``reads_per_minute`` bounds what one client address may ask, ``writes_per_minute`` what one person may change.
    ``keeper_every_s`` is how often the service calls what is due; 0 is never.
    """

    organization: str
    profile: Path
    wallet: Path
    data: Path
    host: str
    port: int
    services: Path | None = None
    reads_per_minute: int = READS_PER_MINUTE
    writes_per_minute: int = WRITES_PER_MINUTE
    keeper_every_s: int = KEEPER_EVERY_S

    @property
    def readmodel_url(self) -> str:
        """SQLAlchemy's URL of the read model. Raises ``StoreError`` (READMODEL_URL)."""
        return readmodel_url(self.data)

    @property
    def jobs_url(self) -> str:
        """SQLAlchemy's URL of jobs and idempotency keys, which no ledger holds: they stay with this service."""
        return f"sqlite:///{self.data / 'jobs.sqlite'}"

    @property
    def privacy_key(self) -> Path:
        """The private key for personal data: a platform's own, or the key service's."""
        return self.data / "privacy.pem"

    @property
    def providers(self) -> Path:
        """The folder of payment providers' files, with their secrets."""
        return self.data / "providers"

    @property
    def token_key(self) -> Path:
        """The key that signs bearer tokens."""
        return self.data / KEY_FILE
