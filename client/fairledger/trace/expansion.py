"""JSON-LD expansion of an event: which words of GS1's vocabularies its bare strings stand for.

Contexts come from the library's own files, never from the network. Expansion takes milliseconds. The events of one
process differ in things, places and times, which stand for themselves, so events that have the rest in common are
expanded once.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from epcis_event_hash_generator import json_to_py
from pyld import jsonld

from fairledger.trace.errors import DocumentRefused
from fairledger_contracts.records.namespaces import STANDARD_PREFIXES

KEPT: Final = 1_024  # expansions
KEPT_CHARACTERS_MAX: Final = 8 * 1024  # of a context and an event, without what stands for itself
_CONTEXT_FILE: Final = "e532647e8eb371379b8b0e8602d8981c8566bc60f7351f22c76a5bc865962008.jsonld"
_CONTEXTS: Final = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
_VOCABULARIES: Final = ("https://ref.gs1.org/cbv", "https://gs1.org/voc")
_WORDLESS_PREFIXES: Final = frozenset(
    prefix for prefix, space in STANDARD_PREFIXES.items() if not space.startswith(_VOCABULARIES)
)

# a URN, a web address or a time: where no context declares "urn", and no keyword is used, each expands to itself
_FIXED: Final = r'"(?:urn:|https?://(?!ref\.gs1\.org/cbv|gs1\.org/voc)|\d{4}-\d\d-\d\dT)[^"\s]*"'
_FIXED_VALUES: Final = re.compile(rf"{_FIXED}(?:,{_FIXED})*(?=[,\]}}])")  # names are followed by a colon
_NAME: Final = re.compile(r"(?!urn$)[A-Za-z][\w.-]*")


def words(context: Any, event: Mapping[str, Any]) -> frozenset[str]:
    """The words, in full, that ``event`` uses in a document with this ``@context``.

    Raises ``jsonld.JsonLdError``, by ``DocumentRefused`` (TRACE_CONTEXT_UNKNOWN) for a context not known off line.
    """
    context = _bearable(context)
    told = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    if '"@' not in told and "\\" not in told and _declares_names(context):
        told = _FIXED_VALUES.sub('"urn:"', told)
    given = json.dumps(context)
    expand = _expanded_once if len(given) + len(told) <= KEPT_CHARACTERS_MAX else _expanded
    return expand(given, told)


def _bearable(context: Any) -> Any:
    """The context without other meanings of the standard's own prefixes, which JSON-LD forbids and documents give.

    Which words an event uses does not depend on them, but for the prefixes of the vocabularies.
    """
    return with_declarations(
        context, lambda part: {name: meaning for name, meaning in part.items() if name not in _WORDLESS_PREFIXES}
    )


def with_declarations(context: Any, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Any:
    """The context with each object of its list, which declares names, as ``change`` makes it."""
    if not isinstance(context, list):
        return context
    return [change(part) if isinstance(part, dict) else part for part in context]


def parts_of(context: Any) -> list[Any]:
    """What a context is made of: URLs, and objects that declare names."""
    return context if isinstance(context, list) else [context]


def _declares_names(context: Any) -> bool:
    """Whether ``context`` is made of known ones and of short names for others, none of which is a keyword."""
    return all(
        isinstance(part, str)
        or (isinstance(part, dict) and all(_declares_name(name, meaning) for name, meaning in part.items()))
        for part in parts_of(context)
    )


def _declares_name(name: str, meaning: Any) -> bool:
    return _NAME.fullmatch(name) is not None and isinstance(meaning, str) and not meaning.startswith("@")


def _expanded(context: str, event: str) -> frozenset[str]:
    document = {"type": "EPCISDocument", "epcisBody": {"eventList": [json.loads(event)]}}
    found: list[str] = []
    expanded = jsonld.expand({"@context": json.loads(context), **document})
    json_to_py._find_expanded_values(expanded, found)  # noqa: SLF001 - the library has no public way to ask for it
    return frozenset(value for value in found if value.startswith(_VOCABULARIES))


_expanded_once: Final = functools.lru_cache(KEPT)(_expanded)


def _load_context(url: str, _options: object = None) -> dict[str, Any]:
    if url not in _CONTEXTS:
        raise DocumentRefused(
            "TRACE_CONTEXT_UNKNOWN",
            "$['@context']",
            f"{url} is not known off line",
            "declare the prefixes in the document, or give each event an eventID",
        )
    text = resources.files("epcis_event_hash_generator").joinpath(_CONTEXT_FILE).read_text(encoding="utf-8")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(text),
        "tag": "static",  # it never changes, so the library need not ask for it and process it for each event
    }


jsonld.set_document_loader(_load_context)
