"""The ``@context`` of events that leave their document.

A query's answer holds events of many documents, whose contexts may give one prefix two meanings. The answer's own
context is the standard's; what an event needs besides is put on the event itself, in the order in which its document
declared it, before what the event declared for itself.
"""

from typing import Any, Final

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_STANDARD: Final = frozenset(
    {
        EPCIS_CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)


def beside_the_standard(context: Any) -> list[Any]:
    """The parts of a JSON-LD context that are not EPCIS's own, in order."""
    return [part for part in _parts(context) if not (isinstance(part, str) and part in _STANDARD)]


def on_event(of_document: list[Any], of_event: Any) -> list[Any]:
    """The context that an event needs outside of its document; parts that the event repeats come once."""
    own = _parts(of_event)
    return [*(part for part in of_document if part not in own), *own]


def _parts(context: Any) -> list[Any]:
    if context is None:
        return []
    return context if isinstance(context, list) else [context]
