"""Reading events back: by id, and by item in pages."""

import base64
import json
from collections.abc import Sequence
from typing import NamedTuple

from fairledger_chaincode import Context
from fairledger_chaincode.canonical import canonical_json, parse_json
from fairledger_chaincode.errors import NotFound, RuleBroken, StateUnreadable
from fairledger_chaincode.keys import split_composite_key
from fairledger_chaincode.results import KeyValue
from fairledger_contracts.records.capture import CaptureRecord, capture_key, read_segment, segment_key
from fairledger_contracts.records.event import (
    EVENT_KIND,
    ItemEvents,
    Place,
    RecordedEvent,
    StoredEvent,
    event_key_part,
)
from fairledger_contracts.records.item import ITEM_KIND, Shelf, entry_prefix, read_entry, shelf_of
from fairledger_contracts.records.item_id import ItemId, canonical_item
from fairledger_contracts.records.recorder import Recorder

SKIP_DIGITS = 9
ENTRIES_A_READ = 100  # as many as a peer hands over in one answer
READS_MAX = 10  # bounds what one query reads; what is left has a bookmark
PRODUCT_READS_MAX = 100  # bounds how far a product's lots and things are looked for
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


class Mentioned(NamedTuple):
    """Where an event is, and the fields in which it names an item."""

    place: Place
    roles: tuple[str, ...]


class EventReader:
    """Loads events by their places; each capture and segment once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._captures: dict[str, tuple[CaptureRecord, str]] = {}
        self._segments: dict[str, list[str]] = {}

    async def by_id(self, event_id: str, digest: str = "") -> RecordedEvent:
        """The event of that id, and of that digest if one is given; otherwise the one recorded first.

        Error declarations come after what is none: a declaration whose event was never captured stands for it.
        Raises ``NotFound`` (TRACE_EVENT_UNKNOWN).
        """
        listed = await self._under(event_id)
        fitting = [each for each in listed if digest in ("", each.digest)]
        if not fitting:
            raise NotFound("TRACE_EVENT_UNKNOWN", "no event has this id" if not digest else "no such event has this id")
        return await self._recorded(min(fitting, key=lambda each: bool(each.declared_digest)), listed)

    async def at(self, place: Place) -> RecordedEvent | None:
        """The event at a place; None when it is a copy of one that was recorded before."""
        listed = await self._under(json.loads(await self._text(place))["eventID"])
        for stored in listed:
            if stored.place == place:
                return await self._recorded(stored, listed)
        return None

    async def _under(self, event_id: str) -> list[StoredEvent]:
        """All that was recorded under an id, in the ledger's order."""
        found = [
            await self._first(entry.key)
            async for entry in self._ctx.stub.get_state_by_partial_composite_key(
                EVENT_KIND, (event_key_part(event_id),)
            )
        ]
        if len(found) <= 1:
            return found
        times = {each.place.capture_id: (await self._capture(each.place.capture_id))[0].recorded_at for each in found}
        return sorted(found, key=lambda each: (times[each.place.capture_id], each.place))

    async def _first(self, key: str) -> StoredEvent:
        """Where an event was recorded first, in the order of blocks: histories are told from the last change on."""
        states = [change.value async for change in self._ctx.stub.get_history(key)]
        if not states:
            raise StateUnreadable("an event has no history: this peer's history index is incomplete")
        return StoredEvent.read(split_composite_key(key)[1], states[-1])

    async def _recorded(self, stored: StoredEvent, listed: Sequence[StoredEvent]) -> RecordedEvent:
        capture, context = await self._capture(stored.place.capture_id)
        declaration, declared_by = await self._declaration(stored.digest, capture.recorder, listed)
        return RecordedEvent(
            event=await self._text(stored.place),
            context=context,
            digest=stored.digest,
            capture_id=capture.id,
            recorded_at=capture.recorded_at,
            recorder=capture.recorder,
            error_declaration=declaration,
            declared_by=declared_by,
            others=tuple(
                each.digest for each in listed if not each.declared_digest and each.digest not in _same(stored)
            ),
        )

    async def _declaration(
        self, digest: str, recorder: Recorder, listed: Sequence[StoredEvent]
    ) -> tuple[str | None, Recorder | None]:
        """The declaration that an event is erroneous, with its recorder: the event's own party's before others'."""
        found = [each.place for each in listed if each.declared_digest == digest]
        declared = [(place, (await self._capture(place.capture_id))[0].recorder) for place in found]
        if not declared:
            return None, None
        place, declared_by = next((each for each in declared if each[1].party == recorder.party), declared[0])
        return await self._text(place), declared_by

    async def _text(self, place: Place) -> str:
        capture, _context = await self._capture(place.capture_id)
        key = segment_key(capture.recorded_at, place.capture_id, place.segment)
        if key not in self._segments:
            self._segments[key] = read_segment(await _must_get(self._ctx, key))
        return self._segments[key][place.line]

    async def _capture(self, capture_id: str) -> tuple[CaptureRecord, str]:
        if capture_id not in self._captures:
            capture = await load_capture(self._ctx, capture_id)
            envelope = parse_json(capture.envelope, numbers_as_written=True)
            self._captures[capture_id] = (capture, canonical_json(envelope["@context"]).decode())
        return self._captures[capture_id]


