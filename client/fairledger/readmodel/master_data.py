"""From a capture document's header to rows of ``master_data`` (EPCIS 2.0, sections 6.5 and 9.5).

The contract checks the form. Whoever may capture may say anything of any place; the rows tell by their transaction who
did.
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
    for vocabulary in envelope["epcisHeader"].get("epcisMasterData", {}).get("vocabularyList", ()):
        for element in vocabulary.get("vocabularyElementList", ()):
            yield vocabulary["type"], element


def _said(element: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for attribute in element.get("attributes", ()):
        value = attribute.get("attribute")
        written = value[:_LENGTH_KEPT] if isinstance(value, str) else None
        yield {"attribute": attribute["id"][:_LENGTH_KEPT], "value": written, "child": None}
    for child in element.get("children", ()):
        yield {"attribute": None, "value": None, "child": element_of(child)}
