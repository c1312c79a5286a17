"""Every stable code that people can meet has a sentence of its own in both languages."""

import re
from pathlib import Path

import pytest

import fairledger.api
import fairledger_contracts
from fairledger.words import problem_text
from fairledger.words.problems import PROBLEMS

CODE = re.compile(r'"((?:ESCROW|SUPERVISION|DISCLOSURE|PRIVACY)_[A-Z_]+)"')
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_MET = {  # within and between services
    "PRIVACY_DATA",
    "PRIVACY_FIELDS",
    "PRIVACY_FILE",
    "PRIVACY_KEPT",
    "PRIVACY_KEY",
    "PRIVACY_ORDER_EXISTS",
    "PRIVACY_PUBLISHED",
    "PRIVACY_READ_UNKNOWN",
    "PRIVACY_SALT",
    "PRIVACY_SEAL",
    "PRIVACY_SIGNATURE",
}


def codes_of(package: Path) -> set[str]:
    """The codes of money, supervision and personal data in a package's source."""
    return {code for file in package.rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}


def test_codes_of_contracts_and_pages_have_words() -> None:
    contracts, api = (Path(str(each.__file__)).parent for each in (fairledger_contracts, fairledger.api))
    unsaid = (codes_of(contracts) | codes_of(api / "desk")) - set(PROBLEMS)
    assert unsaid <= NOT_MET, sorted(unsaid - NOT_MET)


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_sentence_is_chinese_or_english(code: str) -> None:
    assert CHINESE.search(problem_text(code, "zh"))
    assert not CHINESE.search(problem_text(code, "en"))


def test_a_code_of_later_contracts_has_a_general_sentence() -> None:
    assert problem_text("ESCROW_INVENTED", "zh") == "账本没有接受这个请求。"
    assert problem_text("ESCROW_INVENTED", "en") == "The ledger refused it."
