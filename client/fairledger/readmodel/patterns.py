"""EPC patterns (GS1 EPC Tag Data Standard 2.0, section 8): what the canonical ids of the EPCs that match begin with.

    urn:epc:idpat:sgtin:*.*.*                   https://id.gs1.org/01/
    urn:epc:idpat:sgtin:9521000.*.*             https://id.gs1.org/01/09521000, …/19521000, and so on for each digit
    urn:epc:idpat:grai:9521000.12345.*          https://id.gs1.org/8003/09521000123458
    urn:epc:idpat:sgln:9521000.00001.*          https://id.gs1.org/414/9521000000018

A link does not tell how long its company prefix is, so the pattern of a short prefix finds what longer ones name, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fairledger_contracts.records.item_id import RESOLVER, check_digit

PATTERN: Final = "urn:epc:idpat:"
_OPEN: Final = "*"
_PREFIX_DIGITS: Final = range(6, 13)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """``parts`` of a URN; ``path`` of the link; ``digits`` of its key without check digit, where all EPCs have as many.

    Where the reference ``leads``, its first digit stands before the company prefix.
    """

    parts: int
    path: str
    digits: int = 0
    leads: bool = False


_SCHEMES: Final[Mapping[str, _Scheme]] = {
    "sgtin": _Scheme(3, "/01/", 13, leads=True),
    "itip": _Scheme(5, "/8006/", 13, leads=True),
    "sscc": _Scheme(2, "/00/", leads=True),
    "grai": _Scheme(3, "/8003/0", 12),
    "giai": _Scheme(2, "/8004/"),
    "gdti": _Scheme(3, "/253/", 12),
    "sgcn": _Scheme(3, "/255/", 12),
    "cpi": _Scheme(3, "/8010/"),
    "gsrn": _Scheme(2, "/8018/"),
    "gsrnp": _Scheme(2, "/8017/"),
    "ginc": _Scheme(2, "/401/"),
    "gsin": _Scheme(2, "/402/"),
    "sgln": _Scheme(3, "/414/", 12),
    "pgln": _Scheme(2, "/417/"),
}


def beginnings(pattern: str) -> tuple[str, ...]:
    """What the canonical ids begin with; empty for what is no pattern, or one of a single class of ``cpi``."""
    name, _, rest = pattern.removeprefix(PATTERN).partition(":")
    scheme, parts = _SCHEMES.get(name), rest.split(".")
    if scheme is None or len(parts) != scheme.parts or _OPEN not in parts or not pattern.startswith(PATTERN):
        return ()
    given, opened = parts[: parts.index(_OPEN)], parts[parts.index(_OPEN) :]
    if set(opened) != {_OPEN} or not all(part.isascii() and part.isdigit() for part in given):
        return ()
    return tuple(f"{RESOLVER}{scheme.path}{start}" for start in _starts(scheme, given))


def _starts(scheme: _Scheme, given: list[str]) -> list[str]:
    if not given:
        return [""]
    prefix, *more = given
    if len(prefix) not in _PREFIX_DIGITS:
        return []
    if not more:
        return [f"{digit}{prefix}" for digit in range(10)] if scheme.leads else [prefix]
    reference, *pieces = more
    digits = reference[:1] + prefix + reference[1:] if scheme.leads else prefix + reference
    return [digits + check_digit(digits) + "".join(pieces)] if len(digits) == scheme.digits else []
