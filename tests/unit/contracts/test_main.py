"""The contracts as a program."""

from typing import Any

import pytest

import fairledger_chaincode
import fairledger_contracts
from fairledger_contracts import __main__ as program
from fairledger_contracts.contracts import all_contracts


def test_digest_prints_the_digest_of_contracts_and_runtime(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["digest"]) == 0
    assert capsys.readouterr().out == fairledger_chaincode.server_digest([fairledger_contracts]) + "\n"


@pytest.mark.parametrize("arguments", [[], ["start"], ["serve", "now"]])
def test_anything_else_shows_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(arguments) == 2
    assert capsys.readouterr().err == f"{program.USAGE}\n"


def test_serve_without_settings_names_the_one_that_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHAINCODE_SERVER_ADDRESS", raising=False)
    assert program.main(["serve"]) == 2
    assert capsys.readouterr().err == "set CHAINCODE_SERVER_ADDRESS\n"


def test_serve_serves_all_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    served: dict[str, Any] = {}
    monkeypatch.setattr(fairledger_chaincode, "serve", lambda **given: served.update(given))
    monkeypatch.setenv("CHAINCODE_SERVER_ADDRESS", "127.0.0.1:7100")
    monkeypatch.setenv("CHAINCODE_ID", "credit:1")
    monkeypatch.setenv("CHAINCODE_TLS_DISABLED", "true")
    assert program.main(["serve"]) == 0
    assert [type(contract) for contract in served["contracts"]] == [type(each) for each in all_contracts()]
    assert served["code"] == [fairledger_contracts]
