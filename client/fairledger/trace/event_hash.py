"""Event hash ids (GS1 CBV 2.0, section 8.9): ``ni:///sha-256;<digest>?ver=CBV2.0``.

The library does the algorithm. What this module adds is that an id depends on nothing but its event and the document's
context: each event is hashed as a document of its own, the library's memory of earlier documents' prefixes is cleared,
and contexts come from its own files, never from the network.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from epcis_event_hash_generator import hash_generator, json_to_py
from epcis_event_hash_generator.json_xml_model_mismatch_correction import deep_structure_correction
from pyld import jsonld

from fairledger.trace.errors import DocumentRefused
from fairledger.trace.expansion import parts_of, with_declarations, words
from fairledger_contracts.records.namespaces import declarations

_PAIRS: Final = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_IGNORED_FIELDS: Final = ":ignoreFields"  # an extension by which a document names fields that are no part of the event

_library = threading.Lock()  # it keeps prefixes in a module's global


def event_ids(document: Mapping[str, Any]) -> list[str]:
    """The hash ids of a document's events, in their order; ``document`` is as ``json.loads`` gives it.

    Takes 1 ms an event, more for the first of its kind. Understands capture and query documents. Raises
    ``DocumentRefused`` with TRACE_CONTEXT_UNKNOWN for a context that is not known off line, and TRACE_DOCUMENT_INVALID
    for what can't be hashed.
    """
    holders, path = _holders_of_events(document)
    holder = holders[-1]
    ignored = {field for part in holders for field in _ignored_fields(part)}
    context = document.get("@context", [])
    with _library:
        return [
            _event_id(context, _without(event, ignored), f"{path}[{i}]") for i, event in enumerate(holder["eventList"])
        ]


def _holders_of_events(document: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], str]:
    """The objects from the document down to the one that holds the event list, and the list's path."""
    holders: list[Mapping[str, Any]] = [document]
    path = "$"
    for name in ("epcisBody", "queryResults", "resultsBody"):
        inner = holders[-1].get(name)
        if isinstance(inner, dict):
            holders.append(inner)
            path = f"{path}.{name}"
    path = f"{path}.eventList"
    if not isinstance(holders[-1].get("eventList"), list):
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "is required, as a list of events")
    return holders, path


def _ignored_fields(holder: Mapping[str, Any]) -> set[str]:
    named = (value for key, value in holder.items() if key.endswith(_IGNORED_FIELDS) and isinstance(value, list))
    return {field for fields in named for field in fields if isinstance(field, str)}


def _without(event: Any, ignored: set[str]) -> Any:
    if not isinstance(event, dict):
        return event
    return {key: _in_order(key, value) for key, value in event.items() if key not in ignored}


def _in_order(key: str, value: Any) -> Any:
    """The members of typed pairs in the order in which the algorithm writes them; the library takes them as they come.

    It also needs two of them: a pair without a type gets a member without name, which adds nothing to what is hashed.
    """
    member = _PAIRS.get(key)
    if member is None or not isinstance(value, list):
        return value
    return [_ordered_pair(pair, member) if isinstance(pair, dict) else pair for pair in value]


def _ordered_pair(pair: dict[str, Any], member: str) -> dict[str, Any]:
    first = {"type": pair["type"]} if "type" in pair else {"": ""}
    return {**first, **{key: pair[key] for key in (member, *pair) if key in pair}}


def _event_id(context: Any, event: Any, path: str) -> str:
    if not isinstance(event, dict):
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "an event is an object (type)")
    own = event.get("@context")  # the library would hash it as one of the event's members
    rest = {key: value for key, value in event.items() if key != "@context"}
    both = context if own is None else [*parts_of(context), *parts_of(own)]
    try:
        hashes: Sequence[str] = hash_generator.epcis_hashes_from_events(("EventList", "", [_read(both, rest)]))
    except jsonld.JsonLdError as error:
        raise _refused(error, path) from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "is no event that can be hashed") from error
    if len(hashes) != 1:
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "is no event that can be hashed")
    return hashes[0]


def _read(context: Any, event: Mapping[str, Any]) -> Any:
    """The event in the library's own form, as ``event_list_from_epcis_document_json`` makes it of a document.

    By the steps of that function, which would expand every event anew, and writes texts for a log that nobody keeps.
    """
    document = {"@context": context, "type": "EPCISDocument", "epcisBody": {"eventList": [event]}}
    alone = json.loads(json.dumps(document))  # the library changes what it is given
    json_to_py._namespaces.clear()  # noqa: SLF001 - otherwise an earlier document's prefixes count in this one
    spelled = json_to_py._replace_bare_string_values(alone, words(context, event))  # noqa: SLF001
    json_to_py._collect_namespaces_from_jsonld_context(_names(spelled["@context"]))  # noqa: SLF001
    return deep_structure_correction(json_to_py._json_to_py(spelled["epcisBody"]["eventList"][0]))  # noqa: SLF001


def _names(context: Any) -> Any:
    """The context in the short form, each name with its IRI: the only one that the library reads."""
    return with_declarations(context, lambda part: dict(declarations(part)))


def _refused(error: Exception, path: str) -> DocumentRefused:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DocumentRefused):
            return cause
        cause = getattr(cause, "cause", None) or cause.__cause__
    return DocumentRefused("TRACE_DOCUMENT_INVALID", path, "is no JSON-LD that can be expanded")
