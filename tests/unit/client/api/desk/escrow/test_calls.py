"""Fields of forms are the arguments of the contract's functions: as many, in their order, text or JSON alike."""

import inspect
from typing import Any, get_type_hints

import pytest

from fairledger.api.desk.escrow.calls import ABOUT, FREE, arguments_of, call_of
from fairledger.api.problems import Problem
from fairledger_chaincode.contract import MARK, FunctionKind
from fairledger_contracts.escrow.contract import Escrow

FUNCTIONS = {name for name, each in vars(Escrow).items() if getattr(each, MARK, None) is FunctionKind.TRANSACTION}


def test_all_functions_are_called_but_those_of_the_flow_of_funds_and_of_licences() -> None:
    assert {*ABOUT, *FREE} == FUNCTIONS - {"freeze", "release", "license_service", "end_licence"}


@pytest.mark.parametrize("function", sorted({*ABOUT, *FREE}))
def test_fields_are_the_functions_arguments(function: str) -> None:
    method: Any = getattr(Escrow, function)
    hints = get_type_hints(method)  # without the constraints of annotated types
    _self, _ctx, *names = inspect.signature(method).parameters
    assert list(arguments_of(function).values()) == [hints[name] not in (str, bytes) for name in names]
    subjects = {"withdraw": "listing_id", "redeem": "payout_id", "return_payout": "payout_id"}
    called = {"subject": subjects.get(function, "order_id"), "notes": "note_ids", "listing": "listing_id"}
    assert [called.get(field, field) for field in arguments_of(function)] == names


def test_a_form_is_called_as_it_stands() -> None:
    form = {"subject": "ab", "claim": '"defect"', "reason": "螢幕有裂痕", "once": "k", "function": "dispute"}
    assert call_of("dispute", form) == ("escrow:dispute", "ab", '"defect"', "螢幕有裂痕")


@pytest.mark.parametrize(
    ("function", "form"),
    [
        ("dispute", {"subject": "ab", "claim": "defect", "reason": "x"}),
        ("dispute", {"subject": "ab", "claim": '"elsewhere"', "reason": "x"}),
        ("dispute", {"subject": "ab"}),
        ("scan", {"subject": "ab", "area": "ail"}),
        ("told", {"subject": "ab"}),
    ],
)
def test_what_no_form_of_the_desk_sends_is_refused(function: str, form: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        call_of(function, form)
    assert refused.value.code == "REQUEST_INVALID"
