"""Every member, name and refusal that pages of supervision show has a word in each language."""

import ast
import inspect
import json
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from fairledger.watch import findings
from fairledger.words import LANGUAGES, name_word, refusal_text, subject_word, word
from fairledger.words.refusals import REFUSALS
from fairledger.words.supervision import NAMES, SUPERVISION
from fairledger_contracts.privacy import permission, reading
from fairledger_contracts.records import ballot, complaint, disclosure, inspection, monitoring, sanction, warrant

MODULES = (ballot, complaint, disclosure, inspection, monitoring, sanction, warrant)
STANDARDS = Path(__file__).parents[4] / "standards"


def kinds_of(module: ModuleType) -> list[type[StrEnum]]:
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    return [each for each in found if each.__module__ == module.__name__]


KINDS = [kind for module in MODULES for kind in kinds_of(module)]


def strings_of(module: ModuleType) -> set[str]:
    nodes = ast.walk(ast.parse(inspect.getsource(module)))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}")
def test_each_member_has_a_word_of_its_own(kind: type[StrEnum]) -> None:
    assert set(SUPERVISION[kind]) == set(kind)
    for language in LANGUAGES:
        words = [word(member, language) for member in kind]
        assert len(set(words)) == len(words)


def test_nothing_else_has_words_here() -> None:
    assert set(SUPERVISION) == set(KINDS)


def test_rules_subjects_and_figures_have_words() -> None:
    rules = json.loads((STANDARDS / "sanctions.json").read_text())["parameters"]
    named = {name for name in rules if not name.endswith("_s")}
    named |= set(get_args(disclosure.Subject)) | (strings_of(findings) & {"asked", "answered", "height", "common"})
    assert {"late_disclosure", "unpaid_fine"} < named
    assert named <= set(NAMES)
    for text in NAMES.values():
        assert len(text.zh) * len(text.en) > 0


def test_what_somebody_made_up_stays_as_it_is() -> None:
    assert name_word("bees_kept", "zh") == "bees kept"
    assert subject_word("node:PlatformA", "en") == "Node PlatformA"
    assert subject_word("platform:PlatformAMSP", "zh") == "平台 PlatformAMSP"


def test_each_refusal_is_a_sentence() -> None:
    codes = {text for text in strings_of(permission) if text.startswith("PRIVACY_")} | {"PRIVACY_ROLE_DENIED"}
    assert "PRIVACY_ROLE_DENIED" in strings_of(reading)
    assert set(REFUSALS) == codes
    for code in codes:
        assert [refusal_text(code, language)[-1] for language in LANGUAGES] == ["。", "."]
    assert refusal_text("PRIVACY_NEW", "en") == "PRIVACY_NEW"
