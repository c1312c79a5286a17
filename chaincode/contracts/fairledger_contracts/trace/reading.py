"""Reading events back: by id, and by item in pages."""

import base64
import binascii
import json
from typing import NamedTuple

from fairledger_chaincode import Context
from fairledger_chaincode.canonical import canonical_json, parse_json
from fairledger_chaincode.errors import NotFound, RuleBroken, StateUnreadable
from fairledger_contracts.records.capture import CaptureRecord, capture_key, read_segment, segment_key
from fairledger_contracts.records.event import ItemEvents, Place, RecordedEvent, StoredEvent, event_key
from fairledger_contracts.records.item import (
    CLASS_KIND,
    PAGE_MENTIONS,
    ItemHead,
    Mention,
    class_prefix,
    head_key,
    page_key,
    read_mentions,
)
from fairledger_contracts.records.item_id import ItemId, canonical_item

THING = "thing"
CLASS = "class"
OFFSET_DIGITS = 15
PAGE_SIZE_MAX = 100  # events; with the largest segments some 2 MiB to load


async def _must_get(ctx: Context, key: str) -> bytes:
    state = await ctx.stub.get_state(key)
    if state is None:
        raise StateUnreadable("a state that another one leads to is not there")
    return state


async def load_capture(ctx: Context, capture_id: str) -> CaptureRecord:
    """Raises ``NotFound`` (TRACE_CAPTURE_UNKNOWN)."""
    state = await ctx.stub.get_state(capture_key(capture_id))
    if state is None:
        raise NotFound("TRACE_CAPTURE_UNKNOWN", "no capture has this id")
    return CaptureRecord.from_state(state)


