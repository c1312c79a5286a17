"""The demo's own standards: plainly named, and otherwise as the project's."""

import hashlib
import json
from pathlib import Path

from fairledger_contracts.disclosure.standards import NewStandard
from fairledger_contracts.escrow.numbers import read_numbers
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.standard_numbers import check_numbers
from fairledger_network.demo.standards import Rulebook
from tests.support.escrow import standard

FOLDER = Path(__file__).parents[4] / "standards"
OF_DEMO = {
    "escrow": {"grace_s", "accept_min_s", "ship_min_s", "delivery_min_s", "cooling_off_min_s", "evidence_min_s"},
    "disclosure": {"mend_s"},
    "privacy": {"retention_days"},
}


def test_what_is_the_demos_own_says_so_and_differs_in_few_numbers() -> None:
    told = {each["name"]: each for each in Rulebook(FOLDER).standards()}

    for name, differing in OF_DEMO.items():
        own = json.loads((FOLDER / f"{name}.json").read_bytes())["parameters"]
        parameters = told[name]["parameters"]
        assert told[name]["title"].startswith("For the demo alone")
        assert {each for each in own if parameters[each] != own[each]} == differing
        assert parameters.keys() == own.keys()
    assert {file.stem for file in (FOLDER / "demo").iterdir()} == OF_DEMO.keys()


def test_the_others_are_the_projects_own() -> None:
    others = [each for each in Rulebook(FOLDER).standards() if each["name"] not in OF_DEMO]

    assert [each["name"] for each in others] == ["complaints", "sanctions", "supervision"]
    for each in others:
        content = (FOLDER / f"{each['name']}.json").read_bytes()
        assert each == {**json.loads(content), "text_sha256": hashlib.sha256(content).hexdigest()}


def test_all_of_them_can_be_proposed_and_orders_be_decided_by_them() -> None:
    moment = "2026-11-25T08:00:00Z"
    for each in Rulebook(FOLDER).standards():
        told = NewStandard.model_validate({**each, "effective_from": moment, "votes_until": moment})
        check_numbers(told.name, told.parameters)
    escrow = next(each for each in Rulebook(FOLDER).standards() if each["name"] == "escrow")
    proposed = Standard.model_validate({**standard().model_dump(), "parameters": escrow["parameters"]})
    assert read_numbers(proposed).periods["evidence"].min_s == 1


def test_the_texts_are_those_that_the_hashes_are_of() -> None:
    hashes = [hashlib.sha256(text).hexdigest() for text in Rulebook(FOLDER).texts()]
    assert hashes == [each["text_sha256"] for each in Rulebook(FOLDER).standards()]
