"""No text of any argument can be a key of something else, or hold what no record should: all of them are refused."""

from collections.abc import Sequence

import pytest

from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.simulator import ChaincodeFailed, LedgerSimulator
from fairledger_contracts.contracts import all_contracts
from tests.support.contract_calls import CALLS, HOSTILE, WITHOUT_TEXT, caller_of, plain, spoiled

REFUSALS = {"CHAINCODE_KEY", "CHAINCODE_ARGUMENTS"}


def test_each_function_is_called() -> None:
    contracts = FunctionTable(all_contracts()).contracts
    functions = {
        f"{name}:{function.name}" for name, found in contracts.items() if name != "trace" for function in found
    }
    assert functions == {*CALLS, *WITHOUT_TEXT}


async def answered(ledger: LedgerSimulator, function: str, sent: Sequence[str | bytes]) -> str:
    """The code with which a call is refused, or nothing."""
    role = CALLS[function].role
    caller = caller_of(ledger, role)
    try:
        await ledger.evaluate(caller, function, *sent)
    except ChaincodeFailed as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("function", CALLS)
async def test_without_a_hostile_text_the_contract_itself_answers(ledger: LedgerSimulator, function: str) -> None:
    code = await answered(ledger, function, plain(CALLS[function].arguments))
    assert not code.startswith("CHAINCODE_"), code


@pytest.mark.parametrize("function", CALLS)
async def test_each_text_of_its_arguments_is_checked(ledger: LedgerSimulator, function: str) -> None:
    for hostile in HOSTILE:
        for sent in spoiled(function, hostile):
            assert await answered(ledger, function, sent) in REFUSALS, sent


async def test_a_refusal_does_not_repeat_what_was_sent(ledger: LedgerSimulator) -> None:
    caller = ledger.identity("PlatformAMSP", "platform-officer", role="platform-officer")
    with pytest.raises(ChaincodeFailed) as failure:
        await ledger.evaluate(caller, "disclosure:file", "2026-10", '{"subject": "canary"}', "[]")
    assert failure.value.message == "CHAINCODE_ARGUMENTS: published: is of no kind that there is"
