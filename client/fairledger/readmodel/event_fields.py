"""From one EPCIS event to rows of ``event_fields``: what only some events have, each value under where it stands.

The areas of extension fields are named as in query parameters; fields below the first level have ``INNER`` before it:

    ""                  the event itself                            EQ_ext:field
    ILMD                ilmd                                        EQ_ILMD_ext:field
    INNER_ILMD          anywhere below a field of ilmd              EQ_INNER_ILMD_ext:field
    ERROR_DECLARATION   errorDeclaration
    SENSORELEMENT       a sensor element; its metadata: SENSORMETADATA; a report of it: SENSORREPORT
    readPoint, bizLocation

The standard's own fields have the areas SENSOR, REFERENCES, PERSISTENT, and the names of typed lists.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from fairledger.readmodel import instants, numbers
from fairledger.readmodel.names import NAME_LENGTH_MAX, full_name
from fairledger.readmodel.units import measure
from fairledger.readmodel.values import VALUE_LENGTH_MAX
from fairledger.readmodel.vocabulary import measurement_of, type_of, word_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import CLASS_LISTS, THING_LISTS

SENSOR: Final = "sensor"  # the fields of sensorMetadata and sensorReport
REFERENCES: Final = "references"  # correctiveEventID
PERSISTENT: Final = "persistentDisposition"  # set, unset
TYPED_LISTS: Final = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
PLACES: Final = ("readPoint", "bizLocation")
SENSOR_URIS: Final = (
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "uriValue",
)
SENSOR_TIMES: Final = ("time", "startTime", "endTime")
MEASURES: Final = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
_WITHOUT_ROWS: Final = frozenset(
    {"@context", "type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "certificationInfo", "action"}
    | {"parentID", "bizStep", "disposition", "readPoint", "bizLocation", "transformationID", *THING_LISTS, *CLASS_LISTS}
)
_OF_EVENT: Final = _WITHOUT_ROWS | {*TYPED_LISTS, PERSISTENT, "errorDeclaration", "sensorElementList", "ilmd"}
_OF_PLACE: Final = frozenset({"id"})
_OF_DECLARATION: Final = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
_OF_ELEMENT: Final = frozenset({"sensorMetadata", "sensorReport"})
_OF_REPORT: Final = frozenset(
    {*SENSOR_URIS, *SENSOR_TIMES, *MEASURES}
    | {"type", "exception", "deviceID", "component", "stringValue", "booleanValue", "hexBinaryValue", "percRank", "uom"}
    | {"coordinateReferenceSystem"}
)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT")


class Field(NamedTuple):
    """A value as a query can ask for it: as text, and as number or time where it is one."""

    area: str
    name: str
    text: str | None = None
    number: str | None = None
    time: str | None = None
    unit: str | None = None


_COLUMNS: Final = ("sequence", "position", *Field._fields)


def fields(sequence: int, event: Mapping[str, Any], terms: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of an event, which is read with its numbers as strings, where its context declares ``terms``.

    Most events have none. Raises as ``event_rows.columns`` does.
    """
    if event.keys() <= _WITHOUT_ROWS and all(len(event.get(place) or ()) <= 1 for place in PLACES):
        return []
    found = [*_standard(event, terms), *_extensions(event, terms)]
    return [dict(zip(_COLUMNS, (sequence, i, *field), strict=True)) for i, field in enumerate(found)]


def _standard(event: Mapping[str, Any], terms: Mapping[str, str]) -> Iterator[Field]:
    for listed, member in TYPED_LISTS.items():
        for pair in event.get(listed) or ():
            yield _text(member, type_of(pair.get("type") or "", terms), canonical_item(pair[member]).id)
    for which, words in (event.get(PERSISTENT) or {}).items():
        for word in words:
            yield _text(PERSISTENT, which, word_of(word))
    for corrective in (event.get("errorDeclaration") or {}).get("correctiveEventIDs") or ():
        yield _text(REFERENCES, "correctiveEventID", corrective)
    if "sensorElementList" in event:
        yield Field(SENSOR, "sensorElementList")
    for element in event.get("sensorElementList") or ():
        for part in (element.get("sensorMetadata") or {}, *element["sensorReport"]):
            yield from _sensed(part)


