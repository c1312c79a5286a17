"""What could make a key of something else, no key, or too long a key, is refused with a code by every function."""

import pytest

from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.simulator import ChaincodeFailed, LedgerSimulator
from fairledger_contracts.contracts import all_contracts
from tests.support.contract_calls import CALLS, TRACE_CALLS, WITHOUT_TEXT, caller_of, replaced_texts

SURROGATE = "\ud800"  # no text by itself; JSON can say it
TEXTS = {"empty": "", "zero": "\x00", "highest": "\U0010ffff", "surrogate": SURROGATE, "long": "x" * 70_000}
OWN_CODES = ("TRACE_", "ESCROW_", "DISCLOSURE_", "SUPERVISION_", "PRIVACY_")
ALL = {**CALLS, **TRACE_CALLS}


def test_each_function_is_called() -> None:
    contracts = FunctionTable(all_contracts()).contracts
    functions = {f"{name}:{function.name}" for name, found in contracts.items() for function in found}
    assert functions == {*ALL, *WITHOUT_TEXT}


def is_taken(function: str, sent: list[str | bytes]) -> bool:
    """What is no part of a key: no holder any more, an area that nobody told, the first page, and what nobody knows."""
    places = {
        "trace:license_prefix": '"gln": ""' in str(sent[0]),
        "trace:count_scans": '"area": ""' in str(sent[0]),
        "trace:item_events": sent[1:2] == [""],
        "trace:history": sent[0] == TEXTS["long"],  # has none: items are looked up by their hash
    }
    return places.get(function, False)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("text", TEXTS)
async def test_each_text_of_its_arguments_is_refused_with_a_code(
    ledger: LedgerSimulator, function: str, text: str
) -> None:
    role, arguments = ALL[function]
    caller = caller_of(ledger, role)
    for sent in replaced_texts(arguments, TEXTS[text]):
        if any(SURROGATE in str(each) for each in sent):
            continue  # what can't be encoded can't be sent
        if is_taken(function, sent):
            await ledger.evaluate(caller, function, *sent)
            continue
        with pytest.raises(ChaincodeFailed) as failure:
            await ledger.evaluate(caller, function, *sent)
        code = failure.value.code
        assert code in {"CHAINCODE_ARGUMENTS", "CHAINCODE_KEY"} or code.startswith(OWN_CODES), failure.value.message
