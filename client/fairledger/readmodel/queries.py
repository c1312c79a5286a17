"""Reading events, page by page."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from fairledger.readmodel.conditions import Condition
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.filters import condition_of
from fairledger.readmodel.names import STANDARD_PREFIXES, asked_name
from fairledger.readmodel.tables import event_fields, events, transactions
from fairledger.readmodel.values import check_value, shown

PER_PAGE: Final = 30  # the standard's default
PER_PAGE_MAX: Final = 1_000
FILTERS_MAX: Final = 200  # databases bound the depth of an expression
PAGE_BYTES_MAX: Final = 8 * 1024 * 1024  # of event text: a page of large events is shorter than asked for
ORDERS: Final[dict[str, ColumnElement[Any]]] = {"eventTime": events.c.event_time, "recordTime": events.c.record_time}
_MARK_VALUE: Final = re.compile(r"[0-9TZ:.-]{1,32}")  # a time, or a sequence number
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")  # what no recorded text holds
DIRECTIONS: Final = ("ASC", "DESC")


@dataclass(frozen=True)
class RecordedEvent:
    """An event as it was captured (JSON text), with what it needs to be read, and what the ledger adds to it."""

    sequence: int
    event_id: str
    record_time: str
    context: str
    text: str


@dataclass(frozen=True)
class Query:
    """Which events, in which order, and how many a page.

    Without ``order_by`` they come in the order of the ledger. ``limit`` (the standard's eventCountLimit) ends the
    answer after so many over all pages; ``most`` (maxEventCount) refuses the query when there are more. ``terms`` are
    the prefixes that the names of extension fields may have.
    """

    filters: Mapping[str, str]
    terms: Mapping[str, str] = field(default_factory=lambda: STANDARD_PREFIXES)
    order_by: str | None = None
    descending: bool = False
    limit: int | None = None
    most: int | None = None
    per_page: int = PER_PAGE

    def __post_init__(self) -> None:
        if len(self.filters) > FILTERS_MAX:
            raise QueryError("QUERY_VALUE", f"a query has at most {FILTERS_MAX} parameters", "")
        if self.order_by is not None and self.order_by not in ORDERS and self.order_field is None:
            known = f"{', '.join(ORDERS)}, or the name of an extension field, its prefix declared"
            raise QueryError("QUERY_VALUE", f"orderBy is {known}, not {shown(self.order_by)}", "orderBy")
        if self.limit is not None and self.most is not None:
            raise QueryError("QUERY_ORDER", "eventCountLimit and maxEventCount exclude each other", "maxEventCount")
        if self.limit is not None and self.order_by is None:
            raise QueryError("QUERY_ORDER", "eventCountLimit needs orderBy", "eventCountLimit")

    @property
    def order_field(self) -> str | None:
        """The full name of the extension field by which events are ordered, if it is one."""
        if self.order_by is None or self.order_by in ORDERS:
            return None
        return asked_name(self.order_by, self.terms)

    @property
    def fingerprint(self) -> str:
        """What a page token is bound to: everything but the size of a page."""
        asked = [sorted(self.filters.items()), sorted(self.terms.items()), self.order_by, self.descending, self.limit]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Page:
    """Some events, and the token for those that follow, if any do."""

    events: tuple[RecordedEvent, ...]
    next_token: str | None


@dataclass(frozen=True)
class _Mark:
    """The last event of a page: its value of the order's column, its sequence, and how many came up to it."""

    value: str
    sequence: int
    seen: int


def find(connection: Connection, query: Query, token: str | None = None) -> Page:
    """The page of ``query`` that ``token`` stands for, or the first.

    Raises ``QueryError``: those of ``condition_of``, QUERY_TOKEN, QUERY_TOO_LARGE.
    """
    mark = _read_token(query, token) if token is not None else _Mark("", -1, 0)
    conditions = [condition_of(name, text, query.terms) for name, text in query.filters.items()]
    if query.most is not None:
        _check_most(connection, conditions, query.most)
    if token is not None:
        conditions.append(_after(query, mark))
    wanted = query.per_page if query.limit is None else min(query.per_page, query.limit - mark.seen)
    column = _ordered_by(query)
    order = [column.desc(), events.c.sequence.desc()] if query.descending else [column, events.c.sequence]
    found = connection.execute(
        select(
            events.c.sequence,
            events.c.event_id,
            events.c.record_time,
            events.c.context,
            events.c.event,
            column.label("place"),
        )
        .where(*conditions)
        .order_by(*order)
        .limit(wanted + 1)
        .execution_options(yield_per=100)
    )
    page, more = _fill(found, wanted)
    if not more:
        return Page(tuple(event for event, _place in page), None)
    last, place = page[-1]
    seen = mark.seen + len(page)
    if seen == query.limit:
        return Page(tuple(event for event, _place in page), None)
    return Page(tuple(event for event, _place in page), _write_token(query, _Mark(str(place), last.sequence, seen)))


def events_by_id(connection: Connection, event_id: str) -> tuple[RecordedEvent, ...]:
    """All that was recorded under that id: events in the ledger's order, then error declarations.

    More than one event means that somebody claimed another's id.

    Raises ``QueryError`` (QUERY_VALUE) for what can be no id.
    """
    check_value("eventID", event_id)
    rows = connection.execute(
        select(events).where(events.c.event_id == event_id).order_by(events.c.is_declaration, events.c.sequence)
    )
    return tuple(_recorded(row) for row in rows)


def has_event(connection: Connection, event_id: str, *, is_declaration: bool) -> bool:
    """Whether there is an event with that id, or a declaration that it is erroneous.

    Raises ``QueryError`` (QUERY_VALUE) for what can be no id.
    """
    check_value("eventID", event_id)
    wanted = (events.c.event_id == event_id, events.c.is_declaration == is_declaration)
    return connection.execute(select(events.c.sequence).where(*wanted).limit(1)).first() is not None


def block_of(connection: Connection, tx_id: str) -> int | None:
    """The block that holds the valid transaction ``tx_id``, if it is projected."""
    found = connection.execute(
        select(transactions.c.block_number).where(transactions.c.tx_id == tx_id, transactions.c.verdict == "VALID")
    ).scalar_one_or_none()
    return None if found is None else int(found)


def _fill(found: Any, wanted: int) -> tuple[list[tuple[RecordedEvent, Any]], bool]:
    """At most ``wanted`` events of ``found``, fewer when their text is long, and whether there are more."""
    page: list[tuple[RecordedEvent, Any]] = []
    size = 0
    for row in found:
        size += len(row.event)
        if len(page) == wanted or (page and size > PAGE_BYTES_MAX):
            return page, True
        page.append((_recorded(row), row.place))
    return page, False


def _recorded(row: Row[Any]) -> RecordedEvent:
    return RecordedEvent(
        sequence=row.sequence, event_id=row.event_id, record_time=row.record_time, context=row.context, text=row.event
    )


def _check_most(connection: Connection, conditions: Sequence[Condition], most: int) -> None:
    some = select(events.c.sequence).where(*conditions).limit(most + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > most:
        raise QueryError("QUERY_TOO_LARGE", f"more than {most} events match", "maxEventCount")


def _ordered_by(query: Query) -> ColumnElement[Any]:
    """What the events are ordered by; those without the extension field that is asked for count as empty texts."""
    name = query.order_field
    if name is None:
        return ORDERS.get(query.order_by or "", events.c.sequence)
    value = func.coalesce(event_fields.c.number, event_fields.c.time, event_fields.c.text)
    first = (
        select(value)
        .where(event_fields.c.sequence == events.c.sequence, event_fields.c.area == "", event_fields.c.name == name)
        .order_by(event_fields.c.position)
        .limit(1)
    )
    return func.coalesce(first.scalar_subquery(), "")


def _after(query: Query, mark: _Mark) -> Condition:
    column = _ordered_by(query)
    sequence = events.c.sequence
    if column is sequence:
        return sequence < mark.sequence if query.descending else sequence > mark.sequence
    if query.descending:
        return or_(column < mark.value, and_(column == mark.value, sequence < mark.sequence))
    return or_(column > mark.value, and_(column == mark.value, sequence > mark.sequence))


def _write_token(query: Query, mark: _Mark) -> str:
    text = json.dumps([query.fingerprint, mark.value, mark.sequence, mark.seen], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_token(query: Query, token: str) -> _Mark:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        fingerprint, value, sequence, seen = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise _bad_token() from error
    well_typed = isinstance(value, str) and type(sequence) is int and type(seen) is int
    if not well_typed or fingerprint != query.fingerprint or not _can_be_marked(query, value):
        raise _bad_token()
    if seen <= 0 or not 0 <= sequence < 1 << 63:  # SQL's bigint
        raise _bad_token()
    if query.limit is not None and seen >= query.limit:
        raise _bad_token()
    return _Mark(value, sequence, seen)


def _can_be_marked(query: Query, value: str) -> bool:
    """Whether an event can have this value of what the query orders by."""
    if query.order_field is None:
        return _MARK_VALUE.fullmatch(value) is not None
    return not _NO_TEXT.search(value)


def _bad_token() -> QueryError:
    return QueryError("QUERY_TOKEN", "this token belongs to no page of this query", "nextPageToken")
