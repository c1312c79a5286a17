"""What the events of a read model name, value by value: the top-level resources of EPCIS 2.0's REST binding."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, literal, select, union

from fairledger.readmodel.cbv import BIZ_STEPS, DISPOSITIONS
from fairledger.readmodel.filters import EVENT_TYPES
from fairledger.readmodel.tables import event_items, events
from fairledger.readmodel.values import check_value
from fairledger.readmodel.vocabulary import word_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import THING_LISTS


@dataclass(frozen=True)
class Listing:
    """A list of values: where they are in the tables, how one is written there, and which are known without events.

    ``parameter`` is the query parameter that asks for the events of a value.
    """

    parameter: str
    column: Column[Any]
    form: Callable[[str], str]
    standard: tuple[str, ...] = ()


def _canonical(identifier: str) -> str:
    return canonical_item(identifier).id


LISTINGS: Final = {
    "eventTypes": Listing("eventType", events.c.type, str, EVENT_TYPES),
    "epcs": Listing("MATCH_anyEPC", event_items.c.item, _canonical),
    "bizSteps": Listing("EQ_bizStep", events.c.biz_step, word_of, BIZ_STEPS),
    "bizLocations": Listing("EQ_bizLocation", events.c.biz_location, _canonical),
    "readPoints": Listing("EQ_readPoint", events.c.read_point, _canonical),
    "dispositions": Listing("EQ_disposition", events.c.disposition, word_of, DISPOSITIONS),
}


def values(connection: Connection, listing: Listing, after: str, limit: int) -> tuple[list[str], bool]:
    """At most ``limit`` values behind ``after``, in the database's order, and whether there are more."""
    column = listing.column
    named = select(column.label("value")).where(column.is_not(None), column > after)
    if column is event_items.c.item:
        named = named.where(event_items.c.role.in_(("parentID", *THING_LISTS)))
    some = named.distinct().order_by(column).limit(limit + 1)
    if listing.standard:
        known = union(*(select(literal(word).label("value")) for word in listing.standard)).subquery()
        both = union(select(some.subquery()), select(known).where(known.c.value > after)).subquery()
        some = select(both.c.value).order_by(both.c.value).limit(limit + 1)
    found = [str(value) for value in connection.execute(some).scalars()]
    return found[:limit], len(found) > limit


def knows(connection: Connection, listing: Listing, value: str) -> bool:
    """Whether ``value``, in any form, is in the list. Raises ``QueryError`` (QUERY_VALUE) for what can be none."""
    check_value(listing.parameter, value)
    form = listing.form(value)
    if form in listing.standard:
        return True
    named = select(listing.column).where(listing.column == form)
    if listing.column is event_items.c.item:
        named = named.where(event_items.c.role.in_(("parentID", *THING_LISTS)))
    return connection.execute(named.limit(1)).first() is not None
