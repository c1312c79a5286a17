"""Anchoring documents about goods by their hash."""

from collections.abc import Sequence

from fairledger_chaincode import Context
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.anchor import ANCHORED_ITEMS_MAX, Anchor, DocumentDescription
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY, ROLES_THAT_RECORD, signatory
from fairledger_contracts.trace.epcis.uris import URI_CHARACTERS_MAX, is_uri

ROLES_THAT_ANCHOR = ROLES_THAT_RECORD | ROLES_OF_AUTHORITY.keys()


async def anchor(ctx: Context, document: DocumentDescription, items: Sequence[str]) -> list[Anchor]:
    """Anchor a document for each item. Raises ``NotAllowed``, and ``RuleBroken`` (TRACE_ITEMS)."""
    recorder = signatory(ctx.caller, ROLES_THAT_ANCHOR, "documents are anchored")
    anchors = [
        Anchor(item=item, id=ctx.tx_id, document=document, anchored_at=ctx.time, recorder=recorder)
        for item in canonical_items(items, ANCHORED_ITEMS_MAX)
    ]
    for each in anchors:
        await ctx.ledger.save(each)
    return anchors


def canonical_items(items: Sequence[str], most: int) -> tuple[str, ...]:
    """The items' canonical ids, each once, in their order. Raises ``RuleBroken`` (TRACE_ITEMS)."""
    if not 1 <= len(items) <= most:
        raise RuleBroken("TRACE_ITEMS", f"name between 1 and {most} items")
    if not all(map(is_uri, items)):
        raise RuleBroken("TRACE_ITEMS", f"an item is named by a URI of at most {URI_CHARACTERS_MAX} characters")
    return tuple(dict.fromkeys(canonical_item(item).id for item in items))
