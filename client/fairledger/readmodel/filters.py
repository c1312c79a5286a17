"""The simple event query of EPCIS 2.0: which parameters there are, and what each means in SQL.

Source: EPCIS 2.0, section 8.2.7.1. Of the parameters in the standard those in ``UNSUPPORTED`` are not answered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, and_, exists, or_

from fairledger.readmodel import instants
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.tables import event_items, events
from fairledger.readmodel.vocabulary import word_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import CLASS_LISTS, THING_LISTS

VALUES_MAX: Final = 50  # bounds the SQL of one parameter
VALUE_LENGTH_MAX: Final = 512  # characters; no identifier of GS1 comes near
EVENT_TYPES: Final = ("AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent")
ACTIONS: Final = ("ADD", "OBSERVE", "DELETE")

# control characters, surrogates and noncharacters: no identifier holds them, and ledger keys are made with two of them
_NO_CHARACTERS: Final = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_FORBIDDEN: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")
IDENTIFIER: Final = f"^[^\\u0000-\\u001f\\u007f-\\u009f\\ufdd0-\\ufdef{_NO_CHARACTERS}]+$"  # for descriptions

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Parameter:
    """A query parameter: what it asks for, how its values look (JSON Schema of one), and the condition it makes."""

    name: str
    description: str
    value: dict[str, Any]
    several: bool
    condition: Callable[[Sequence[str]], Condition]


def condition_of(name: str, text: str) -> Condition:
    """What the query parameter ``name`` with the value ``text`` asks for. Several values stand between ``|``.

    Raises ``QueryError``: QUERY_PARAMETER_UNKNOWN, QUERY_PARAMETER_UNSUPPORTED, QUERY_VALUE.
    """
    parameter = PARAMETERS.get(name)
    if parameter is None:
        if name in UNSUPPORTED or _OPEN_ENDED.match(name):
            raise QueryError("QUERY_PARAMETER_UNSUPPORTED", f"{name} is of the standard but not answered here", name)
        raise QueryError("QUERY_PARAMETER_UNKNOWN", f"{shown(name)} is no query parameter", "")
    values = text.split("|") if parameter.several else [text]
    if len(values) > VALUES_MAX:
        raise QueryError("QUERY_VALUE", f"{name} takes at most {VALUES_MAX} values", name)
    for value in values:
        check_value(name, value)
    return parameter.condition(values)


def check_value(name: str, value: str) -> None:
    """Raise ``QueryError`` (QUERY_VALUE) for a text that can be no identifier, word or time."""
    if not value:
        raise QueryError("QUERY_VALUE", f"{name} has an empty value", name)
    if len(value) > VALUE_LENGTH_MAX:
        raise QueryError("QUERY_VALUE", f"a value of {name} has more than {VALUE_LENGTH_MAX} characters", name)
    if _FORBIDDEN.search(value):
        raise QueryError("QUERY_VALUE", f"a value of {name} has a character that no identifier has", name)


def shown(text: str) -> str:
    """``text`` from outside, short and in ASCII, fit for a message."""
    return ascii(text[:80])


def _one_of(column: Column[Any], words: Callable[[str], str] = str) -> Callable[[Sequence[str]], Condition]:
    return lambda values: column.in_([words(value) for value in values])


def _known(name: str, column: Column[Any], allowed: Sequence[str]) -> Callable[[Sequence[str]], Condition]:
    def condition(values: Sequence[str]) -> Condition:
        for value in values:
            if value not in allowed:
                raise QueryError("QUERY_VALUE", f"{name} takes {', '.join(allowed)}, not {shown(value)}", name)
        return column.in_(values)

    return condition


def _time(name: str, compare: Callable[[str], Condition]) -> Callable[[Sequence[str]], Condition]:
    def condition(values: Sequence[str]) -> Condition:
        try:
            return compare(instants.read(values[0]))
        except ValueError as error:
            raise QueryError(
                "QUERY_VALUE", f"{name} takes a time with its zone, not {shown(values[0])}", name
            ) from error

    return condition


def _declared(values: Sequence[str]) -> Condition:
    column = events.c.error_declaration_time
    if values[0] == "true":
        return column.is_not(None)
    if values[0] == "false":
        return column.is_(None)
    raise QueryError("QUERY_VALUE", "EXISTS_errorDeclaration takes true or false", "EXISTS_errorDeclaration")


def _named(roles: Sequence[str]) -> Callable[[Sequence[str]], Condition]:
    def condition(values: Sequence[str]) -> Condition:
        return exists().where(
            event_items.c.sequence == events.c.sequence,
            event_items.c.role.in_(roles),
            or_(*(_matches(value) for value in values)),
        )

    return condition


def _matches(value: str) -> Condition:
    """The item of that identifier; for a pattern with open serial numbers, every item below it."""
    item = canonical_item(value).id
    if value.startswith("urn:epc:idpat:"):
        below = and_(event_items.c.item >= f"{item}/", event_items.c.item < f"{item}0")  # "0" comes after "/"
        return or_(event_items.c.item == item, below)  # LIKE would ignore case in SQLite, and so the index too
    return event_items.c.item == item


_URI: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": VALUE_LENGTH_MAX,
    "pattern": IDENTIFIER.replace("]+$", "|]+$"),  # the bar stands between values
}
_TIME: Final = {"type": "string", "format": "date-time"}


def _items(name: str, roles: Sequence[str]) -> Parameter:
    where = " or ".join(roles)
    text = f"Events that name one of these in {where}. URN and GS1 Digital Link are alike; idpat patterns match."
    return Parameter(name, text, _URI, several=True, condition=_named(roles))


def _since(name: str, column: Column[Any], what: str) -> Parameter:
    return Parameter(name, f"{what} at or after this.", _TIME, several=False, condition=_time(name, column.__ge__))


def _before(name: str, column: Column[Any], what: str) -> Parameter:
    return Parameter(name, f"{what} before this.", _TIME, several=False, condition=_time(name, column.__lt__))


def _equal(name: str, column: Column[Any], what: str, words: Callable[[str], str] = str) -> Parameter:
    return Parameter(name, f"{what} is one of these.", _URI, several=True, condition=_one_of(column, words))


_PARAMETERS: Final = (
    Parameter(
        "eventType",
        "Events of these types.",
        {"type": "string", "enum": list(EVENT_TYPES)},
        several=True,
        condition=_known("eventType", events.c.type, EVENT_TYPES),
    ),
    _since("GE_eventTime", events.c.event_time, "Happened"),
    _before("LT_eventTime", events.c.event_time, "Happened"),
    _since("GE_recordTime", events.c.record_time, "Recorded on the ledger"),
    _before("LT_recordTime", events.c.record_time, "Recorded on the ledger"),
    Parameter(
        "EQ_action",
        "Events with one of these actions.",
        {"type": "string", "enum": list(ACTIONS)},
        several=True,
        condition=_known("EQ_action", events.c.action, ACTIONS),
    ),
    _equal("EQ_bizStep", events.c.biz_step, "The business step (word, URI or URN)", word_of),
    _equal("EQ_disposition", events.c.disposition, "The disposition (word, URI or URN)", word_of),
    _equal("EQ_readPoint", events.c.read_point, "The read point"),
    _equal("EQ_bizLocation", events.c.biz_location, "The business location"),
    _equal("EQ_transformationID", events.c.transformation_id, "The transformation"),
    _equal("EQ_eventID", events.c.event_id, "The event id"),
    _items("MATCH_epc", ("epcList", "childEPCs")),
    _items("MATCH_parentID", ("parentID",)),
    _items("MATCH_inputEPC", ("inputEPCList",)),
    _items("MATCH_outputEPC", ("outputEPCList",)),
    _items("MATCH_anyEPC", ("parentID", *THING_LISTS)),
    _items("MATCH_epcClass", ("quantityList", "childQuantityList")),
    _items("MATCH_inputEPCClass", ("inputQuantityList",)),
    _items("MATCH_outputEPCClass", ("outputQuantityList",)),
    _items("MATCH_anyEPCClass", CLASS_LISTS),
    Parameter(
        "EXISTS_errorDeclaration",
        "Whether the event is an error declaration.",
        {"type": "boolean"},
        several=False,
        condition=_declared,
    ),
    _since("GE_errorDeclarationTime", events.c.error_declaration_time, "Declared erroneous"),
    _before("LT_errorDeclarationTime", events.c.error_declaration_time, "Declared erroneous"),
    _equal("EQ_errorReason", events.c.error_reason, "The reason of the error declaration (word, URI or URN)", word_of),
)

PARAMETERS: Final = {parameter.name: parameter for parameter in _PARAMETERS}

UNSUPPORTED: Final = frozenset(
    {
        "EQ_persistentDisposition_set",
        "EQ_persistentDisposition_unset",
        "WD_readPoint",
        "WD_bizLocation",
        "EQ_quantity",
        "GT_quantity",
        "GE_quantity",
        "LT_quantity",
        "LE_quantity",
        "EQ_correctiveEventID",
        "GE_startTime",
        "LT_startTime",
        "GE_endTime",
        "LT_endTime",
        "EQ_type",
        "EQ_deviceID",
        "EQ_dataProcessingMethod",
        "EQ_microorganism",
        "EQ_chemicalSubstance",
        "EQ_bizRules",
        "EQ_stringValue",
        "EQ_hexBinaryValue",
        "EQ_uriValue",
        "EQ_booleanValue",
    }
)

# the families of names in the standard that end in a type, a unit or a field's name
_OPEN_ENDED: Final = re.compile(
    r"(?:(?:EQ|GT|GE|LT|LE|EXISTS|HASATTR|EQATTR)_(?:INNER_|ILMD_|INNER_ILMD_|SENSORELEMENT_|ERROR_DECLARATION_)*"
    r"(?:bizTransaction|source|destination|value|minValue|maxValue|meanValue|percValue|percRank|sDev|quantity|.*[:#].*))"
)
