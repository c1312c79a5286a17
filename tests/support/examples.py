"""The example chains, captured as the people of consortium.yaml send them, when they sent them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from fairledger.trace import DocumentFile, document_files, prepare
from fairledger_chaincode.simulator import LedgerSimulator
from tests.support.epcis import ROOT
from tests.unit.contracts.conftest import issued


def chain(name: str) -> list[DocumentFile]:
    return document_files([ROOT / "examples" / name])


def people() -> dict[str, dict[str, str]]:
    """Everybody's organisation and attributes, by name."""
    described: dict[str, Any] = yaml.safe_load(Path(ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    return {
        name: {"msp_id": f"{organization['name']}MSP", **attributes}
        for organization in described["organizations"]
        for name, attributes in organization["people"].items()
    }


async def capture(ledger: LedgerSimulator, name: str) -> None:
    """Capture a chain, each document at its creation date."""
    known = people()
    for file in chain(name):
        document = file.read()
        ledger.clock.set(datetime.fromisoformat(json.loads(document)["creationDate"]))
        for chunk in prepare(document).chunks:
            await ledger.submit(issued(ledger, **known[file.recorder]), "trace:capture", chunk.text)
