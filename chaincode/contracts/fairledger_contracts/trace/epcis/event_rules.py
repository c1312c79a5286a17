"""The five event types: which fields each has, which it must have, which it must not (EPCIS 2.0, section 7.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fairledger_contracts.trace.epcis import elements
from fairledger_contracts.trace.epcis.broken import Broken, refuse
from fairledger_contracts.trace.epcis.objects import Check, check_members, inner_scope, need
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.sensors import check_sensor_elements
from fairledger_contracts.trace.epcis.times import check_time, check_zone_offset
from fairledger_contracts.trace.epcis.uris import check_distinct_uris, check_uri
from fairledger_contracts.trace.epcis.vocabulary import BIZ_STEP, DISPOSITION

Event = Mapping[str, object]


def _accept(_value: object, _scope: Scope) -> None:
    """For what was checked on the way in: the context and the type."""


_COMMON: Mapping[str, Check] = {
    "@context": _accept,
    "type": _accept,
    "eventID": check_uri,
    "eventTime": check_time,
    "recordTime": check_time,
    "eventTimeZoneOffset": check_zone_offset,
    "errorDeclaration": elements.check_error_declaration,
    "certificationInfo": elements.check_certification,
    "bizStep": BIZ_STEP.check,
    "disposition": DISPOSITION.check,
    "persistentDisposition": elements.check_persistent_disposition,
    "readPoint": elements.check_place,
    "bizLocation": elements.check_place,
    "bizTransactionList": elements.check_transactions,
    "sourceList": elements.check_sources,
    "destinationList": elements.check_destinations,
    "sensorElementList": check_sensor_elements,
}
_ACTION: Mapping[str, Check] = {"action": elements.check_action}
_CHILDREN: Mapping[str, Check] = {
    "parentID": check_uri,
    "childEPCs": check_distinct_uris,
    "childQuantityList": elements.check_quantities,
}
_OBJECTS: Mapping[str, Check] = {"epcList": check_distinct_uris, "quantityList": elements.check_quantities}
_INPUTS: Mapping[str, Check] = {"inputEPCList": check_distinct_uris, "inputQuantityList": elements.check_quantities}
_OUTPUTS: Mapping[str, Check] = {"outputEPCList": check_distinct_uris, "outputQuantityList": elements.check_quantities}
_ITEM_DATA: Mapping[str, Check] = {"ilmd": elements.check_item_data}


def _one_of(event: Event, *names: str, unless: str = "") -> None:
    if not any(event.get(name) for name in names):
        refuse("required", f"has no {' or '.join(names)} that is not empty{unless}")


def _check_object_event(event: Event) -> None:
    if event.get("epcList") or event.get("quantityList"):
        pass
    elif event.get("sensorElementList"):
        _one_of(event, "readPoint", "bizLocation", unless=", which sensor data without items need")
    else:
        _one_of(event, "epcList", "quantityList", "sensorElementList")
    if "ilmd" in event and event["action"] != "ADD":
        raise Broken("forbidden", "is permitted where action is ADD only").at("ilmd")


def _check_aggregation_event(event: Event) -> None:
    if event["action"] != "OBSERVE":
        need(event, "parentID")
    if event["action"] != "DELETE":
        _one_of(event, "childEPCs", "childQuantityList", unless=" (only action DELETE goes without)")


def _check_association_event(event: Event) -> None:
    need(event, "parentID")
    if event["action"] != "DELETE":
        _one_of(event, "childEPCs", "childQuantityList", unless=" (only action DELETE goes without)")


def _check_transaction_event(event: Event) -> None:
    need(event, "bizTransactionList")
    if not event["bizTransactionList"]:
        raise Broken("empty-list", "holds at least one business transaction").at("bizTransactionList")
    if event["action"] != "DELETE":
        _one_of(event, "epcList", "quantityList", unless=" (only action DELETE goes without)")


def _check_transformation_event(event: Event) -> None:
    if "transformationID" in event:
        _one_of(event, *_INPUTS, *_OUTPUTS)
        return
    _one_of(event, *_INPUTS, unless=" (only a transformationID lets inputs be elsewhere)")
    _one_of(event, *_OUTPUTS, unless=" (only a transformationID lets outputs be elsewhere)")


@dataclass(frozen=True, slots=True)
class EventType:
    """``fields`` that an event of the type may have, ``required`` ones, and ``check`` of how they go together."""

    fields: Mapping[str, Check]
    required: tuple[str, ...]
    check: Callable[[Event], None]


_ALWAYS = ("eventTime", "eventTimeZoneOffset")

EVENT_TYPES: Mapping[str, EventType] = {
    "ObjectEvent": EventType(
        {**_COMMON, **_ACTION, **_OBJECTS, **_ITEM_DATA}, (*_ALWAYS, "action"), _check_object_event
    ),
    "AggregationEvent": EventType({**_COMMON, **_ACTION, **_CHILDREN}, (*_ALWAYS, "action"), _check_aggregation_event),
    "AssociationEvent": EventType({**_COMMON, **_ACTION, **_CHILDREN}, (*_ALWAYS, "action"), _check_association_event),
    "TransactionEvent": EventType(
        {**_COMMON, **_ACTION, **_OBJECTS, "parentID": check_uri}, (*_ALWAYS, "action"), _check_transaction_event
    ),
    "TransformationEvent": EventType(
        {**_COMMON, **_INPUTS, **_OUTPUTS, **_ITEM_DATA, "transformationID": check_uri},
        _ALWAYS,
        _check_transformation_event,
    ),
}
_FIELDS_OF_ANY = frozenset(name for event_type in EVENT_TYPES.values() for name in event_type.fields)


def check_event(event: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``event`` is an event of one of the five types; ``scope`` is that of the document."""
    if type(event) is not dict:
        refuse("type", "an event is an object")
    need(event, "type")
    name = event["type"]
    event_type = EVENT_TYPES.get(name) if isinstance(name, str) else None
    if event_type is None:
        raise Broken("event-type", "must be one of " + ", ".join(EVENT_TYPES)).at("type")
    if "@context" in event:
        scope = inner_scope(event, scope)
    for field in event:
        if field not in event_type.fields and field in _FIELDS_OF_ANY:
            raise Broken("forbidden", f"is no field of {name}").at(field)
    need(event, *event_type.required)
    check_members(event, scope, event_type.fields)
    event_type.check(event)
