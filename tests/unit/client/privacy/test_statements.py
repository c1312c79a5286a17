"""Statements for everybody: what repeats a private value is found however it is written."""

import pytest

from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.statements import check_statement

PRIVATE = ["13800000001", "张三", "Canary Street 1", "M", "12"]


@pytest.mark.parametrize(
    "statement",
    [
        "call 13800000001",
        "138 0000 0001",
        "１３８００００００01",
        "张三不同意",
        "CANARY street 1!",
        "canary-street, 1",
        "size 12",
    ],
)
def test_a_statement_that_repeats_a_value_is_refused_without_a_word_of_it(statement: str) -> None:
    with pytest.raises(PrivacyError, match="PRIVACY_STATEMENT") as refused:
        check_statement(statement, PRIVATE)
    assert statement not in str(refused.value)


@pytest.mark.parametrize("statement", ["本人要求", "Moved away", "1 of 2 fields", "1380000000"])
def test_what_repeats_none_is_taken(statement: str) -> None:
    check_statement(statement, PRIVATE)
