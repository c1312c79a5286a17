"""The examples in the package's README do what it says."""

import ast
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

import fairledger_chaincode
from fairledger_chaincode.simulator import ChaincodeFailed

README = Path(fairledger_chaincode.__file__).parents[1] / "README.md"


async def test_the_contract_and_its_test_run() -> None:
    contract, _serve, test = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    printed: list[bytes] = []
    names: dict[str, Any] = {"print": printed.append, "__name__": "readme"}

    exec(contract, names)
    running = eval(compile(test, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    with pytest.raises(ChaincodeFailed) as refusal:
        await running
    await names["ledger"].close()

    assert json.loads(printed[0])["id"] == "a1"
    assert base64.b64decode(json.loads(printed[0])["owner"]).startswith(b"x509::CN=alice")
    assert refusal.value.message.startswith("ASSET_NOT_YOURS")