def _sensed(part: Mapping[str, Any]) -> Iterator[Field]:
    """The standard's fields of a sensor's metadata or report."""
    if "type" in part:
        yield _text(SENSOR, "type", measurement_of(part["type"]))
    if "deviceID" in part:
        yield _text(SENSOR, "deviceID", canonical_item(part["deviceID"]).id)
    for name in SENSOR_URIS:
        if name in part:
            yield _text(SENSOR, name, part[name])
    if "stringValue" in part:
        yield _text(SENSOR, "stringValue", part["stringValue"])
    if "hexBinaryValue" in part:
        yield _text(SENSOR, "hexBinaryValue", part["hexBinaryValue"].upper())
    if "booleanValue" in part:
        yield _text(SENSOR, "booleanValue", _written(part["booleanValue"]))
    for name in SENSOR_TIMES:
        if name in part:
            yield Field(SENSOR, name, time=instants.read(part[name]))
    yield from _measured(part)


def _measured(report: Mapping[str, Any]) -> Iterator[Field]:
    for name in (*MEASURES, "percRank"):
        number = numbers.read(report[name]) if name in report else None
        if number is not None and name != "percRank" and "uom" in report:
            measured = measure(number, report["uom"], is_difference=name == "sDev")
            yield Field(SENSOR, name, number=numbers.sortable(measured.number), unit=measured.unit)
        elif number is not None:
            yield Field(SENSOR, name, number=numbers.sortable(number))


def _extensions(event: Mapping[str, Any], terms: Mapping[str, str]) -> Iterator[Field]:
    yield from _beside(_OF_EVENT, "", event, terms)
    yield from _beside((), "ILMD", event.get("ilmd") or {}, terms)
    yield from _beside(_OF_DECLARATION, "ERROR_DECLARATION", event.get("errorDeclaration") or {}, terms)
    for place in PLACES:
        yield from _beside(_OF_PLACE, place, event.get(place) or {}, terms)
    for element in event.get("sensorElementList") or ():
        yield from _beside(_OF_ELEMENT, "SENSORELEMENT", element, terms)
        yield from _beside(_OF_REPORT, "SENSORMETADATA", element.get("sensorMetadata") or {}, terms)
        for report in element["sensorReport"]:
            yield from _beside(_OF_REPORT, "SENSORREPORT", report, terms)


def _beside(
    standard: Iterable[str], area: str, members: Mapping[str, Any], terms: Mapping[str, str]
) -> Iterator[Field]:
    """The fields of an object that are none of the ``standard``'s."""
    for key, value in members.items():
        if key not in standard and not key.startswith("@"):
            yield from _extension(area, full_name(key, terms), value, terms)


def _extension(area: str, name: str, value: Any, terms: Mapping[str, str]) -> Iterator[Field]:
    scalars: list[Any] = []
    inner: list[Mapping[str, Any]] = []
    _sort_out(value, scalars, inner)
    if len(name) <= NAME_LENGTH_MAX:
        yield from [_value(area, name, scalar) for scalar in scalars] or [Field(area, name)]
    below = area if area.startswith("INNER") else f"INNER_{area}".rstrip("_")
    for members in inner:
        yield from _beside((), below, members, terms)


def _sort_out(value: Any, scalars: list[Any], inner: list[Mapping[str, Any]]) -> None:
    """Put the values of a field into ``scalars``, and its objects into ``inner``."""
    if isinstance(value, list):
        for one in value:
            _sort_out(one, scalars, inner)
    elif isinstance(value, dict) and not isinstance(value.get("@value"), str | bool):
        inner.append(value)
    elif value is not None:
        scalars.append(value["@value"] if isinstance(value, dict) else value)


def _value(area: str, name: str, scalar: Any) -> Field:
    written = _written(scalar)
    number = numbers.read(written)
    return Field(
        area,
        name,
        written[: VALUE_LENGTH_MAX + 1],
        None if number is None else numbers.sortable(number),
        time_of(written),
    )


def time_of(text: str) -> str | None:
    """The sortable form of ``text`` where it is a time with its zone."""
    if not _TIME.match(text):
        return None
    try:
        return instants.read(text)
    except ValueError:
        return None


def _text(area: str, name: str, text: str) -> Field:
    return Field(area, name, text[: VALUE_LENGTH_MAX + 1])


def _written(scalar: Any) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return str(scalar)
