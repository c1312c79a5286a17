"""What the documents tell people to run does what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.network.running_consortium import ROOT, RunningConsortium

EVENT_ID = "urn:uuid:6a2f1d9e-3c1b-4c0e-9d59-0f4f5a1b7c11"
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
                "epcList": ["urn:epc:id:sgtin:9521000.000110.PROOF1"],
                "action": "ADD",
            }
        ]
    },
}


def run_script(site: RunningConsortium, folder: Path, event_id: str) -> subprocess.CompletedProcess[str]:
    page = (ROOT / "docs" / "verifying-a-proof.md").read_text(encoding="utf-8")
    script = folder / "verify_event.py"
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "FAIRLEDGER_STATE": str(site.layout.root)}
    return subprocess.run(
        [sys.executable, script, event_id], capture_output=True, text=True, check=False, env=environment
    )


async def test_the_script_of_verifying_a_proof_checks_an_event_at_two_organisations(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    async with consortium.gateway("PlatformA", "producer") as gateway:
        contract = gateway.network("credit-channel").contract("credit", "trace")
        receipt = json.loads(await contract.submit("capture", json.dumps(DOCUMENT)))

    checked = run_script(consortium, tmp_path, EVENT_ID)

    assert checked.returncode == 0, checked.stderr
    assert "recorded by CN=producer,OU=client of PlatformA" in checked.stdout
    assert receipt["id"] in checked.stdout


def test_an_event_that_is_not_there_has_no_proof(consortium: RunningConsortium, tmp_path: Path) -> None:
    checked = run_script(consortium, tmp_path, "urn:uuid:00000000-0000-0000-0000-000000000000")

    assert checked.returncode != 0
    assert "TRACE_EVENT_UNKNOWN" in checked.stderr
