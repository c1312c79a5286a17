"""The typed facade of the contract ``privacy``."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from fairledger.gateway import ConflictRetry
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, SealedReading
from fairledger_contracts.records.private_read import Announcement, ReadTerms, Release
from fairledger_contracts.records.warrant import Warrant, WarrantTerms

RETRY: Final = ConflictRetry(attempts_max=5)
TRANSIENT: Final = "personal_data"


class PrivacyContract(Protocol):
    """What this facade needs of a gateway's contract; ``fairledger.gateway.Contract`` has it."""

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        retry: ConflictRetry = ...,
    ) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...


class PrivacyClient:
    """Calls in the name of the gateway's identity. Everything raises ``GatewayError`` with the contract's codes."""

    def __init__(self, contract: PrivacyContract) -> None:
        self._contract = contract

    async def offer_key(self, public_pem: str) -> EncryptionKey:
        """Offer the key service's key, as the association."""
        return EncryptionKey.model_validate_json(await self._contract.submit("offer_key", public_pem, retry=RETRY))

    async def newest_key(self) -> EncryptionKey:
        """The key service's key for new records; code PRIVACY_KEY_UNKNOWN."""
        return EncryptionKey.model_validate_json(await self._contract.evaluate("newest_key"))

    async def keep(self, data: PersonalData) -> str:
        """Keep sealed personal data, endorsed by the platform alone; the hash of the private value."""
        answer = await self._contract.submit(
            "keep",
            transient={TRANSIENT: data.to_state()},
            endorsing_organizations=[data.platform],
            retry=RETRY,
        )
        return str(json.loads(answer)["private_sha256"])

    async def discard(self, platform: str, order: str, version: str) -> None:
        """Purge what was kept and never published."""
        arguments = (order, version)
        await self._contract.submit("discard", *arguments, endorsing_organizations=[platform], retry=RETRY)

    async def publish(self, facts: OrderFacts, seal: Seal) -> OrderRecord:
        """Publish an order whose personal data are kept."""
        arguments = (facts.model_dump_json(), seal.model_dump_json())
        return OrderRecord.model_validate_json(await self._contract.submit("publish", *arguments, retry=RETRY))

    async def correct(self, order: str, seal: Seal) -> OrderRecord:
        """Let a newer version count."""
        answer = await self._contract.submit("correct", order, seal.model_dump_json(), retry=RETRY)
        return OrderRecord.model_validate_json(answer)

    async def purge(self, order: str, reason: str) -> OrderRecord:
        """Purge an order's personal data everywhere; codes PRIVACY_RETAINED, PRIVACY_PURGED."""
        return OrderRecord.model_validate_json(await self._contract.submit("purge", order, reason, retry=RETRY))

    async def order(self, platform: str, order: str) -> OrderRecord:
        """An order as it is published; code PRIVACY_ORDER_UNKNOWN."""
        return OrderRecord.model_validate_json(await self._contract.evaluate("order", platform, order))

    async def own(self, order: str, version: str) -> PersonalData:
        """What the caller's platform keeps; code PRIVACY_DATA_UNKNOWN."""
        return PersonalData.model_validate_json(await self._contract.evaluate("own", order, version))

    async def unpublished(self) -> list[tuple[str, str]]:
        """Orders and versions that the caller's platform keeps and never published."""
        found = json.loads(await self._contract.evaluate("unpublished"))
        return [(each["order"], each["version"]) for each in found]

    async def make_warrant(self, terms: WarrantTerms) -> Warrant:
        """Make a warrant, which another officer has to confirm."""
        return Warrant.model_validate_json(
            await self._contract.submit("make_warrant", terms.model_dump_json(), retry=RETRY)
        )

    async def confirm_warrant(self, warrant_id: str) -> Warrant:
        """Confirm another officer's warrant; code PRIVACY_WARRANT_OWN for one's own."""
        return Warrant.model_validate_json(await self._contract.submit("confirm_warrant", warrant_id, retry=RETRY))

    async def end_warrant(self, warrant_id: str) -> Warrant:
        """End a warrant before its time."""
        return Warrant.model_validate_json(await self._contract.submit("end_warrant", warrant_id, retry=RETRY))

    async def announce_read(self, terms: ReadTerms) -> Announcement:
        """Announce a reading. Look at ``refused``: a refused attempt is on record as well, so it is no error here."""
        return Announcement.model_validate_json(
            await self._contract.submit("announce_read", terms.model_dump_json(), retry=RETRY)
        )

    async def read(self, read_id: str) -> SealedReading:
        """The announced fields, sealed, from the regulator's own peer."""
        return SealedReading.model_validate_json(await self._contract.evaluate("read", read_id))

    async def permitted(self, read_id: str) -> Announcement:
        """An announcement whose warrant is in force, as the own peer has it."""
        return Announcement.model_validate_json(await self._contract.evaluate("permitted", read_id))

    async def release(self, read_id: str, fields: Sequence[str]) -> Release:
        """Write down that keys are released, as the key service."""
        answer = await self._contract.submit("release", read_id, json.dumps(list(fields)), retry=RETRY)
        return Release.model_validate_json(answer)
