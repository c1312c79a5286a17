"""From a capture document's header to rows of ``master_data`` (EPCIS 2.0, sections 6.5 and 9.5).

The contract takes any header, so what has not the form of master data is passed over. Whoever may capture may say
anything of any place; the rows tell by their transaction who did.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fairledger.readmodel.values import VALUE_LENGTH_MAX
from fairledger.readmodel.vocabulary import word_of
from fairledger_contracts.records.item_id import canonical_item

_LENGTH_KEPT = VALUE_LENGTH_MAX + 1  # no query asks for a longer one


def rows(tx_id: str, envelope: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the header of ``envelope``, the document without its events, says of each element of its vocabularies."""
    return [
        {"tx_id": tx_id, "position": position, **row}
        for position, row in enumerate(
            {"vocabulary": kind, "element": element_of(element["id"]), "written": element["id"][:_LENGTH_KEPT], **said}
            for kind, element in _elements(envelope)
            for said in _said(element)
        )
    ]


def element_of(identifier: str) -> str:
    """The one form of an element's identifier, which the events' columns have too."""
    return word_of(canonical_item(identifier).id)[:_LENGTH_KEPT]


def _elements(envelope: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    header = _object(envelope.get("epcisHeader"))
    for vocabulary in _objects(_object(header.get("epcisMasterData")).get("vocabularyList")):
        for element in _objects(vocabulary.get("vocabularyElementList")):
            if isinstance(element.get("id"), str):
                yield str(vocabulary.get("type", "")), element


def _said(element: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for attribute in _objects(element.get("attributes")):
        if isinstance(attribute.get("id"), str):
            value = attribute.get("attribute")
            written = value[:_LENGTH_KEPT] if isinstance(value, str) else None
            yield {"attribute": attribute["id"][:_LENGTH_KEPT], "value": written, "child": None}
    children = element.get("children")
    for child in children if isinstance(children, list) else ():
        if isinstance(child, str):
            yield {"attribute": None, "value": None, "child": element_of(child)}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
