"""Times in keys sort as their characters do."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.records.instant import DIGITS, ascending, descending

INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(5000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS, INSTANTS)
def test_characters_sort_as_the_instants_do_or_the_other_way_round(one: datetime, other: datetime) -> None:
    assert (ascending(one) < ascending(other)) == (one < other)
    assert (descending(one) < descending(other)) == (one > other)
    assert {len(ascending(one)), len(descending(other))} == {DIGITS}
