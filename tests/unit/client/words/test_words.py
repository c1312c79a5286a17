"""Whatever the ledger tells has a sentence in each language, with all values filled in."""

import ast
import inspect
import re
import string
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from fairledger.tags import check as tag_check
from fairledger.words import LANGUAGES, Text, finding_text, role_word, warning_text, word
from fairledger.words.findings import REASONS, SHOWN
from fairledger.words.terms import ROLES, TERMS
from fairledger.words.warnings import DISPOSITIONS, WARNINGS
from fairledger_contracts.escrow.callers import Actor
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.lineage import checks
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import Told
from fairledger_contracts.lineage.deeds import Deed
from fairledger_contracts.lineage.grade import Check, Finding, Grade, Outcome
from fairledger_contracts.lineage.history import SPOILED, HistoryWarning, WarningCode
from fairledger_contracts.records.agreement import Binding, GoodsKind
from fairledger_contracts.records.anchor import DocumentKind
from fairledger_contracts.records.evidence import EvidenceKind
from fairledger_contracts.records.evidence import Finding as InspectionFinding
from fairledger_contracts.records.order import Claim, OrderState
from fairledger_contracts.records.payment import PayoutState
from fairledger_contracts.records.recall import Measure
from fairledger_contracts.records.settlement import Liable, RuleCode
from fairledger_contracts.trace.callers import ROLE_OF_SERVICES, ROLES_OF_AUTHORITY, ROLES_THAT_RECORD

CONSORTIUM = Path(__file__).parents[4] / "network" / "consortium.yaml"
CODE = re.compile(r"[A-Z][A-Z_]+")
HAN = re.compile(r"[\u4e00-\u9fff]")
ACTIONS = {"ADD", "OBSERVE", "DELETE"}  # of events, which look like codes
VARIANTS = {"ORIGIN_CUT", "SIGNED_BEFORE_REVOCATION"}  # sentences beside those of the codes


def codes_in(node: ast.AST) -> set[str]:
    """The codes that stand in a piece of source."""
    texts = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {text for text in texts if CODE.fullmatch(text)} - ACTIONS


def told(module: ModuleType) -> Iterator[tuple[str, set[str]]]:
    """Codes with the names of the values that findings of that code have, as the module's source says."""
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(function, ast.FunctionDef) and function.name != "_found":
            calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
            names = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "_found"]
            for call in names:
                codes = codes_in(call) or codes_in(function)
                yield from ((code, {keyword.arg or "" for keyword in call.keywords}) for code in sorted(codes))


FOUND = [*told(checks), *told(tag_check)]
ALL_CODES = codes_in(ast.parse(inspect.getsource(checks))) | codes_in(ast.parse(inspect.getsource(tag_check)))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_each_code_that_a_check_can_find_has_a_sentence() -> None:
    assert set(REASONS) == (ALL_CODES - {"SHOWN"}) | VARIANTS
    assert set(SHOWN) == set(Check) - {Check.TAG}
    assert {code for code, _ in FOUND} == ALL_CODES - {"NOT_CONCERNED"}


@pytest.mark.parametrize(("code", "values"), [(code, values) for code, values in FOUND if code != "SHOWN"])
def test_a_sentence_has_the_values_that_its_finding_has(code: str, values: set[str]) -> None:
    finding = Finding(
        check=Check.SCANS, outcome=Outcome.MISSING, code=code, values=tuple((name, f"<{name}>") for name in values)
    )
    for language in LANGUAGES:
        told_so = finding_text(finding, language)
        assert [name for name in values if f"<{name}>" not in told_so] == []
        assert "{" not in told_so


def test_what_is_shown_is_said_of_each_check() -> None:
    for check in SHOWN:
        finding = Finding(check=check, outcome=Outcome.SHOWN, code="SHOWN", values=(("documents", "2"),))
        assert [finding_text(finding, language)[-1] for language in LANGUAGES] == ["。", "."]


def test_an_origin_that_was_cut_is_not_said_to_lack_things() -> None:
    values = (("first", ""), ("items", "0"))
    finding = Finding(check=Check.ORIGIN, outcome=Outcome.MISSING, code="ORIGIN_UNKNOWN", values=values)
    assert finding_text(finding, "en") == REASONS["ORIGIN_CUT"].en


def test_a_sentence_that_lacks_a_value_is_not_said() -> None:
    with pytest.raises(KeyError, match="times"):
        finding_text(Finding(check=Check.CUSTODY, outcome=Outcome.CONTRADICTED, code="GAP"), "en")


@pytest.mark.parametrize(
    "kind",
    [
        *(Grade, Check, Outcome, Relation, Told, Deed, DocumentKind, Measure),
        *(OrderState, Move, Actor, GoodsKind, Binding, EvidenceKind, InspectionFinding),
        *(Claim, RuleCode, Liable, PayoutState),
    ],
)
def test_each_member_has_a_word(kind: type[StrEnum]) -> None:
    assert set(TERMS[kind]) == set(kind)
    for language in LANGUAGES:
        words = [word(member, language) for member in kind]
        assert len(set(words)) == len(words)


def test_the_roles_of_certificates_have_words() -> None:
    people = [
        one for each in yaml.safe_load(CONSORTIUM.read_text())["organizations"] for one in each["people"].values()
    ]
    roles = {one["role"] for one in people} | ROLES_THAT_RECORD | ROLES_OF_AUTHORITY.keys() | {ROLE_OF_SERVICES}
    assert set(ROLES) == roles
    assert (role_word("merchant", "zh"), role_word("beekeeper", "zh")) == ("商家", "beekeeper")


@pytest.mark.parametrize(
    ("warning", "chinese", "english"),
    [
        (
            HistoryWarning(code=WarningCode.RECALLED, values=("a", "b")),
            "它或它的原料正在被召回；召回数：2。",
            "It is recalled, or something that it was made of; recalls: 2.",
        ),
        (
            HistoryWarning(code=WarningCode.ALARM, events=("e",)),
            "途中传感器报告了超出范围的情况；次数：1。",
            "A sensor on its way reported a condition out of bounds; reports: 1.",
        ),
        (
            HistoryWarning(code=WarningCode.SPOILED, events=("e",), values=("damaged", "expired")),
            "它被记录为：损坏、过期。",
            "It was recorded as: damaged, expired.",
        ),
        (
            HistoryWarning(code=WarningCode.ENDED, events=("e",)),
            "它已被注销或销毁。",
            "It was decommissioned or destroyed.",
        ),
        (
            HistoryWarning(code=WarningCode.ASTRAY, events=("e",)),
            "交接记录指明的对方不是实际的对方，货物可能走错了去向；次数：1。",
            "It may have gone astray: records name somebody else than who had it next or before; records: 1.",
        ),
    ],
)
def test_a_warning_is_a_sentence(warning: HistoryWarning, chinese: str, english: str) -> None:
    assert (warning_text(warning, "zh"), warning_text(warning, "en")) == (chinese, english)


def test_all_warnings_and_what_spoils_goods_have_words() -> None:
    assert (set(WARNINGS), set(DISPOSITIONS)) == (set(WarningCode), SPOILED)


def test_no_text_is_empty_or_asks_for_other_values_than_its_translation() -> None:
    terms = [text for texts in TERMS.values() for text in texts.values()]
    texts: list[Text] = [*SHOWN.values(), *REASONS.values(), *WARNINGS.values(), *DISPOSITIONS.values()]
    for text in (*texts, *ROLES.values(), *terms):
        assert min(len(text.zh), len(text.en)) > 0
        assert placeholders(text.zh) == placeholders(text.en)
        assert [bool(HAN.search(each)) for each in text] == [True, False]