def _same(stored: StoredEvent) -> tuple[str, str]:
    """The digests of an event itself, and of the one that it declares erroneous."""
    return stored.digest, stored.declared_digest


class Bookmark(NamedTuple):
    """Where a page begins: at the entry with the key ``entry``, behind ``skip`` mentions of the item in it.

    A key serves as the peer's own bookmark among a shelf's entries; an empty one is the first.
    """

    entry: str
    skip: int

    def __str__(self) -> str:
        return f"{self.skip}.{base64.urlsafe_b64encode(self.entry.encode()).decode()}"

    @classmethod
    def read(cls, text: str, shelf: Shelf) -> "Bookmark":
        """Read what ``str`` made; an empty one is the start. Raises ``RuleBroken`` (TRACE_PAGE_INVALID)."""
        if not text:
            return cls("", 0)
        skip, _, encoded = text.partition(".")
        try:
            entry = base64.b64decode(encoded, altchars=b"-_", validate=True).decode()
        except ValueError as error:
            raise _no_bookmark() from error
        is_number = skip.isascii() and skip.isdigit() and len(skip) <= SKIP_DIGITS
        if not is_number or (entry and not entry.startswith(entry_prefix(shelf.id))):
            raise _no_bookmark()
        return cls(entry, int(skip))


def _no_bookmark() -> RuleBroken:
    return RuleBroken("TRACE_PAGE_INVALID", "the bookmark is not one that a page of this item had")


async def item_events(ctx: Context, epc: str, bookmark: str, page_size: int) -> ItemEvents:
    """A page of an item's events, latest first. A shelf that is crowded is read in bounded steps, a page each.

    Raises ``KeyRefused`` for an id that no event can name, whether or not its end becomes part of a key.
    """
    if not 1 <= page_size <= PAGE_SIZE_MAX:
        raise RuleBroken("TRACE_PAGE_INVALID", f"a page has between 1 and {PAGE_SIZE_MAX} events")
    item = canonical_item(epc)
    entry_prefix(item.id)  # refuses what no key may hold
    shelf = shelf_of(item)
    mentioned, after = await _find(ctx, shelf, Bookmark.read(bookmark, shelf), page_size)
    reader = EventReader(ctx)
    events = [await reader.at(each.place) for each in mentioned]
    recorded = tuple(event for event in events if event is not None)
    return ItemEvents(item=item.id, events=recorded, bookmark="" if after is None else str(after))


async def mentions_of(ctx: Context, item: ItemId) -> list[Mentioned]:
    """Where all events of an item are, the earliest by the ledger's time first; none of them is loaded."""
    found: list[Mentioned] = []
    after: Bookmark | None = Bookmark("", 0)
    while after is not None:
        mentioned, after = await _find(ctx, shelf_of(item), after, ENTRIES_A_READ)
        found += mentioned
    return found[::-1]


async def items_of(ctx: Context, product: str) -> tuple[set[str], bool]:
    """The canonical ids of all lots and things of a trade item that events name, and whether those are all."""
    found: set[str] = set()
    bookmark = ""
    for _ in range(PRODUCT_READS_MAX):
        page = await ctx.stub.get_state_by_beginning_page(ITEM_KIND, f"{product}/", ENTRIES_A_READ, bookmark)
        for entry in page.items:
            shelf_id = split_composite_key(entry.key)[1][0]
            found.update(shelf_id + mention.name for mention in read_entry(entry.value))
        bookmark = page.bookmark
        if not bookmark:
            return found, True
    return found, False


async def _find(ctx: Context, shelf: Shelf, start: Bookmark, size: int) -> tuple[list[Mentioned], Bookmark | None]:
    found: list[Mentioned] = []
    for _ in range(READS_MAX):
        page = await ctx.stub.get_state_by_partial_composite_key_page(
            ITEM_KIND, (shelf.id,), ENTRIES_A_READ, start.entry
        )
        for entry in page.items:
            fitting = _mentioned(entry, shelf)[start.skip :]
            room = size - len(found)
            found += fitting[:room]
            if len(fitting) > room:
                return found, Bookmark(entry.key, start.skip + room)
            start = start._replace(skip=0)
        if not page.bookmark:
            return found, None
        start = Bookmark(page.bookmark, 0)
    return found, start


def _mentioned(entry: KeyValue, shelf: Shelf) -> list[Mentioned]:
    """The events of one capture that name the item, the last one first."""
    capture_id = split_composite_key(entry.key)[1][-1]
    mentions = reversed(read_entry(entry.value))
    return [
        Mentioned(Place(capture_id, each.segment, each.line), tuple(each.roles.split(" ")))
        for each in mentions
        if each.name == shelf.name
    ]
