"""Reading personal data: announced by a transaction, then evaluated; keys are released by another."""

from typing import NamedTuple

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken
from fairledger_contracts.privacy.callers import is_regulator, key_service, regulator, whoever
from fairledger_contracts.privacy.permission import refusal
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import (
    PersonalData,
    SealedForReading,
    SealedReading,
    collection_of,
)
from fairledger_contracts.records.private_read import Announcement, ReadTerms, Release
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import Warrant


class Announced(NamedTuple):
    """An announcement with the order that it is about."""

    announcement: Announcement
    order: OrderRecord


async def announce(ctx: Context, terms: ReadTerms) -> Announcement:
    """Write down who is going to read what, or why they may not: a refused attempt is on record, too."""
    warrant = await ctx.ledger.find(Warrant, terms.warrant)
    order = await ctx.ledger.find(OrderRecord, terms.platform, terms.order)
    refused = refusal(warrant, order, terms, ctx.time) if is_regulator(ctx.caller) else "PRIVACY_ROLE_DENIED"
    announcement = Announcement(
        id=ctx.tx_id, terms=terms, announced_at=ctx.time, recorder=whoever(ctx.caller), refused=refused
    )
    await ctx.ledger.save(announcement)
    return announcement


async def read(ctx: Context, read_id: str) -> SealedReading:
    """The announced fields, sealed, for who announced them. Raises as ``contract.Privacy.read``."""
    reader = regulator(ctx.caller)
    announcement, order = await permitted(ctx, read_id)
    _check_reader(announcement, reader)
    terms = announcement.terms
    found = await ctx.private(collection_of(terms.platform)).find(PersonalData, terms.order, order.seal.version)
    if found is None or (found.names, found.root) != (order.seal.fields, order.seal.root):
        raise NotFound("PRIVACY_DATA_UNKNOWN", "what is kept is not what was published: the platform has to answer")
    fields = {name: SealedForReading(sealed=found.fields[name], proof=found.proof(name)) for name in terms.fields}
    return SealedReading(platform=terms.platform, order=terms.order, version=found.version, fields=fields)


async def release(ctx: Context, read_id: str, fields: tuple[str, ...]) -> Release:
    """Write down that the keys of ``fields`` are released. Raises as ``contract.Privacy.release``."""
    service = key_service(ctx.caller)
    announcement, _order = await permitted(ctx, read_id)
    if not set(fields) <= set(announcement.terms.fields):
        raise RuleBroken("PRIVACY_WARRANT_FIELDS", "the reading was announced for other fields")
    if await ctx.ledger.find(Release, read_id) is not None:
        raise RuleBroken("PRIVACY_RELEASED", "the reading had its keys; announce another")
    released = Release(read=read_id, id=ctx.tx_id, fields=fields, released_at=ctx.time, recorder=service)
    await ctx.ledger.save(released)
    return released


async def permitted(ctx: Context, read_id: str) -> Announced:
    """An announcement whose warrant is in force now.

    Raises ``NotFound`` (PRIVACY_READ_UNKNOWN), ``NotAllowed`` with the code of ``permission.refusal``.
    """
    announcement = await ctx.ledger.find(Announcement, read_id)
    if announcement is None:
        raise NotFound("PRIVACY_READ_UNKNOWN", "no reading of this id was announced")
    if announcement.refused:
        raise NotAllowed(announcement.refused, "the reading was refused when it was announced")
    terms = announcement.terms
    warrant = await ctx.ledger.find(Warrant, terms.warrant)
    order = await ctx.ledger.find(OrderRecord, terms.platform, terms.order)
    refused = refusal(warrant, order, terms, ctx.time)
    if refused or order is None:
        raise NotAllowed(refused, "the warrant does not permit the reading now")
    return Announced(announcement, order)


def _check_reader(announcement: Announcement, reader: Signatory) -> None:
    if reader.id != announcement.recorder.id:
        raise NotAllowed("PRIVACY_READER", "a reading is for the officer who announced it")
