"""The contract ``layouts``: one function a layout, each captures the same documents."""

from collections.abc import Sequence

from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.capture import segment_key, split_segments, write_segment
from fairledger_contracts.records.event import Place, StoredEvent
from fairledger_contracts.trace.epcis.document import Document, Event, read_document


class Layouts(Contract):
    """What a layout leaves out against the contract ``trace`` is said at each function."""

    name = "layouts"

    @transaction
    async def bare(self, ctx: Context, document: str) -> None:
        """One put of the document's bytes: nothing parsed, nothing checked, nothing found again."""
        await ctx.stub.put_state(f"bare/{ctx.tx_id}", document.encode())

    @transaction
    async def whole(self, ctx: Context, document: str) -> None:
        """The document is checked and kept in segments; no event is found by id or item."""
        await _segments(ctx, read_document(document))

    @transaction
    async def blind(self, ctx: Context, document: str) -> None:
        """Segments and a place an event, nothing looked up: a duplicate overwrites; no items."""
        await _places(ctx, read_document(document))

    @transaction
    async def item_entries(self, ctx: Context, document: str) -> None:
        """As ``trace``, but each thing has an entry of its own instead of a place on a shelf."""
        checked = read_document(document)
        for event in checked.events:
            await ctx.stub.get_state(event.key)
        await _places(ctx, checked)
        for thing in _things(checked.events):
            await ctx.stub.put_state(create_composite_key("entry", (thing, ctx.tx_id)), b"[]")

    @transaction
    async def event_keys(self, ctx: Context, document: str) -> None:
        """Each event whole under its id, looked up first; no items."""
        checked = read_document(document)
        for event in checked.events:
            await ctx.stub.get_state(event.key)
        for event in checked.events:
            await ctx.stub.put_state(event.key, event.text.encode())

    @transaction
    async def item_heads(self, ctx: Context, document: str) -> None:
        """As ``trace``, but each thing has a head that counts its events: one more read and write a thing."""
        checked = read_document(document)
        for event in checked.events:
            await ctx.stub.get_state(event.key)
        heads = {thing: await ctx.stub.get_state(_head_key(thing)) for thing in _things(checked.events)}
        places = await _places(ctx, checked)
        for event, place in zip(checked.events, places, strict=True):
            for item, _roles in event.items:
                heads[item.id] = canonical_json([*place, event.id])
        for thing, head in heads.items():
            await ctx.stub.put_state(_head_key(thing), head or b"[]")


async def _places(ctx: Context, document: Document) -> list[Place]:
    places = await _segments(ctx, document)
    for event, place in zip(document.events, places, strict=True):
        await ctx.stub.put_state(event.key, StoredEvent(place, event.digest, event.declared_digest).to_state())
    return places


async def _segments(ctx: Context, document: Document) -> list[Place]:
    segments = split_segments(event.text for event in document.events)
    for i, segment in enumerate(segments):
        await ctx.stub.put_state(segment_key(ctx.time, ctx.tx_id, i), write_segment(segment))
    return [Place(ctx.tx_id, i, j) for i, segment in enumerate(segments) for j in range(len(segment))]


def _things(events: Sequence[Event]) -> list[str]:
    return list(dict.fromkeys(item.id for event in events for item, _roles in event.items if not item.is_class))


def _head_key(thing: str) -> str:
    return create_composite_key("head", (thing,))
