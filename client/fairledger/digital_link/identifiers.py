"""The application identifiers of GS1, as ``table.TABLE`` lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.forms import Form
from fairledger.digital_link.table import TABLE

_GTIN_DIGITS: Final = 14
_SHORT_GTINS: Final = (8, 12, 13)
_COLUMNS: Final = 4
_IN_QUERY: Final = frozenset({"key", "query", "both"})
_IN_PATH: Final = frozenset({"path", "both"})


@dataclass(frozen=True)
class Identifier:
    """``sequences`` are a key's qualifiers in their order, one of several; ``place`` as ``table.TABLE`` says."""

    code: str
    title: str
    form: Form
    place: str
    sequences: tuple[tuple[str, ...], ...] = ()

    @property
    def qualifiers(self) -> frozenset[str]:
        """All qualifiers of the key."""
        return frozenset(code for sequence in self.sequences for code in sequence)

    @property
    def is_attribute(self) -> bool:
        """Whether it may stand in the query."""
        return self.place in _IN_QUERY

    def check(self, value: str) -> str:
        """The value, GTINs with 14 digits.

        Raises ``DigitalLinkError`` (LINK_FORMAT, LINK_CHECK_DIGIT, LINK_VALUE); the message does not repeat the value.
        """
        if self.code == "01" and value.isascii() and value.isdigit() and len(value) in _SHORT_GTINS:
            value = value.zfill(_GTIN_DIGITS)
        fault = self.form.fault(value)
        if fault is not None:
            code, text = fault
            raise DigitalLinkError(code, f"({self.code}) {self.title}: {text}")
        return value


def _identifiers() -> Iterator[Identifier]:
    for line in TABLE.strip().splitlines():
        codes, place, form, title = line.split(maxsplit=_COLUMNS - 1)
        place, _, qualifiers = place.partition(":")
        sequences = tuple(tuple(sequence.split(",")) for sequence in qualifiers.split("|")) if qualifiers else ()
        first, _, last = codes.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield Identifier(f"{number:0{len(first)}}", title, Form.read(form), place, sequences)


IDENTIFIERS: Final[Mapping[str, Identifier]] = {each.code: each for each in _identifiers()}
KEYS: Final[Mapping[str, Identifier]] = {code: each for code, each in IDENTIFIERS.items() if each.place == "key"}
QUALIFIERS: Final[Mapping[str, Identifier]] = {
    code: each for code, each in IDENTIFIERS.items() if each.place in _IN_PATH
}
