"""One id for one thing, however its EPC was written.

The canonical form is the GS1 Digital Link URI on ``https://id.gs1.org`` at the finest level that it names, since every
EPC URN can be turned into one; the way back would need the length of the company prefix, which a link does not carry.

    urn:epc:id:sgtin:9521000.012345.A1                      https://id.gs1.org/01/09521000123458/21/A1
    https://example.com/01/9521000123458/10/L7/21/A1?x=y    https://id.gs1.org/01/09521000123458/21/A1
    urn:epc:class:lgtin:9521000.012345.L7                   https://id.gs1.org/01/09521000123458/10/L7
    urn:epc:idpat:sgtin:9521000.012345.*                    https://id.gs1.org/01/09521000123458

A URI without a GS1 key stays as it is. Check digits in links are taken as they are written.

Sources: GS1 EPC Tag Data Standard 2.0, section 7 (URN forms); GS1 Digital Link URI Syntax 1.2, section 4.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

RESOLVER = "https://id.gs1.org"
LOT = "10"  # the application identifier of lots
KEYS_REMEMBERED = 4_096  # the things of one document are mostly of few kinds
URI_REMEMBERED_MAX = 256  # characters: longer ones are rare, and would take room

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z0-9]+):(.+)")
_LINK = re.compile(
    r"/(00|01|253|255|401|402|414|417|8003|8004|8006|8010|8013|8017|8018)"
    r"/([^/?#]+)((?:/[^/?#]+/[^/?#]+)*)/?(?:[?#].*)?$"
)


class ItemId(NamedTuple):
    """A thing or a class of things, as far as the URI tells: one without a GS1 key counts as a thing's."""

    id: str
    is_class: bool


def canonical_item(uri: str) -> ItemId:
    """The canonical form of an EPC, an EPC class or any other URI of an item. Never raises."""
    return _remembered(uri) if len(uri) <= URI_REMEMBERED_MAX else _canonical(uri)


def _canonical(uri: str) -> ItemId:
    if uri.startswith("urn:epc:"):
        return _of_urn(uri) or ItemId(uri, is_class=False)
    if uri.startswith(("https://", "http://")):
        return _of_link(uri) or ItemId(uri, is_class=False)
    return ItemId(uri, is_class=False)


_remembered = lru_cache(maxsize=KEYS_REMEMBERED)(_canonical)  # events name the same places, and things several times


def lot_of(uri: str) -> ItemId | None:
    """The lot of a thing whose link names it before the serial; None for any other URI."""
    named = _parsed(uri) if uri.startswith(("https://", "http://")) else None
    if named is None or LOT not in named.given or named.given.keys().isdisjoint(_SERIALS):
        return None
    return ItemId(f"{RESOLVER}/{named.key}/{named.primary}/{LOT}/{_escaped(named.given[LOT])}", is_class=True)


def product_of(item: str) -> str:
    """The id of the trade item that a thing or lot is one of, by their canonical ids; empty where it is of none."""
    for key in ("01", "8006"):
        start = f"{RESOLVER}/{key}/"
        digits = item.removeprefix(start).partition("/")[0]
        if item.startswith(start) and digits.isascii() and digits.isdigit():
            return start + digits
    return ""


def is_product(item: str) -> bool:
    """Whether a canonical id is a trade item's own, not that of a lot or thing of it."""
    return bool(item) and product_of(item) == item


def check_digit(digits: str) -> str:
    """GS1's check digit for the digits before it (GS1 General Specifications, section 7.9.1)."""
    total = 3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def _escaped(text: str) -> str:
    if text.isascii() and text.isalnum():  # as most are
        return text
    return quote(unquote_to_bytes(text), safe="")


@lru_cache(maxsize=KEYS_REMEMBERED)
def _keyed(digits: str, length: int) -> str:
    """``digits`` with their check digit; raises ``ValueError`` when they are not ``length`` digits."""
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        raise ValueError("not a GS1 key")
    return digits + check_digit(digits)


def _gtin(prefix: str, reference: str) -> str:
    return _keyed(reference[:1] + prefix + reference[1:], 13)


def _serialized(path: str, qualifier: str, serial: str) -> ItemId:
    if serial == "*":
        return ItemId(f"{RESOLVER}{path}", is_class=True)
    return ItemId(f"{RESOLVER}{path}{qualifier}{_escaped(serial)}", is_class=False)


def _single(path: str) -> ItemId:
    return ItemId(f"{RESOLVER}{path}", is_class=False)


def _lot(prefix: str, reference: str, lot: str) -> ItemId:
    return ItemId(f"{RESOLVER}/01/{_gtin(prefix, reference)}/10/{_escaped(lot)}", is_class=True)


def _location(prefix: str, reference: str, extension: str) -> ItemId:
    path = f"/414/{_keyed(prefix + reference, 12)}"
    return _single(path if extension == "0" else f"{path}/254/{_escaped(extension)}")


