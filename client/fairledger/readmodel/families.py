"""Query parameters whose names are open: they end in a unit, a type, or the name of somebody's own field.

    GE_value_CEL              a measured value, in a unit
    EQ_quantity_KGM           the quantity of a class, in a unit
    EQ_bizTransaction_po      a reference, by its type
    GE_INNER_ILMD_ext:weight  a field, by where it stands; its prefix is the client's, or the name is a URI
    EXISTS_ext:weight         whether there is such a field
    HASATTR_bizLocation       whether master data of the place has an attribute
    EQATTR_bizLocation_name   and which

Source: EPCIS 2.0, section 8.2.7.1.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, and_, or_, true

from fairledger.readmodel import numbers
from fairledger.readmodel.conditions import COMPARISONS, Condition, described, field, quantity, same_value, text_in
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.event_fields import MEASURES, SENSOR, time_of
from fairledger.readmodel.names import asked_name
from fairledger.readmodel.tables import event_fields, event_items, events, master_data
from fairledger.readmodel.units import measure
from fairledger.readmodel.values import flag_in, number_in, shown
from fairledger.readmodel.vocabulary import type_of
from fairledger_contracts.records.item_id import canonical_item

Terms = Mapping[str, str]
Values = Sequence[str]
_COMPARED: Final = "(?P<compare>EQ|GT|GE|LT|LE)"
_AREA: Final = (
    "(?P<inner>INNER_)?(?P<area>ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)"
)
_FIELD: Final = rf"(?:{_AREA}_|(?P<inner_only>INNER_))?(?P<name>[^_].*[:#].+)"
_TAKE_SEVERAL: Final = ("EQ", "HASATTR")
_COLUMNS: Final[Mapping[str, Column[Any]]] = {
    "readPoint": events.c.read_point,
    "bizLocation": events.c.biz_location,
    "bizStep": events.c.biz_step,
    "disposition": events.c.disposition,
}


def condition_in_family(name: str, values: Values, terms: Terms) -> Condition | None:
    """What a parameter of one of the families asks for, where the client declares ``terms``; ``None`` for others.

    Raises ``QueryError`` (QUERY_VALUE) for values that the family does not take, and for a prefix not declared.
    """
    for pattern, condition in _FAMILIES:
        found = pattern.fullmatch(name)
        if found is not None:
            if len(values) > 1 and not name.startswith(_TAKE_SEVERAL):
                raise QueryError("QUERY_VALUE", f"{shown(name)} takes one value", name)
            return condition(found, values, terms)
    return None


def _measured(found: re.Match[str], values: Values, _terms: Terms) -> Condition:
    compare = COMPARISONS[found["compare"]]
    asked = [
        measure(number_in(found[0], value), found["unit"], is_difference=found["measure"] == "sDev") for value in values
    ]
    return field(
        SENSOR,
        found["measure"],
        event_fields.c.unit == asked[0].unit,
        or_(*(compare(event_fields.c.number, numbers.sortable(one.number)) for one in asked)),
    )


def _quantity(found: re.Match[str], values: Values, _terms: Terms) -> Condition:
    compare = COMPARISONS[found["compare"]]
    asked = [measure(number_in(found[0], value), found["unit"]) for value in values]
    alike = or_(*(compare(event_items.c.measure, numbers.sortable(one.number)) for one in asked))
    return quantity(and_(event_items.c.measure_unit == asked[0].unit, alike))


def _typed(found: re.Match[str], values: Values, terms: Terms) -> Condition:
    return field(found["member"], type_of(found["type"], terms), text_in([canonical_item(one).id for one in values]))


def _own(found: re.Match[str], values: Values, terms: Terms) -> Condition:
    place = (_area(found), _name(found[0], found["name"], terms))
    if found["compare"] == "EQ":
        return field(*place, or_(*map(same_value, values)))
    compare = COMPARISONS[found["compare"]]
    value = values[0]
    number, time = numbers.read(value), time_of(value)
    if number is not None:
        return field(*place, compare(event_fields.c.number, numbers.sortable(number)))
    if time is not None:
        return field(*place, compare(event_fields.c.time, time))
    raise QueryError("QUERY_VALUE", f"{shown(found[0])} takes a number or a time, not {shown(value)}", found[0])


def _exists(found: re.Match[str], values: Values, terms: Terms) -> Condition:
    condition = field(_area(found), _name(found[0], found["name"], terms))
    return condition if flag_in(found[0], values[0]) else true()


def _has_attribute(found: re.Match[str], values: Values, terms: Terms) -> Condition:
    return described(_described(found, terms), master_data.c.attribute.in_(values))


def _attribute(found: re.Match[str], values: Values, terms: Terms) -> Condition:
    attribute = asked_name(found["attribute"], terms) or found["attribute"]
    names = {found["attribute"], attribute}
    return described(
        _described(found, terms), and_(master_data.c.attribute.in_(sorted(names)), master_data.c.value.in_(values))
    )


def _described(found: re.Match[str], terms: Terms) -> "Column[Any] | tuple[str, str]":
    column = _COLUMNS.get(found["field"])
    return ("", _name(found[0], found["field"], terms)) if column is None else column


def _area(found: re.Match[str]) -> str:
    if found["inner_only"]:
        return "INNER"
    return f"{found['inner'] or ''}{found['area'] or ''}"


def _name(parameter: str, name: str, terms: Terms) -> str:
    full = asked_name(name, terms)
    if full is None:
        prefix = name.partition(":")[0]
        raise QueryError(
            "QUERY_VALUE",
            f"{shown(parameter)}: the prefix {shown(prefix)} is not declared; write the header"
            f" GS1-Extensions: {prefix}=https://…, or the field's name in full",
            parameter,
        )
    return full


_FAMILIES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Values, Terms], Condition]], ...]] = (
    (re.compile(rf"{_COMPARED}_(?P<measure>{'|'.join(MEASURES)})_(?P<unit>[A-Z0-9]{{1,4}})"), _measured),
    (re.compile(rf"{_COMPARED}_quantity_(?P<unit>[A-Z0-9]{{1,4}})"), _quantity),
    (re.compile(r"EQ_(?P<member>bizTransaction|source|destination)_(?P<type>.+)"), _typed),
    (re.compile(r"HASATTR_(?P<field>.+)"), _has_attribute),
    (re.compile(r"EQ_?ATTR_(?P<field>readPoint|bizLocation|bizStep|disposition)_(?P<attribute>.+)"), _attribute),
    (re.compile(r"EQ_?ATTR_(?P<field>.+[:#].+)_(?P<attribute>.+)"), _attribute),
    (re.compile(f"{_COMPARED}_{_FIELD}"), _own),
    (re.compile(f"EXISTS_{_FIELD}"), _exists),
)
