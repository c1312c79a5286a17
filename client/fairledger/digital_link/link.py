"""Reading a GS1 Digital Link URI, on whatever domain (GS1 Digital Link URI Syntax 1.4, section 4)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.identifiers import IDENTIFIERS, KEYS, QUALIFIERS

RESOLVER: Final = "https://id.gs1.org"
_PAIR: Final = 2


@dataclass(frozen=True)
class DigitalLink:
    """``path`` are the primary key and its qualifiers with decoded values, in order.

    ``query`` is what stands after the question mark, decoded, in the order in which it came: attributes by the code of
    their application identifier, and parameters of other names, of which nothing is known here.
    """

    path: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, uri: str) -> "DigitalLink":
        """Read ``uri``. Raises ``DigitalLinkError`` with any of its codes."""
        try:
            parts = urlsplit(uri)
        except ValueError as error:
            raise DigitalLinkError("LINK_NO_KEY", "is no web address") from error
        if parts.scheme not in ("http", "https"):
            raise DigitalLinkError("LINK_NO_KEY", "a Digital Link begins with https:// or http://")
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return cls.of_path(parts.path, query)

    @classmethod
    def of_path(cls, path: str, query: tuple[tuple[str, str], ...] = ()) -> "DigitalLink":
        """Read the path of a link, still percent-encoded, with whatever stands before the key. Raises as ``parse``."""
        steps = path.rstrip("/").split("/")
        for start in range(len(steps) - 1, -1, -1):
            rest = steps[start:]
            if rest[0] in KEYS and len(rest) % _PAIR == 0:
                qualifiers = KEYS[rest[0]].qualifiers
                if all(code in qualifiers for code in rest[_PAIR::_PAIR]):
                    checked = _checked(rest)
                    _check_attributes(checked, query)
                    return cls(checked, query)
        start_of_key = next((i for i, step in enumerate(steps) if step in KEYS and i + 1 < len(steps)), None)
        if start_of_key is None:
            raise DigitalLinkError("LINK_NO_KEY", "has no primary key of GS1, such as /01/ and a GTIN")
        raise DigitalLinkError("LINK_QUALIFIER", f"({steps[start_of_key]}) has no such qualifiers")

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """What the query tells of the item by application identifiers."""
        return tuple((code, value) for code, value in self.query if _is_code(code))

    @property
    def canonical(self) -> str:
        """On GS1's own domain, without query (section 4.12)."""
        return self.on(RESOLVER)

    def on(self, resolver: str) -> str:
        """The address on ``resolver``, such as ``http://localhost:8080``, without query."""
        steps = "".join(f"/{code}/{quote(value, safe='')}" for code, value in self.path)
        return resolver.rstrip("/") + steps

    def with_query(self, resolver: str) -> str:
        """The address on ``resolver`` with all that stood in the query."""
        return self.on(resolver) + (f"?{urlencode(self.query)}" if self.query else "")


def _checked(steps: list[str]) -> tuple[tuple[str, str], ...]:
    key, *codes = steps[::_PAIR]
    values = [unquote(value, errors="strict") if _decodes(value) else value for value in steps[1::_PAIR]]
    sequences = KEYS[key].sequences
    if codes and not any(_in_order(codes, sequence) for sequence in sequences):
        orders = " or ".join(", ".join(sequence) for sequence in sequences)
        raise DigitalLinkError("LINK_QUALIFIER", f"the qualifiers of ({key}) stand in the order {orders}")
    checked = [(key, KEYS[key].check(values[0]))]
    checked += [(code, QUALIFIERS[code].check(value)) for code, value in zip(codes, values[1:], strict=True)]
    return tuple(checked)


def _in_order(codes: list[str], sequence: tuple[str, ...]) -> bool:
    """Whether ``codes`` are some of ``sequence``, each once, in its order."""
    return codes == [code for code in sequence if code in codes]


def _check_attributes(path: tuple[tuple[str, str], ...], query: tuple[tuple[str, str], ...]) -> None:
    seen = {code for code, _ in path}
    for code, value in query:
        if not _is_code(code):
            continue
        known = IDENTIFIERS.get(code)
        if known is None:
            raise DigitalLinkError("LINK_ATTRIBUTE", "a number in the query is no application identifier of GS1")
        if code in seen:
            raise DigitalLinkError("LINK_REPEATED", f"({code}) {known.title} stands twice")
        if not known.is_attribute or _fits_path(code, path):
            where = "in the path, after its key" if code in QUALIFIERS else "in no Digital Link"
            raise DigitalLinkError("LINK_ATTRIBUTE", f"({code}) {known.title} stands {where}")
        known.check(value)
        seen.add(code)


def _fits_path(code: str, path: tuple[tuple[str, str], ...]) -> bool:
    """Whether ``code`` could stand in ``path``: beside a third party's serial (235), a lot (10) can't."""
    (key, _), *qualifiers = path
    codes = {code, *(each for each, _ in qualifiers)}
    return any(codes <= set(sequence) for sequence in KEYS[key].sequences)


def _is_code(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _decodes(value: str) -> bool:
    try:
        unquote(value, errors="strict")
    except UnicodeDecodeError:
        return False
    return True
