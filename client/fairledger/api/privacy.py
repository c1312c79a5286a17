"""Personal data at one service: its key, its journal, and the work that goes on by itself."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from fairledger.api.ledger import Ledger
from fairledger.api.person_contract import PersonContract
from fairledger.api.problems import Problem
from fairledger.api.settings import SERVICE_IDENTITY
from fairledger.api.signing import member_now
from fairledger.api.writes import Writes
from fairledger.gateway.errors import GatewayError
from fairledger.identity import Identity
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.journal import Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.key_service import WAITING_MAX, KeyService
from fairledger.privacy.orders import PrivateOrders
from fairledger.readmodel.errors import StoreError, WaitError
from fairledger.wallet import Wallet, WalletEntry, WalletError
from fairledger_chaincode.errors import NotAllowed
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.privacy.callers import platform
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY

ASSOCIATION: Final = "Association"  # whose service is the key service
INTERVAL_S: Final = 30.0  # between looks at what is not finished
SWEEP_INTERVAL: Final = timedelta(hours=24)  # a sweep reads all that the platform keeps
LOG: Final = logging.getLogger(__name__)


class Privacy:
    """What a service does with personal data. ``keys`` are the platform's, or the key service's."""

    def __init__(
        self, organization: str, ledger: Ledger, writes: Writes, wallet: Wallet, *, keys: KeyRing, journal: Journal
    ) -> None:
        self._organization = organization
        self._ledger = ledger
        self._writes = writes
        self._wallet = wallet
        self._keys = keys
        self._journal = journal
        self._waiting = asyncio.Semaphore(WAITING_MAX)
        self._offered = False
        self._swept_at: datetime | None = None

    def client(self, person: WalletEntry) -> PrivacyClient:
        """The contract in a person's name."""
        return PrivacyClient(PersonContract(self._ledger, self._writes, person))

    def orders(self, person: WalletEntry) -> PrivateOrders:
        """The platform's orders, signed by ``person``.

        Raises ``Problem`` (PRIVACY_ROLE_DENIED) for who may not keep them: what is in the journal, the service finishes
        in its own name, so that nothing of theirs may get there.
        """
        try:
            platform(ClientIdentity.from_creator(person.identity.serialized))
        except NotAllowed as error:
            raise Problem(error.code, error.message) from error
        return self._orders(person)

    def own_orders(self) -> PrivateOrders:
        """The platform's orders, signed by the service. Raises ``WalletError``."""
        return self._orders(self._wallet.get(SERVICE_IDENTITY))

    def _orders(self, person: WalletEntry) -> PrivateOrders:
        return PrivateOrders(self.client(person), person.identity.msp_id, self._keys, self._journal)

    def key_service(self) -> KeyService:
        """The key service. Raises ``Problem`` (PRIVACY_NO_KEY_SERVICE) at all services but the association's."""
        if self._organization != ASSOCIATION:
            raise Problem("PRIVACY_NO_KEY_SERVICE", f"keys are released by the service of {ASSOCIATION}")
        client = self.client(self._wallet.get(SERVICE_IDENTITY))
        return KeyService(client, self._keys, waiting=self._waiting, check_reader=self._check_member)

    async def _check_member(self, reader: Recorder) -> None:
        """Raise ``Problem`` (SIGNING_CERTIFICATE) for a reader whose certificate was revoked since the announcement."""
        await member_now(self._ledger, Identity(reader.msp_id, reader.certificate.encode()).serialized)

    async def run(self) -> None:
        """Offer the key service's key, finish what is in the journal and sweep up the rest, until cancelled."""
        while True:
            try:
                await self.work()
            except (GatewayError, StoreError, WalletError, PrivacyError, WaitError, Problem) as error:
                LOG.warning("personal data wait for the ledger", extra={"code": error.code})
            await asyncio.sleep(INTERVAL_S)

    async def work(self) -> None:
        """One round of ``run``; raises what it meets."""
        if self._organization == ASSOCIATION and not self._offered:
            await self.key_service().offer()
            self._offered = True
        if await asyncio.to_thread(self._journal.entries):
            await self.own_orders().finish()
        await self._sweep(datetime.now(UTC))

    async def _sweep(self, now: datetime) -> None:
        """At a platform, at start and then daily. The authorities keep no orders."""
        is_platform = self._wallet.get(SERVICE_IDENTITY).identity.msp_id not in ROLES_OF_AUTHORITY.values()
        if is_platform and (self._swept_at is None or self._swept_at <= now - SWEEP_INTERVAL):
            swept = await self.own_orders().sweep(now)
            self._swept_at = now
            if swept:
                LOG.info("personal data of orders that were never published are purged", extra={"orders": swept})

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()
