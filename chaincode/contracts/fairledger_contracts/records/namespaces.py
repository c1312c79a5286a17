"""Name spaces that a JSON-LD ``@context`` declares: prefixes and terms, with the IRIs that they stand for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

STANDARD_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}


def declarations(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The terms that one object of a context declares, each with its IRI as it is written, checked by nobody yet.

    Left out is what only gives a name that has a prefix a type, as ``"ext:weight": {"@type": "xsd:decimal"}`` does.
    """
    for term, meaning in part.items():
        if term.startswith("@") or (isinstance(meaning, dict) and "@id" not in meaning and ":" in term):
            continue
        yield term, meaning.get("@id") if isinstance(meaning, dict) else meaning


def own_terms(terms: Mapping[str, str]) -> dict[str, str]:
    """Those of ``terms`` that the standard's own context does not have."""
    return {term: iri for term, iri in terms.items() if STANDARD_PREFIXES.get(term) != iri}


def own_terms_of(contexts: Iterable[Any]) -> dict[str, str]:
    """The own terms inside objects with these contexts, outer ones first, of a document that was checked."""
    terms = dict(STANDARD_PREFIXES)
    for context in contexts:
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, dict):
                terms.update(declarations(part))
    return own_terms(terms)


def used_in(text: str, own: Mapping[str, str]) -> dict[str, str]:
    """Those of ``own`` that strings of the JSON ``text`` begin with."""
    return {term: iri for term, iri in own.items() if f'"{term}:' in text or f'"{term}"' in text}
