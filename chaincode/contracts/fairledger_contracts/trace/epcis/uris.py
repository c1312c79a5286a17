"""Ids are URIs (RFC 3986): EPC URNs, GS1 Digital Links, CURIEs with a declared prefix, or anybody's own."""

import re
from collections.abc import Sequence

from fairledger_contracts.trace.epcis.broken import Broken, refuse, shown

URI_CHARACTERS_MAX = 1024  # an id is part of a key; real ones have less than 200

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[!$&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~#]++|%[0-9A-Fa-f]{2})+")


def is_uri(text: str) -> bool:
    """Whether ``text`` is a URI with a scheme and something behind it, of at most ``URI_CHARACTERS_MAX``."""
    return _URI.fullmatch(text) is not None and len(text) <= URI_CHARACTERS_MAX


def check_uri(value: object, _scope: object = None) -> None:
    """Raises ``Broken`` unless ``value`` is a URI."""
    if type(value) is not str:
        refuse("type", "an id is a string")
    if _URI.fullmatch(value) is None:
        refuse("uri", f"{shown(value)} is no URI")
    if len(value) > URI_CHARACTERS_MAX:
        refuse("uri", f"an id has at most {URI_CHARACTERS_MAX} characters, not {len(value)}")


def check_uris(value: object, _scope: object = None) -> None:
    """Raises ``Broken`` unless ``value`` is a list of URIs."""
    if type(value) is not list:
        refuse("type", "must be a list of ids")
    for i, member in enumerate(value):
        if type(member) is not str or _URI.fullmatch(member) is None or len(member) > URI_CHARACTERS_MAX:
            _check_at(member, i)


def check_distinct_uris(value: object, _scope: object = None) -> None:
    """Raises ``Broken`` unless ``value`` is a list of URIs, each written once."""
    check_uris(value)
    refuse_repeated(value)  # type: ignore[arg-type]


def refuse_repeated(members: Sequence[str]) -> None:
    """Raises ``Broken`` when two of ``members`` are alike."""
    seen: set[str] = set()
    for i, member in enumerate(members):
        if member in seen:
            raise Broken("repeated", f"{shown(member)} stands in the list already").at(i)
        seen.add(member)


def _check_at(member: object, position: int) -> None:
    try:
        check_uri(member)
    except Broken as broken:
        raise broken.at(position) from None
