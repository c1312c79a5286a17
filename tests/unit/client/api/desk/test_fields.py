"""What people write into fields of numbers."""

import pytest

from fairledger.api.desk.fields import number_of, seconds_of, whole_of
from fairledger.api.problems import Problem


def test_numbers_are_read_as_they_are_written() -> None:
    form = {"days": " 7 ", "empty": ""}
    assert (whole_of(form, "days"), number_of(form, "days"), seconds_of(form, "days")) == (7, 7, 604_800)
    assert (number_of(form, "empty"), number_of(form, "missing"), seconds_of(form, "empty")) == (0, 0, 0)


@pytest.mark.parametrize("written", ["-1", "1.5", "１", "x", "9" * 17, "9" * 5_000])
def test_what_is_no_whole_number_is_refused_with_the_fields_name(written: str) -> None:
    for read in (whole_of, number_of, seconds_of):
        with pytest.raises(Problem) as refusal:
            read({"days": written}, "days")
        assert (refusal.value.code, refusal.value.detail) == ("REQUEST_INVALID", "days: write a whole number")


def test_a_number_that_has_to_be_there_is_asked_for() -> None:
    with pytest.raises(Problem, match="write a whole number"):
        whole_of({"weight_g": " "}, "weight_g")
