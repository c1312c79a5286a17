"""Times sort as text as they do as times."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.readmodel import instants

aware = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001  the zone is drawn with it
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001  the zone is drawn with it
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(first=aware, second=aware)
def test_text_sorts_as_time(first: datetime, second: datetime) -> None:
    assert (instants.text_of(first) < instants.text_of(second)) == (first < second)
    assert instants.read(first.isoformat()) == instants.text_of(first)


def test_one_form_for_all_zones() -> None:
    assert instants.read("2026-11-23T06:38:00+08:00") == "2026-11-22T22:38:00.000000Z"
    assert instants.read("2026-11-22T22:38:00.1234567Z") == "2026-11-22T22:38:00.123456Z"
    assert instants.text_of(datetime(26, 1, 2, tzinfo=UTC)) == "0026-01-02T00:00:00.000000Z"


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23T06:38:00", "x", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instants.read(text)
