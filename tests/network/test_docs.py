"""What the documents tell people to run does what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.network.running_consortium import ROOT, RunningConsortium

EVENT_ID = "urn:uuid:6a2f1d9e-3c1b-4c0e-9d59-0f4f5a1b7c11"
EPC = "urn:epc:id:sgtin:9521000.000110.PROOF1"
DOCUMENT = {
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-01T08:00:00Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventID": EVENT_ID,
                "eventTime": "2026-03-01T08:00:00Z",
                "eventTimeZoneOffset": "+00:00",
                "epcList": [EPC],
                "action": "ADD",
            }
        ]
    },
}


def run_commands(site: RunningConsortium, folder: Path, subject: str) -> subprocess.CompletedProcess[str]:
    page = (ROOT / "docs" / "verifying-a-proof.md").read_text(encoding="utf-8")
    commands = "".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL)).replace("EPC", subject)
    commands = commands.replace(".fairledger/", f"{site.layout.root}/")
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "FAIRLEDGER_STATE": str(site.layout.root), "PATH": programs}
    return subprocess.run(
        ["/bin/sh", "-e", "-c", commands], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


async def test_the_commands_of_verifying_a_proof_prove_an_item(consortium: RunningConsortium, tmp_path: Path) -> None:
    async with consortium.gateway("PlatformA", "producer") as gateway:
        contract = gateway.network("credit-channel").contract("credit", "trace")
        receipt = json.loads(await contract.submit("capture", json.dumps(DOCUMENT)))

    checked = run_commands(consortium, tmp_path, EPC)

    assert checked.returncode == 0, checked.stderr
    assert "CN=producer,OU=client of PlatformAMSP" in checked.stdout
    assert "10 ok recorder and role: producer of PlatformAMSP" in checked.stdout
    assert receipt["id"] in checked.stdout
    assert ", as given" in checked.stdout


def test_an_item_that_no_event_names_has_no_proof(consortium: RunningConsortium, tmp_path: Path) -> None:
    checked = run_commands(consortium, tmp_path, "urn:epc:id:sgtin:9521000.000110.NOTHING")

    assert checked.returncode != 0
    assert "PROOF_SUBJECT" in checked.stderr
