"""How far apart coarse areas are, in whole numbers, so that everybody finds the same.

An area is a geohash of three characters: fifteen bits that halve longitude and latitude in turn, longitude first.
"""

import math

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
BITS_A_CHARACTER = 5
EARTH_KM = 6_371  # its mean radius
UNIT = 1_000_000
COSINES = tuple(round(UNIT * math.cos(math.radians(degree))) for degree in range(182))  # 181 is for interpolation


def centre(area: str) -> tuple[int, int]:
    """Latitude and longitude of an area's middle, in hundredths of a degree."""
    bits = "".join(f"{ALPHABET.index(character):0{BITS_A_CHARACTER}b}" for character in area)
    return _middle(bits[1::2], 9_000), _middle(bits[0::2], 18_000)


def distance_km(one: str, other: str) -> int:
    """How far the middles of two areas are apart over the ground.

    By the chord through the earth and the series of the arc over it, 2 asin(c/2) = c + c³/24 + 3c⁵/640 + …;
    within a percent up to 8,000 km, and too short beyond.
    """
    chord = math.isqrt(sum((a - b) ** 2 for a, b in zip(_on_sphere(one), _on_sphere(other), strict=True)))
    square = chord**2 // UNIT
    stretched = UNIT + square // 24 + 3 * square**2 // (640 * UNIT)
    return chord * stretched * EARTH_KM // UNIT**2


def _on_sphere(area: str) -> tuple[int, int, int]:
    north, east = centre(area)
    width = _cosine(north)
    return width * _cosine(east) // UNIT, width * _cosine(9_000 - east) // UNIT, _cosine(9_000 - north)


def _cosine(centidegrees: int) -> int:
    """In millionths; between whole degrees interpolated, which is off by 40 of them at most."""
    turned = abs(centidegrees) % 36_000
    degree, rest = divmod(min(turned, 36_000 - turned), 100)
    return COSINES[degree] + (COSINES[degree + 1] - COSINES[degree]) * rest // 100


def _middle(bits: str, bound: int) -> int:
    low, high = -bound, bound
    for bit in bits:
        middle = (low + high) // 2
        low, high = (middle, high) if bit == "1" else (low, middle)
    return (low + high) // 2