# How many parts a URN of the scheme has, and the link that they make.
_SCHEMES: Mapping[str, tuple[int, Callable[..., ItemId]]] = {
    "sgtin": (3, lambda p, r, s: _serialized(f"/01/{_gtin(p, r)}", "/21/", s)),
    "lgtin": (3, _lot),
    "upui": (3, lambda p, r, s: _serialized(f"/01/{_gtin(p, r)}", "/235/", s)),
    "itip": (5, lambda p, r, n, m, s: _serialized(f"/8006/{_gtin(p, r)}{n}{m}", "/21/", s)),
    "sscc": (2, lambda p, r: _single(f"/00/{_keyed(r[:1] + p + r[1:], 17)}")),
    "grai": (3, lambda p, r, s: _serialized(f"/8003/0{_keyed(p + r, 12)}", "", s)),
    "giai": (2, lambda p, r: _single(f"/8004/{p}{_escaped(r)}")),
    "gdti": (3, lambda p, r, s: _serialized(f"/253/{_keyed(p + r, 12)}", "", s)),
    "sgcn": (3, lambda p, r, s: _serialized(f"/255/{_keyed(p + r, 12)}", "", s)),
    "cpi": (3, lambda p, r, s: _serialized(f"/8010/{p}{_escaped(r)}", "/8011/", s)),
    "gsrn": (2, lambda p, r: _single(f"/8018/{_keyed(p + r, 17)}")),
    "gsrnp": (2, lambda p, r: _single(f"/8017/{_keyed(p + r, 17)}")),
    "ginc": (2, lambda p, r: _single(f"/401/{p}{_escaped(r)}")),
    "gsin": (2, lambda p, r: _single(f"/402/{_keyed(p + r, 16)}")),
    "sgln": (3, _location),
    "pgln": (2, lambda p, r: _single(f"/417/{_keyed(p + r, 12)}")),
}


def _of_urn(urn: str) -> ItemId | None:
    matched = _URN.fullmatch(urn)
    if matched is None:
        return None
    kind, scheme, rest = matched.groups()
    count, build = _SCHEMES.get(scheme, (0, _single))
    parts = rest.split(".", count - 1) if count else []
    if len(parts) != count or not count or (kind == "class") != (scheme == "lgtin") or "" in parts:
        return None
    if (kind == "idpat") != (parts[-1] == "*"):
        return None
    try:
        return build(*parts)
    except ValueError:
        return None


# By primary key: the digits it begins with, the qualifiers that tell one thing from another, finest first, and the
# ones that are left out because a finer one says it, or because they do not change which thing it is.
_GTIN_LENGTHS = (8, 12, 13, 14)
_FIXED: Mapping[str, int] = {"00": 18, "402": 17, "414": 13, "417": 13, "8017": 18, "8018": 18, "8006": 18}
_SERIAL_AFTER: Mapping[str, int] = {"253": 13, "255": 13, "8003": 14}
_QUALIFIERS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "01": (("21", False), ("235", False), (LOT, True)),
    "8006": (("21", False), (LOT, True)),
    "8010": (("8011", False),),
    "414": (("254", False),),
}
_VARIANT = frozenset({"22"})
_QUALIFYING = {key: _VARIANT | {name for name, _ in known} for key, known in _QUALIFIERS.items()}
_SERIALS = ("21", "235")
_CLASS_WITHOUT_QUALIFIER = frozenset({"01", "8006", "8010", "8013"})


class _Link(NamedTuple):
    key: str
    primary: str
    given: Mapping[str, str]  # qualifiers with their values


def _parsed(uri: str) -> _Link | None:
    matched = _LINK.search(uri)
    if matched is None:
        return None
    key, value, rest = matched.groups()
    primary = _primary(key, value)
    steps = rest.split("/")[1:]
    given = dict(zip(steps[::2], steps[1::2], strict=True))
    if primary is None or not given.keys() <= _QUALIFYING.get(key, _VARIANT):
        return None
    return _Link(key, primary, given)


def _of_link(uri: str) -> ItemId | None:
    named = _parsed(uri)
    if named is None:
        return None
    key, primary, given = named
    for name, is_class in _QUALIFIERS.get(key, ()):
        if name in given:
            return ItemId(f"{RESOLVER}/{key}/{primary}/{name}/{_escaped(given[name])}", is_class)
    bare = key in _CLASS_WITHOUT_QUALIFIER or len(primary) == _SERIAL_AFTER.get(key)
    return ItemId(f"{RESOLVER}/{key}/{primary}", bare)


def _primary(key: str, value: str) -> str | None:
    digits = value.isascii() and value.isdigit()
    if key == "01":
        return value.zfill(14) if digits and len(value) in _GTIN_LENGTHS else None
    if key in _FIXED:
        return value if digits and len(value) == _FIXED[key] else None
    start = value[: _SERIAL_AFTER.get(key, 0)]
    if len(start) < _SERIAL_AFTER.get(key, 0) or not (start.isdigit() or not start):
        return None
    return start + _escaped(value[len(start) :])
