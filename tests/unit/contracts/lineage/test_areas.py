"""How far coarse areas are apart, in whole numbers, near what a float computation on a sphere says."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fairledger_contracts.lineage.areas import ALPHABET, centre, distance_km

AREAS = st.text(st.sampled_from(ALPHABET), min_size=3, max_size=3)
EARTH_KM = 6_371


def middle(area: str) -> tuple[float, float]:
    """A geohash decoded as usual: intervals halved in turn, longitude first; in radians."""
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]
    for position in range(15):
        interval = bounds[position % 2]
        half = sum(interval) / 2
        bit = ALPHABET.index(area[position // 5]) >> (4 - position % 5) & 1
        interval[0 if bit else 1] = half
    east, north = (math.radians(sum(interval) / 2) for interval in bounds)
    return north, east


def haversine_km(one: str, other: str) -> float:
    (north, east), (north_too, east_too) = middle(one), middle(other)
    half_chord = (
        math.sin((north - north_too) / 2) ** 2
        + math.cos(north) * math.cos(north_too) * math.sin((east - east_too) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1, math.sqrt(half_chord)))


def test_the_middle_of_an_area_is_in_hundredths_of_a_degree() -> None:
    assert centre("wtw") == (3_163, 12_163)  # Shanghai
    assert centre("000") == (-8_930, -17_930)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("wtw", "wtw", 0),
        ("wtw", "wx4", 1_093),  # Shanghai, Beijing
        ("wtw", "u33", 8_421),  # Berlin
        ("800", "xbp", 156),  # over the date line
        ("bpb", "upb", 156),  # over the pole
    ],
)
def test_some_distances(one: str, other: str, km: int) -> None:
    assert distance_km(one, other) == pytest.approx(km, rel=0.15, abs=30)


@given(AREAS, AREAS)
def test_distance_is_the_same_both_ways_and_zero_to_itself(one: str, other: str) -> None:
    assert distance_km(one, other) == distance_km(other, one)
    assert distance_km(one, one) == 0
    assert 0 <= distance_km(one, other) <= math.pi * EARTH_KM


@given(AREAS, AREAS)
@example("bp0", "up0")  # on both sides of the pole
@example("zzz", "pbp")
def test_distance_is_near_that_on_a_sphere(one: str, other: str) -> None:
    expected = haversine_km(one, other)
    if expected < 3_000:
        assert abs(distance_km(one, other) - expected) <= 0.02 * expected + 10
    else:
        assert distance_km(one, other) > 2_900
