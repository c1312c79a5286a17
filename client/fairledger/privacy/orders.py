"""A platform's orders: private data and public record as one operation, whatever happens in between.

The journal knows an order before anything of it is on the ledger. Keeping and publishing can each be done again without
harm, so whoever finds an entry goes through both again. What the contract refuses for good is purged.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fairledger.gateway.errors import CommitError, GatewayError
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.journal import Entry, Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.keys import read_public_key
from fairledger.privacy.opening import open_with
from fairledger.privacy.sealing import OpenedField, seal_order
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, version_of

UNPUBLISHED_FOR: Final = timedelta(hours=24)  # orders are published seconds after they are kept, or are in the journal
GONE: Final = frozenset({"PRIVACY_ORDER_UNKNOWN", "PRIVACY_DATA_UNKNOWN"})  # nothing is held of it
PLACED_BEFORE: Final = frozenset({"PRIVACY_VERSION", "PRIVACY_ORDER_EXISTS"})
# Gone already, or published, or of somebody who may keep nothing: what they had no right to, nobody finishes for them.
NOT_TO_DISCARD: Final = frozenset({"PRIVACY_DATA_UNKNOWN", "PRIVACY_PUBLISHED", "PRIVACY_ROLE_DENIED"})
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Placed:
    """An order on the ledger, and the secret that its buyer is to be given: nobody can claim their rights without."""

    record: OrderRecord
    capability: str


class PrivateOrders:
    """The orders of one platform, by its MSP id."""

    def __init__(self, client: PrivacyClient, platform: str, keys: KeyRing, journal: Journal) -> None:
        self._client = client
        self._platform = platform
        self._key = keys.newest
        self._keys = keys
        self._journal = journal

    async def place(self, person: str, values: Mapping[str, str], public: Mapping[str, Any]) -> Placed:
        """Seal and keep ``values``, and publish the order.

        ``person`` is how the platform knows the buyer, and stays here; ``public`` has the other members of
        ``OrderFacts``. Raises ``PrivacyError`` (PRIVACY_VALUE, PRIVACY_UNFINISHED), ``StoreError``, and
        ``GatewayError``: then the order is finished later, unless the code is the contract's own. The same order again
        is answered as it was placed: who was told that it broke off learns its secret so, once it is finished.
        """
        capability = self._key.capability(public["order"])
        hashed = hashlib.sha256(capability.encode()).hexdigest()
        facts = OrderFacts(**public, pseudonym=self._key.pseudonym(person), capability_sha256=hashed)
        data = await self._seal(facts.order, 1, values)
        try:
            return Placed(await self._begin(Entry(data, facts)), capability)
        except GatewayError as error:
            placed = await self._placed_before(facts, person, values) if error.code in PLACED_BEFORE else None
            if placed is None:
                raise
            return placed

    def capability(self, record: OrderRecord) -> str:
        """The secret of an order that is published. Raises ``PrivacyError`` (PRIVACY_KEY_FILE)."""
        for key in self._keys:
            told = key.capability(record.order)
            if hashlib.sha256(told.encode()).hexdigest() == record.facts.capability_sha256:
                return told
        raise PrivacyError("PRIVACY_KEY_FILE", "the order was placed under a key that this service does not have")

    async def correct(self, order: str, values: Mapping[str, str]) -> OrderRecord:
        """Replace an order's personal data by ``values``. Raises as ``place``."""
        record = await self._client.order(self._platform, order)
        return await self._begin(Entry(await self._seal(order, len(record.seals) + 1, values), None))

    async def purge(self, order: str, reason: str) -> OrderRecord:
        """Purge an order's personal data everywhere. Raises ``GatewayError`` (PRIVACY_RETAINED, PRIVACY_PURGED)."""
        return await self._client.purge(order, reason)

    async def opened(self, order: str) -> tuple[PersonalData, dict[str, OpenedField]]:
        """What is kept of an order, sealed and in clear. Raises ``GatewayError``, ``PrivacyError``."""
        record = await self._client.order(self._platform, order)
        data = await self._client.own(order, record.seal.version)
        return data, open_with(self._keys, data)

    async def claimed(self, order: str, capability: str) -> OrderRecord:
        """The order, for who knows its secret. Raises ``PrivacyError`` (PRIVACY_CAPABILITY), ``GatewayError``."""
        record = await self._client.order(self._platform, order)
        if hashlib.sha256(capability.encode()).hexdigest() != record.facts.capability_sha256:
            raise PrivacyError("PRIVACY_CAPABILITY", "the secret is not this order's: it came with the order")
        return record

    async def published(self, platform: str, order: str) -> OrderRecord:
        """An order of any platform. Raises ``GatewayError`` (PRIVACY_ORDER_UNKNOWN)."""
        return await self._client.order(platform, order)

    async def finish(self) -> int:
        """Bring to an end what an earlier run began; returns how many orders that were."""
        done = 0
        entries = await asyncio.to_thread(self._journal.entries)
        for entry in entries:
            if self._journal.is_in_hand(entry):
                continue
            try:
                with self._journal.in_hand(entry):
                    await self._finish(entry)
            except GatewayError as error:
                LOG.warning("an order is not finished", extra={"code": error.code})
            else:
                done += 1
        return done

    async def sweep(self, now: datetime) -> int:
        """Purge what is kept, neither published nor in the journal, and was so ``UNPUBLISHED_FOR`` ago.

        Returns how many versions of orders that were. Raises ``GatewayError``, ``StoreError``. A write under way is far
        younger; should another service of this platform be publishing that very version, the ledger decides: what is
        published is not discarded, and who finds the data gone keeps them again (see ``_is_refusal``).
        """
        kept = await self._client.unpublished()
        known = {(entry.data.order, entry.data.version) for entry in await asyncio.to_thread(self._journal.entries)}
        orphans = [each for each in kept if each not in known]
        since = await asyncio.to_thread(self._journal.first_seen, orphans, now)
        old = [each for each in orphans if since[each] <= now - UNPUBLISHED_FOR]
        return sum([await self._discarded(order, version) for order, version in old])

    async def _seal(self, order: str, count: int, values: Mapping[str, str]) -> PersonalData:
        service = read_public_key((await self._client.newest_key()).public_key)
        return seal_order(self._platform, order, version_of(count), values, [self._key.key.public_key(), service])

    async def _placed_before(self, facts: OrderFacts, person: str, values: Mapping[str, str]) -> Placed | None:
        """The order of that id, where it is the same in all: its buyer, its facts and the values that are held."""
        try:
            record = await self._client.order(self._platform, facts.order)
            _data, opened = await self.opened(facts.order)
        except GatewayError as error:
            if error.code not in GONE:
                raise
            return None
        of_its_day = {name: getattr(record.facts, name) for name in ("pseudonym", "capability_sha256")}
        same_facts = record.facts == facts.canonical().model_copy(update=of_its_day)
        same_person = record.facts.pseudonym in {key.pseudonym(person) for key in self._keys}
        same_values = {name: field.value for name, field in opened.items()} == values
        return Placed(record, self.capability(record)) if same_facts and same_person and same_values else None

    async def _begin(self, entry: Entry) -> OrderRecord:
        with self._journal.in_hand(entry):
            await asyncio.to_thread(self._journal.add, entry)
            return await self._finish(entry)

    async def _finish(self, entry: Entry) -> OrderRecord:
        try:
            record = await self._published(entry) or await self._write(entry)
        except GatewayError as error:
            if not _is_refusal(error):
                raise
            await self._give_up(entry)
            raise
        await asyncio.to_thread(self._journal.remove, entry)
        return record

    async def _write(self, entry: Entry) -> OrderRecord:
        data = entry.data
        private_sha256 = await self._client.keep(data)
        seal = Seal(version=data.version, fields=data.names, root=data.root, private_sha256=private_sha256)
        if entry.facts is None:
            return await self._client.correct(data.order, seal)
        return await self._client.publish(entry.facts, seal)

    async def _published(self, entry: Entry) -> OrderRecord | None:
        """The order if it is published with this entry's seal."""
        try:
            record = await self._client.order(self._platform, entry.data.order)
        except GatewayError as error:
            if error.code == "PRIVACY_ORDER_UNKNOWN":
                return None
            raise
        digest = hashlib.sha256(entry.data.to_state()).hexdigest()
        return record if any(seal.private_sha256 == digest for seal in record.seals) else None

    async def _discarded(self, order: str, version: str) -> bool:
        """Purge what was never published; whether it was there, and still unpublished."""
        try:
            await self._client.discard(self._platform, order, version)
        except GatewayError as error:
            if error.code not in NOT_TO_DISCARD:
                raise
            return False
        return True

    async def _give_up(self, entry: Entry) -> None:
        """Purge what was kept of an entry that can't be published; another's data under the same key stay."""
        try:
            if await self._client.own(entry.data.order, entry.data.version) == entry.data:
                await self._discarded(entry.data.order, entry.data.version)
        except GatewayError as error:
            if error.code not in NOT_TO_DISCARD:
                raise
        await asyncio.to_thread(self._journal.remove, entry)


def _is_refusal(error: GatewayError) -> bool:
    """Whether the contract refuses for good; everything else can be otherwise the next time.

    What is gone between keeping and publishing was swept by another service, and is kept again.
    """
    passes = isinstance(error, CommitError) or error.code == "PRIVACY_NOT_KEPT"
    return not passes and error.code.startswith(("PRIVACY_", "CHAINCODE_ARGUMENTS"))
