"""The simple event query of EPCIS 2.0: which parameters there are, and what each means in SQL.

Source: EPCIS 2.0, section 8.2.7.1, and the OpenAPI document of its REST binding. Parameters whose names are open are in
``families``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, or_, true

from fairledger.readmodel import numbers
from fairledger.readmodel.conditions import COMPARISONS, Compare, Condition, below, field, item_in, quantity, text_in
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.event_fields import PERSISTENT, REFERENCES, SENSOR, SENSOR_TIMES, SENSOR_URIS
from fairledger.readmodel.families import condition_in_family
from fairledger.readmodel.names import STANDARD_PREFIXES
from fairledger.readmodel.tables import event_fields, event_items, events
from fairledger.readmodel.values import (
    IDENTIFIER,
    VALUE_LENGTH_MAX,
    VALUES_MAX,
    check_value,
    flag_in,
    number_in,
    shown,
    time_in,
)
from fairledger.readmodel.vocabulary import measurement_of, word_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import CLASS_LISTS, THING_LISTS

EVENT_TYPES: Final = ("AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent")
ACTIONS: Final = ("ADD", "OBSERVE", "DELETE")
Words = Callable[[str], str]


@dataclass(frozen=True)
class Parameter:
    """A query parameter: what it asks for, how its values look (JSON Schema of one), and the condition it makes."""

    name: str
    description: str
    value: dict[str, Any]
    several: bool
    condition: Callable[[Sequence[str]], Condition]


def condition_of(name: str, text: str, terms: Mapping[str, str] = STANDARD_PREFIXES) -> Condition:
    """What the query parameter ``name`` with the value ``text`` asks for. Several values stand between ``|``.

    ``terms`` are the prefixes in force for names of fields.

    Raises ``QueryError``: QUERY_PARAMETER_UNKNOWN, QUERY_VALUE.
    """
    parameter = PARAMETERS.get(name)
    values = text.split("|") if parameter is None or parameter.several else [text]
    if len(values) > VALUES_MAX:
        raise QueryError("QUERY_VALUE", f"{shown(name)} takes at most {VALUES_MAX} values", name)
    for value in values:
        check_value(shown(name) if parameter is None else name, value)
    if parameter is not None:
        return parameter.condition(values)
    condition = condition_in_family(name, values, terms)
    if condition is None:
        raise QueryError("QUERY_PARAMETER_UNKNOWN", f"{shown(name)} is no query parameter", "")
    return condition


_URI: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": VALUE_LENGTH_MAX,
    "pattern": IDENTIFIER.replace("]+$", "|]+$"),  # the bar stands between values
}
_TIME: Final = {"type": "string", "format": "date-time"}
_FLAG: Final = {"type": "boolean"}
_HEX: Final = {"type": "string", "minLength": 1, "maxLength": VALUE_LENGTH_MAX, "pattern": "^[0-9A-Fa-f]+$"}
_NUMBER: Final = {"type": "number"}


def _canonical(identifier: str) -> str:
    return canonical_item(identifier).id


def _items(name: str, roles: Sequence[str]) -> Parameter:
    where = " or ".join(roles)
    text = f"Events that name one of these in {where}. URN and GS1 Digital Link are alike; idpat patterns match."
    return Parameter(name, text, _URI, several=True, condition=lambda values: item_in(roles, values))


def _times(name: str, what: str, compare: Callable[[str], Condition]) -> Parameter:
    when = "at or after" if name.startswith("GE") else "before"
    return Parameter(
        name, f"{what} {when} this.", _TIME, several=False, condition=lambda values: compare(time_in(name, values[0]))
    )


def _since(name: str, column: Column[Any], what: str) -> Parameter:
    return _times(name, what, column.__ge__)


def _before(name: str, column: Column[Any], what: str) -> Parameter:
    return _times(name, what, column.__lt__)


def _equal(name: str, column: Column[Any], what: str, words: Words = str) -> Parameter:
    return Parameter(
        name,
        f"{what} is one of these.",
        _URI,
        several=True,
        condition=lambda values: column.in_(list(map(words, values))),
    )


def _known(name: str, column: Column[Any], what: str, allowed: Sequence[str]) -> Parameter:
    def condition(values: Sequence[str]) -> Condition:
        for value in values:
            if value not in allowed:
                raise QueryError("QUERY_VALUE", f"{name} takes {', '.join(allowed)}, not {shown(value)}", name)
        return column.in_(values)

    return Parameter(name, what, {"type": "string", "enum": list(allowed)}, several=True, condition=condition)


def _within(name: str, column: Column[Any], what: str) -> Parameter:
    text = f"{what} is one of these or below it: by captured master data, or as a part (extension) of a location's GLN."
    return Parameter(name, text, _URI, several=True, condition=lambda values: below(column, values))


def _exists(name: str, what: str, there: Condition) -> Parameter:
    def condition(values: Sequence[str]) -> Condition:
        return there if flag_in(name, values[0]) else true()

    return Parameter(
        name, f"With true: only events with {what}. With false: all.", _FLAG, several=False, condition=condition
    )


def _has(area: str, name: str, what: str, words: Words = str, *, query_name: str = "") -> Parameter:
    query_name = query_name or f"EQ_{name}"

    def condition(values: Sequence[str]) -> Condition:
        return field(area, name, text_in(list(map(words, values))))

    return Parameter(query_name, f"{what} is one of these.", _URI, several=True, condition=condition)


def _hexadecimal(values: Sequence[str]) -> Condition:
    for value in values:
        if not set(value) <= set("0123456789ABCDEFabcdef"):
            raise QueryError("QUERY_VALUE", "EQ_hexBinaryValue takes hexadecimal digits", "EQ_hexBinaryValue")
    return field(SENSOR, "hexBinaryValue", text_in([value.upper() for value in values]))


def _sensor_time(name: str, compare: str) -> Parameter:
    parameter = f"{compare}_{name}"
    matches = COMPARISONS[compare]
    return _times(
        parameter,
        f"A sensor's {name} is",
        lambda time: field(SENSOR, name, matches(event_fields.c.time, time)),
    )


def _compared(name: str, what: str, meet: Callable[[Condition], Condition], column: Column[Any]) -> Parameter:
    compare: Compare = COMPARISONS[name[:2]]

    def condition(values: Sequence[str]) -> Condition:
        asked = [numbers.sortable(number_in(name, value)) for value in values]
        return meet(or_(*(compare(column, one) for one in asked)))

    return Parameter(
        name, f"{what} compares so with this.", _NUMBER, several=name.startswith("EQ"), condition=condition
    )


def _boolean(values: Sequence[str]) -> Condition:
    return field(SENSOR, "booleanValue", text_in(["true" if flag_in("EQ_booleanValue", values[0]) else "false"]))


_EVENT_PARAMETERS: Final = (
    _known("eventType", events.c.type, "Events of these types.", EVENT_TYPES),
    _since("GE_eventTime", events.c.event_time, "Happened"),
    _before("LT_eventTime", events.c.event_time, "Happened"),
    _since("GE_recordTime", events.c.record_time, "Recorded on the ledger"),
    _before("LT_recordTime", events.c.record_time, "Recorded on the ledger"),
    _known("EQ_action", events.c.action, "Events with one of these actions.", ACTIONS),
    _equal("EQ_bizStep", events.c.biz_step, "The business step (word, URI or URN)", word_of),
    _equal("EQ_disposition", events.c.disposition, "The disposition (word, URI or URN)", word_of),
    *(
        _has(
            PERSISTENT, which, f"A persistent disposition {which} by it", word_of, query_name=f"EQ_{PERSISTENT}_{which}"
        )
        for which in ("set", "unset")
    ),
    _equal("EQ_readPoint", events.c.read_point, "The read point (URN and GS1 Digital Link are alike)", _canonical),
    _within("WD_readPoint", events.c.read_point, "The read point"),
    _equal("EQ_bizLocation", events.c.biz_location, "The business location (URN and Digital Link alike)", _canonical),
    _within("WD_bizLocation", events.c.biz_location, "The business location"),
    _equal("EQ_transformationID", events.c.transformation_id, "The transformation"),
    _equal("EQ_eventID", events.c.event_id, "The event id"),
    *(
        _compared(f"{compare}_quantity", "A quantity, whatever its unit,", quantity, event_items.c.amount)
        for compare in COMPARISONS
    ),
)

_ITEM_PARAMETERS: Final = (
    _items("MATCH_epc", ("epcList", "childEPCs")),
    _items("MATCH_parentID", ("parentID",)),
    _items("MATCH_inputEPC", ("inputEPCList",)),
    _items("MATCH_outputEPC", ("outputEPCList",)),
    _items("MATCH_anyEPC", ("parentID", *THING_LISTS)),
    _items("MATCH_epcClass", ("quantityList", "childQuantityList")),
    _items("MATCH_inputEPCClass", ("inputQuantityList",)),
    _items("MATCH_outputEPCClass", ("outputQuantityList",)),
    _items("MATCH_anyEPCClass", CLASS_LISTS),
)

_DECLARATION_PARAMETERS: Final = (
    _exists("EXISTS_errorDeclaration", "an error declaration", events.c.error_declaration_time.is_not(None)),
    *(
        parameter
        for spelled in ("errorDeclarationTime", "errorDeclaration_Time")  # the binding has both
        for parameter in (
            _since(f"GE_{spelled}", events.c.error_declaration_time, "Declared erroneous"),
            _before(f"LT_{spelled}", events.c.error_declaration_time, "Declared erroneous"),
        )
    ),
    _equal("EQ_errorReason", events.c.error_reason, "The reason of the error declaration (word, URI or URN)", word_of),
    _has(REFERENCES, "correctiveEventID", "An event that corrects this one"),
)

_SENSOR_PARAMETERS: Final = (
    _exists("EXISTS_sensorElementList", "sensor data", field(SENSOR, "sensorElementList")),
    *(_sensor_time(name, compare) for name in SENSOR_TIMES for compare in ("GE", "LT")),
    _has(SENSOR, "type", "A sensor report's type (word or URI)", measurement_of),
    _has(SENSOR, "deviceID", "A sensor's deviceID (URN and Digital Link alike)", _canonical),
    *(_has(SENSOR, name, f"A sensor's {name}") for name in (*SENSOR_URIS, "stringValue")),
    Parameter(
        "EQ_hexBinaryValue", "A sensor's hexBinaryValue is one of these.", _HEX, several=True, condition=_hexadecimal
    ),
    Parameter("EQ_booleanValue", "A sensor's booleanValue is this.", _FLAG, several=False, condition=_boolean),
    *(
        _compared(
            f"{compare}_percRank",
            "A sensor report's percRank",
            lambda met: field(SENSOR, "percRank", met),
            event_fields.c.number,
        )
        for compare in COMPARISONS
    ),
)

PARAMETERS: Final = {
    parameter.name: parameter
    for parameter in (*_EVENT_PARAMETERS, *_ITEM_PARAMETERS, *_DECLARATION_PARAMETERS, *_SENSOR_PARAMETERS)
}