class EventReader:
    """Loads events by their places; each capture and segment once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._captures: dict[str, tuple[CaptureRecord, str]] = {}
        self._segments: dict[str, list[str]] = {}

    async def by_id(self, event_id: str) -> RecordedEvent:
        """Raises ``NotFound`` (TRACE_EVENT_UNKNOWN). A declaration whose event was never captured stands for it."""
        stored = await self._stored(event_key(event_id))
        declaration = await self._stored(event_key(event_id, is_declaration=True))
        if stored is None:
            stored, declaration = declaration, None
        if stored is None:
            raise NotFound("TRACE_EVENT_UNKNOWN", "no event has this id")
        text = None if declaration is None else await self._text(declaration.place)
        return await self._recorded(stored, text)

    async def at(self, place: Place) -> RecordedEvent:
        """The event at a place, which exists."""
        event = json.loads(await self._text(place))
        stored = await self._stored(event_key(event["eventID"], is_declaration="errorDeclaration" in event))
        if stored is None:
            raise StateUnreadable("an item names an event that is not there")
        return await self._recorded(stored, None)

    async def _stored(self, key: str) -> StoredEvent | None:
        state = await self._ctx.stub.get_state(key)
        return None if state is None else StoredEvent.from_state(state)

    async def _recorded(self, stored: StoredEvent, declaration: str | None) -> RecordedEvent:
        capture, context = await self._capture(stored.place.capture_id)
        return RecordedEvent(
            event=await self._text(stored.place),
            context=context,
            digest=stored.digest,
            capture_id=capture.id,
            recorded_at=capture.recorded_at,
            recorder=capture.recorder,
            error_declaration=declaration,
        )

    async def _text(self, place: Place) -> str:
        key = segment_key(place.capture_id, place.segment)
        if key not in self._segments:
            self._segments[key] = read_segment(await _must_get(self._ctx, key))
        return self._segments[key][place.line]

    async def _capture(self, capture_id: str) -> tuple[CaptureRecord, str]:
        if capture_id not in self._captures:
            capture = await load_capture(self._ctx, capture_id)
            envelope = parse_json(capture.envelope, numbers_as_written=True)
            self._captures[capture_id] = (capture, canonical_json(envelope["@context"]).decode())
        return self._captures[capture_id]


class Bookmark(NamedTuple):
    """Where a page begins: at a mention of a thing, or at a mention inside an entry of a class.

    ``kind`` is THING or CLASS; ``entry`` is the peer's own bookmark among a class's entries, empty for the first.
    """

    kind: str
    offset: int
    entry: str = ""

    def __str__(self) -> str:
        entry = base64.urlsafe_b64encode(self.entry.encode()).decode()
        return f"{self.kind}.{self.offset}.{entry}"

    @classmethod
    def read(cls, text: str, item: ItemId) -> "Bookmark":
        """Read what ``str`` made; an empty one is the start. Raises ``RuleBroken`` (TRACE_PAGE_INVALID)."""
        if not text:
            return cls(CLASS if item.is_class else THING, 0)
        kind, _, rest = text.partition(".")
        offset, _, encoded = rest.partition(".")
        try:
            entry = base64.b64decode(encoded, altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            kind = ""
        if kind not in (THING, CLASS) or not (offset.isascii() and offset.isdigit() and len(offset) <= OFFSET_DIGITS):
            raise RuleBroken("TRACE_PAGE_INVALID", "the bookmark is not one that a page had")
        if entry and not entry.startswith(class_prefix(item.id)):
            raise RuleBroken("TRACE_PAGE_INVALID", "the bookmark is of another item's page")
        return cls(kind, int(offset), entry)


class _Found(NamedTuple):
    mentions: tuple[Mention, ...]
    after: Bookmark | None


async def item_events(ctx: Context, epc: str, bookmark: str, page_size: int) -> ItemEvents:
    """A page of an item's events. A URI that tells neither thing nor class is looked up as a thing, then as a class."""
    if not 1 <= page_size <= PAGE_SIZE_MAX:
        raise RuleBroken("TRACE_PAGE_INVALID", f"a page has between 1 and {PAGE_SIZE_MAX} events")
    item = canonical_item(epc)
    start = Bookmark.read(bookmark, item)
    found = _Found((), start)
    if start.kind == THING:
        found = await _of_thing(ctx, item, start, page_size)
    if not found.mentions and found.after is not None:
        found = await _of_class(ctx, item, found.after, page_size)
    reader = EventReader(ctx)
    events = tuple([await reader.at(mention.place) for mention in found.mentions])
    return ItemEvents(item=item.id, events=events, bookmark="" if found.after is None else str(found.after))


async def _of_thing(ctx: Context, item: ItemId, start: Bookmark, size: int) -> _Found:
    head = ItemHead.from_state(await ctx.stub.get_state(head_key(item.id)))
    first, end = start.offset, min(start.offset + size, head.total)
    found: list[Mention] = []
    while first + len(found) < end:
        page, offset = divmod(first + len(found), PAGE_MENTIONS)
        if page < head.pages:
            found += read_mentions(await _must_get(ctx, page_key(item.id, page)))[offset:]
        else:
            found += head.recent[offset:]
    if end < head.total:
        after: Bookmark | None = Bookmark(THING, end)
    else:
        after = Bookmark(CLASS, 0) if item.is_class is None else None
    return _Found(tuple(found[: end - first]), after)


async def _of_class(ctx: Context, item: ItemId, start: Bookmark, size: int) -> _Found:
    """An entry holds up to ``PAGE_MENTIONS``: as many are asked for as surely fit, and of a single one a part."""
    entries = max(1, size // PAGE_MENTIONS)
    page = await ctx.stub.get_state_by_partial_composite_key_page(CLASS_KIND, (item.id,), entries, start.entry)
    mentions = [mention for entry in page.items for mention in read_mentions(entry.value)][start.offset :]
    if len(mentions) > size:
        return _Found(tuple(mentions[:size]), start._replace(offset=start.offset + size))
    return _Found(tuple(mentions), Bookmark(CLASS, 0, page.bookmark) if page.bookmark else None)
