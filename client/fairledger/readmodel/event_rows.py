"""From one EPCIS event to its rows: what queries ask for, in columns, and each item that it names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fairledger.readmodel import instants, numbers
from fairledger.readmodel.units import measure
from fairledger.readmodel.vocabulary import word_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import namings

_UNMEASURED: Final[dict[str, str | None]] = {"amount": None, "measure": None, "measure_unit": None}


def columns(event: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the table ``events`` that come from the event itself, read with its numbers as strings.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none: contracts record only what they have checked.
    """
    declaration = event.get("errorDeclaration") or {}
    declared_at = declaration.get("declarationTime")
    return {
        "event_id": event["eventID"],
        "is_declaration": "errorDeclaration" in event,
        "type": event["type"],
        "event_time": instants.read(event["eventTime"]),
        "action": event.get("action"),
        "biz_step": _word(event.get("bizStep")),
        "disposition": _word(event.get("disposition")),
        "read_point": _place(event.get("readPoint")),
        "biz_location": _place(event.get("bizLocation")),
        "transformation_id": event.get("transformationID"),
        "error_declaration_time": instants.read(declared_at) if declared_at else None,
        "error_reason": _word(declaration.get("reason")),
    }


def items(sequence: int, event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of the table ``event_items``: the event's items in the order of the roles, then as they are listed."""
    for position, naming in enumerate(namings(event)):
        yield {
            "sequence": sequence,
            "position": position,
            "role": naming.role,
            "item": naming.item.id,
            "quantity": naming.quantity,
            "unit": naming.unit,
            **_measured(naming.quantity, naming.unit),
            "previous": None,
        }


def _measured(quantity: str | None, unit: str | None) -> dict[str, str | None]:
    number = None if quantity is None else numbers.read(quantity)
    if number is None:
        return _UNMEASURED
    amount = numbers.sortable(number)
    if unit is None:
        return {"amount": amount, "measure": None, "measure_unit": None}
    measured = measure(number, unit)
    return {"amount": amount, "measure": numbers.sortable(measured.number), "measure_unit": measured.unit}


def _place(value: Mapping[str, Any] | None) -> str | None:
    return canonical_item(value["id"]).id if value else None


def _word(value: str | None) -> str | None:
    return None if value is None else word_of(value)
