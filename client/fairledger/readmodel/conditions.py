"""Conditions on events, in SQL: of their own columns, of the items they name, of their fields, of master data."""

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, exists, or_, select

from fairledger.readmodel import numbers
from fairledger.readmodel.event_fields import time_of
from fairledger.readmodel.master_data import element_of
from fairledger.readmodel.patterns import PATTERN, beginnings
from fairledger.readmodel.tables import event_fields, event_items, events, master_data
from fairledger_contracts.records.item_id import canonical_item

Condition = ColumnElement[bool]
Compare = Callable[[Any, Any], Any]
COMPARISONS: Final[dict[str, Compare]] = {
    "EQ": operator.eq,
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}
EXTENSION: Final = "/254/"  # what a link has between a location's number and a part of the location


def item_in(roles: Sequence[str], values: Sequence[str]) -> Condition:
    """The event names one of the items in one of these roles."""
    return exists().where(
        event_items.c.sequence == events.c.sequence,
        event_items.c.role.in_(roles),
        or_(*(_matches(value) for value in values)),
    )


def _matches(value: str) -> Condition:
    """The item of that identifier; for a pattern, every item that matches it."""
    column, item = event_items.c.item, canonical_item(value).id
    if value.startswith(PATTERN):
        return or_(column == item, *(_beginning(column, start) for start in (f"{item}/", *beginnings(value))))
    return column == item


def _beginning(column: Column[Any], start: str) -> Condition:
    """The column begins with ``start``, whose last character has one after it.

    LIKE would ignore case in SQLite, and so the index too.
    """
    return and_(column >= start, column < start[:-1] + chr(ord(start[-1]) + 1))


def quantity(condition: Condition) -> Condition:
    """A quantity element of the event meets ``condition``."""
    return events.c.sequence.in_(select(event_items.c.sequence).where(condition))


def field(area: str, name: str, *conditions: Condition) -> Condition:
    """A field of the event, in that area, meets the ``conditions``."""
    of_name = (event_fields.c.area == area, event_fields.c.name == name)
    return events.c.sequence.in_(select(event_fields.c.sequence).where(*of_name, *conditions))


def text_in(values: Sequence[str]) -> Condition:
    """A field is one of these texts."""
    return event_fields.c.text.in_(values)


def same_value(value: str) -> Condition:
    """A field of somebody's own is ``value``: the same text, number or time."""
    alike = [event_fields.c.text == value]
    number, time = numbers.read(value), time_of(value)
    if number is not None:
        alike.append(event_fields.c.number == numbers.sortable(number))
    if time is not None:
        alike.append(event_fields.c.time == time)
    return or_(*alike)


def below(column: Column[Any], values: Sequence[str]) -> Condition:
    """The place is one of these, or below one: by captured master data, or as a part of a location with a GLN.

    A location number (GLN) without an extension stands for the whole location, one with an extension for a part of it
    (GS1 General Specifications, section 2.4).
    """
    places = [element_of(value) for value in values]
    whole = [place for place in places if "/414/" in place and EXTENSION not in place]
    return or_(
        column.in_(places),
        column.in_(_children(places, f"below_{column.name}")),
        *(_beginning(column, f"{place}{EXTENSION}") for place in whole),
    )


def _children(places: Sequence[str], name: str) -> Select[Any]:
    """What master data names below ``places``, at any depth; a place that is below itself ends nothing."""
    named = select(master_data.c.child.label("place")).where(
        master_data.c.element.in_(places), master_data.c.child.is_not(None)
    )
    found = named.cte(name, recursive=True)
    deeper = select(master_data.c.child).where(master_data.c.element == found.c.place, master_data.c.child.is_not(None))
    return select(found.union(deeper).c.place)


def described(place: "Column[Any] | tuple[str, str]", condition: Condition) -> Condition:
    """The event's ``place``, a column or a field's area and name, has master data that meets ``condition``."""
    if isinstance(place, tuple):
        return field(*place, event_fields.c.text.in_(select(master_data.c.written).where(condition)))
    return and_(place.is_not(None), place.in_(select(master_data.c.element).where(condition)))
