"""The contract ``privacy``: personal data of orders in the platforms' collections, and who reads them by what right."""

from typing import Annotated

from pydantic import BaseModel, Field

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_contracts.privacy import keeping, offering, publishing, purging, reading, warranting
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.key_part import KeyPart
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import FieldNames, OrderId, PersonalData, SealedReading, Version
from fairledger_contracts.records.private_read import Announcement, ReadId, ReadTerms, Release
from fairledger_contracts.records.warrant import Prose, Warrant, WarrantId, WarrantTerms

PublicKey = Annotated[str, Field(max_length=1_000, pattern=r"^[\n -~]+$")]  # PEM


class KeptOrder(BaseModel):
    """An order's version whose personal data are kept; nothing of it is secret."""

    order: str
    version: str
    private_sha256: str = ""


class Privacy(Contract):
    """Personal data are encrypted before they come here; what opens them is held elsewhere."""

    name = "privacy"

    @transaction
    async def offer_key(self, ctx: Context, public_key: PublicKey) -> EncryptionKey:
        """Offer a public key of the association's key service. Raises ``NotAllowed``, ``RuleBroken`` (PRIVACY_KEY)."""
        return await offering.offer(ctx, public_key)

    @transaction
    async def keep(self, ctx: Context) -> KeptOrder:
        """Keep the sealed personal data in transit (``personal_data``) in the collection of the caller's platform.

        To be endorsed by members of the collection alone. Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED, and for a
        new order PRIVACY_PLATFORM_NO_MEMBER, PRIVACY_PLATFORM_SUSPENDED), ``RuleBroken`` (PRIVACY_DATA,
        PRIVACY_KEY_SERVICE, PRIVACY_VERSION), ``WrongState`` (PRIVACY_KEPT, PRIVACY_VERSION, PRIVACY_PURGED).
        """
        data, private_sha256 = await keeping.keep(ctx)
        return KeptOrder(order=data.order, version=data.version, private_sha256=private_sha256)

    @transaction
    async def discard(self, ctx: Context, order: OrderId, version: Version) -> None:
        """Purge what was kept and never published.

        Raises ``NotAllowed``, ``NotFound`` (PRIVACY_DATA_UNKNOWN), ``WrongState`` (PRIVACY_PUBLISHED).
        """
        await keeping.discard(ctx, order, version)

    @transaction
    async def publish(self, ctx: Context, facts: OrderFacts, seal: Seal) -> OrderRecord:
        """Publish an order whose personal data are kept.

        Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED, PRIVACY_PLATFORM_NO_MEMBER, PRIVACY_PLATFORM_SUSPENDED),
        ``WrongState`` (PRIVACY_ORDER_EXISTS, PRIVACY_NOT_KEPT, PRIVACY_VERSION), ``RuleBroken`` (PRIVACY_SEAL,
        PRIVACY_FIELDS).
        """
        return await publishing.publish(ctx, facts, seal)

    @transaction
    async def correct(self, ctx: Context, order: OrderId, seal: Seal) -> OrderRecord:
        """Let a newer version count, and purge the one before.

        Raises as ``publish``, and ``NotFound`` (PRIVACY_ORDER_UNKNOWN), ``WrongState`` (PRIVACY_PURGED).
        """
        return await publishing.correct(ctx, order, seal)

    @transaction
    async def purge(self, ctx: Context, order: OrderId, reason: Prose) -> OrderRecord:
        """Purge an order's personal data at all organisations; the record of it stays.

        Raises ``NotAllowed``, ``NotFound`` (PRIVACY_ORDER_UNKNOWN), ``WrongState`` (PRIVACY_PURGED, PRIVACY_RETAINED).
        """
        return await purging.purge(ctx, order, reason)

    @transaction
    async def make_warrant(self, ctx: Context, terms: WarrantTerms) -> Warrant:
        """Make a warrant, which another officer has to confirm.

        Raises ``NotAllowed``, ``RuleBroken`` (PRIVACY_WARRANT_TIME, PRIVACY_WARRANT_FIELDS).
        """
        return await warranting.make(ctx, terms)

    @transaction
    async def confirm_warrant(self, ctx: Context, warrant_id: WarrantId) -> Warrant:
        """Confirm another officer's warrant; raises as ``warranting.confirm``."""
        return await warranting.confirm(ctx, warrant_id)

    @transaction
    async def end_warrant(self, ctx: Context, warrant_id: WarrantId) -> Warrant:
        """End a warrant before its time. Raises ``NotAllowed``, ``NotFound``, ``WrongState``."""
        return await warranting.end(ctx, warrant_id)

    @transaction
    async def announce_read(self, ctx: Context, terms: ReadTerms) -> Announcement:
        """Write down who is going to read what by which warrant.

        What is not permitted is not raised but answered, with ``refused``: so that the attempt is on record.
        """
        return await reading.announce(ctx, terms)

    @transaction
    async def release(self, ctx: Context, read_id: ReadId, fields: FieldNames) -> Release:
        """Write down that the key service releases keys.

        Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED, and the codes of ``permission.refusal``), ``NotFound``
        (PRIVACY_READ_UNKNOWN), ``RuleBroken`` (PRIVACY_WARRANT_FIELDS, PRIVACY_RELEASED).
        """
        return await reading.release(ctx, read_id, fields)

    @query
    async def read(self, ctx: Context, read_id: ReadId) -> SealedReading:
        """The announced fields, sealed. To be evaluated at the regulator's own peer, never submitted.

        Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED, PRIVACY_READER, and the codes of ``permission.refusal``),
        ``NotFound`` (PRIVACY_READ_UNKNOWN, PRIVACY_DATA_UNKNOWN).
        """
        return await reading.read(ctx, read_id)

    @query
    async def permitted(self, ctx: Context, read_id: ReadId) -> Announcement:
        """An announcement whose warrant is in force now.

        Raises as ``release``, but for the role, the fields and PRIVACY_RELEASED.
        """
        return (await reading.permitted(ctx, read_id)).announcement

    @query
    async def newest_key(self, ctx: Context) -> EncryptionKey:
        """The key service's key for new records. Raises ``NotFound`` (PRIVACY_KEY_UNKNOWN)."""
        return await offering.newest(ctx)

    @query
    async def order(self, ctx: Context, platform: KeyPart, order: OrderId) -> OrderRecord:
        """An order as it is published. Raises ``NotFound`` (PRIVACY_ORDER_UNKNOWN)."""
        return await publishing.load_order(ctx, platform, order)

    @query
    async def own(self, ctx: Context, order: OrderId, version: Version) -> PersonalData:
        """What the caller's platform keeps of an order, sealed. Raises ``NotAllowed``, ``NotFound``."""
        return await keeping.own(ctx, order, version)

    @query
    async def unpublished(self, ctx: Context) -> list[KeptOrder]:
        """What the caller's platform keeps and never published: to be finished, or discarded."""
        return [KeptOrder(order=order, version=version) for order, version in await keeping.unpublished(ctx)]
