"""Units of measure (UN/CEFACT recommendation 20) that can be compared with each other, by exact conversion.

Each quantity has a base in which every unit of it is a finite decimal, so that nothing is rounded: temperatures are
kept in degrees Rankine, of which a kelvin is 1.8. A code that is not listed compares with itself only.

Sources of the factors: UN/CEFACT recommendation 20, annex I; the pound, the ounce and the inch are exact by definition.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from fairledger.readmodel.numbers import EXACT


class Measure(NamedTuple):
    """A number in the base unit of its quantity, or in its own where that has no other."""

    number: Decimal
    unit: str


class _Unit(NamedTuple):
    base: str
    factor: Decimal
    offset: Decimal = Decimal(0)


def _units(base: str, **factors: str) -> dict[str, _Unit]:
    return {code: _Unit(base, Decimal(factor)) for code, factor in factors.items()}


_UNITS: Final[dict[str, _Unit]] = {
    "A48": _Unit("A48", Decimal(1)),  # degree Rankine
    "KEL": _Unit("A48", Decimal("1.8")),
    "CEL": _Unit("A48", Decimal("1.8"), Decimal("491.67")),
    "FAH": _Unit("A48", Decimal(1), Decimal("459.67")),
    **_units("KGM", KGM="1", GRM="0.001", MGM="0.000001", TNE="1000", LBR="0.45359237", ONZ="0.028349523125"),
    **_units("MTR", MTR="1", CMT="0.01", MMT="0.001", DMT="0.1", KMT="1000"),
    **_units("MTR", INH="0.0254", FOT="0.3048", YRD="0.9144", SMI="1609.344"),
    **_units("MTQ", MTQ="1", LTR="0.001", DLT="0.0001", CLT="0.00001", MLT="0.000001", HLT="0.1"),
    **_units("MTK", MTK="1", CMK="0.0001", HAR="10000"),
    **_units("PAL", PAL="1", KPA="1000", BAR="100000", MBR="100", A97="100"),
    **_units("SEC", SEC="1", MIN="60", HUR="3600", DAY="86400"),
}


def measure(number: Decimal, unit: str, *, is_difference: bool = False) -> Measure:
    """``number`` of ``unit`` in the base unit; a difference, such as a deviation, has no zero point to move."""
    known = _UNITS.get(unit)
    if known is None:
        return Measure(number, unit)
    scaled = EXACT.multiply(number, known.factor)
    return Measure(scaled if is_difference else EXACT.add(scaled, known.offset), known.base)
