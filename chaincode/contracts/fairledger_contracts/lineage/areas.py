"""How far apart coarse areas are, in whole numbers, so that everybody finds the same.

An area is a geohash of three characters: fifteen bits that halve longitude and latitude in turn, longitude first.
"""

import math

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
BITS_A_CHARACTER = 5
CENTIDEGREE_M = 1_113  # of a great circle of 40,075 km; a field is 156 km wide, so nothing finer matters
COSINE_PERMILLE = tuple(round(1_000 * math.cos(math.radians(degree))) for degree in range(91))


def centre(area: str) -> tuple[int, int]:
    """Latitude and longitude of an area's middle, in hundredths of a degree."""
    bits = "".join(f"{ALPHABET.index(character):0{BITS_A_CHARACTER}b}" for character in area)
    return _middle(bits[1::2], 9_000), _middle(bits[0::2], 18_000)


def distance_km(one: str, other: str) -> int:
    """How far the middles of two areas are apart, by an equirectangular projection at the latitude between them."""
    (north, east), (north_too, east_too) = centre(one), centre(other)
    apart = abs(east - east_too)
    apart = min(apart, 36_000 - apart)
    parallel = abs(north + north_too) // 200
    width = apart * COSINE_PERMILLE[parallel] // 1_000
    return math.isqrt((north - north_too) ** 2 + width**2) * CENTIDEGREE_M // 1_000


def _middle(bits: str, bound: int) -> int:
    low, high = -bound, bound
    for bit in bits:
        middle = (low + high) // 2
        low, high = (middle, high) if bit == "1" else (low, middle)
    return (low + high) // 2
