"""Names of extension fields, written in full: the name space's URI and the local name.

One field has many short names, since each document, and each client, declares its own prefixes:

    https://ns.example.com/ext/weight      the key  ext:weight  under  {"ext": "https://ns.example.com/ext/"}
    https://ns.example.com/ext#weight      the key  e:weight    under  {"e": "https://ns.example.com/ext#"}

Where a name space does not end in a separator the standard writes ``#`` between it and the name, so a name is also
found by ``namespace#field``. What a context of somebody else's declares, named by its URL, is not known here: such a
key stays as it is written.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

NAME_LENGTH_MAX: Final = 512  # characters; fields with longer names can't be asked for
STANDARD_PREFIXES: Final[Mapping[str, str]] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
}
PREFIX: Final = r"[A-Za-z_][A-Za-z0-9._-]*"
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|[^\s:]+[:#]).+")
_SEPARATORS: Final = "/#:"


def terms_of(parts: Iterable[Any], outer: Mapping[str, str] = STANDARD_PREFIXES) -> Mapping[str, str]:
    """The prefixes and terms that the ``parts`` of a JSON-LD context declare, over those of ``outer``."""
    declared: dict[str, str] = {}
    for part in parts:
        if isinstance(part, dict):
            for term, meaning in part.items():
                iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if isinstance(iri, str) and not term.startswith("@"):
                    declared[term] = iri
    return {**outer, **declared} if declared else outer


def full_name(name: str, terms: Mapping[str, str]) -> str:
    """The full form of a key in a document whose context declares ``terms``; one that has none stays as it is."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return terms.get(name, name)
    namespace = terms.get(prefix)
    return name if namespace is None or local.startswith("//") else joined(namespace, local)


def asked_name(name: str, terms: Mapping[str, str]) -> str | None:
    """The full form of a name in a query: a CURIE, or a URI. ``None`` when its prefix is not declared."""
    prefix, colon, local = name.partition(":")
    if colon and local and prefix in terms and not local.startswith("//"):
        return joined(terms[prefix], local)
    if not _URI.fullmatch(name):
        return None
    namespace, mark, local = name.rpartition("#")
    return joined(namespace, local) if mark else name


def joined(namespace: str, local: str) -> str:
    """A name space and a name in it; ``#`` comes between them where nothing else does."""
    return f"{namespace}{local}" if namespace.endswith(tuple(_SEPARATORS)) else f"{namespace}#{local}"
