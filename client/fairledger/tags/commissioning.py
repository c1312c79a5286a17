"""Giving goods their identity: the EPCIS event that says so (EPCIS 2.0, 7.4.1; CBV 2.0, 7.1.2, ``commissioning``)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from fairledger.tags.errors import TagError
from fairledger_contracts.records.item_id import RESOLVER, canonical_item, is_product

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def items_of(epcs: Iterable[str]) -> dict[str, str]:
    """Things and lots as they are named, by canonical id. Raises ``TagError`` (TAG_EPC) for what is neither."""
    items = {canonical_item(epc).id: epc for epc in epcs}
    for item, epc in items.items():
        if is_product(item) or not item.startswith(f"{RESOLVER}/"):
            raise TagError("TAG_EPC", f"{epc} is no thing with a serial number, and no lot")
    return items


def commissioning_event(
    items: Sequence[str], at: datetime, place: str, *, quantity: str = "", unit: str = "", **members: Any
) -> dict[str, Any]:
    """The event that things (or lots: ``quantity`` of each, a decimal number, in ``unit``) exist since ``at``.

    ``at`` has a time zone; ``place`` is a URI, or empty where nobody tells. Further ``members`` are the event's, too.
    """
    lots = [item for item in items if canonical_item(item).is_class]
    amount: dict[str, Any] = {"quantity": _number(quantity)} if quantity else {}
    if unit:
        amount["uom"] = unit
    listed = {
        "epcList": [item for item in items if item not in lots],
        "quantityList": [{"epcClass": lot, **amount} for lot in lots],
    }
    return {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": at.strftime("%z")[:3] + ":" + at.strftime("%z")[3:5],
        **{name: named for name, named in listed.items() if named},
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        **({"readPoint": {"id": place}} if place else {}),
        **members,
    }


def document_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """A capture document of one event."""
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": event["eventTime"],
        "epcisBody": {"eventList": [dict(event)]},
    }


def place_of(gln: str) -> str:
    """A business's GLN as the id of a place (GS1 Digital Link); empty where it has none."""
    return f"{RESOLVER}/414/{gln}" if gln else ""


def _number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError as error:
        raise TagError("TAG_QUANTITY", f"{text} is no number") from error
    if not 0 < number < float("inf"):
        raise TagError("TAG_QUANTITY", "there has to be some of a lot")
    return int(number) if number.is_integer() else number
