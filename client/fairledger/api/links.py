"""Events with GS1 Digital Links for the EPC URNs in them (EPCIS 2.0, section 12: GS1-EPC-Format).

Only the standard's own fields are translated, and only URNs: a link stays as it was captured.
"""

from typing import Any, Final

from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import CLASS_LISTS, THING_LISTS

_PLACES: Final = ("readPoint", "bizLocation")
_PARTIES: Final = {"sourceList": "source", "destinationList": "destination"}


def as_links(event: dict[str, Any]) -> dict[str, Any]:
    """``event`` with its EPC URNs as links, changed in place."""
    if "parentID" in event:
        event["parentID"] = _link(event["parentID"])
    for role in THING_LISTS:
        if role in event:
            event[role] = [_link(item) for item in event[role]]
    members = {**dict.fromkeys(CLASS_LISTS, "epcClass"), **_PARTIES}
    for listed, member in members.items():
        for element in event.get(listed) or ():
            element[member] = _link(element[member])
    for place in _PLACES:
        if place in event:
            event[place]["id"] = _link(event[place]["id"])
    return event


def _link(uri: str) -> str:
    return canonical_item(uri).id if uri.startswith("urn:epc:") else uri
