"""A proof of what a real consortium recorded: exported by one command, verified by another that asks nobody."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from fairledger.trace import TraceClient, prepare
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.support.epcis import event, text


def fairledger(site: RunningConsortium, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FAIRLEDGER_STATE": str(site.layout.root)}
    program = Path(sys.executable).with_name("fairledger")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("kind", ["item", "event", "transaction"])
async def test_a_proof_is_verified_with_root_certificates_alone_and_no_byte_of_it_can_change(
    consortium: RunningConsortium, tmp_path: Path, kind: str
) -> None:
    number = secrets.token_hex(6).upper()
    epc = f"urn:epc:id:sgtin:9521000.012345.{number}"
    mine = event(eventID=f"urn:fairledger:test:{number}", epcList=[epc])
    async with consortium.gateway("PlatformA", "producer") as gateway:
        client = TraceClient(gateway.network(CHANNEL).contract("credit", "trace"))
        (tx_id,) = (await client.capture(prepare(text(mine)))).tx_ids
    subject = {"item": epc, "event": mine["eventID"], "transaction": tx_id}[kind]
    file = tmp_path / "bundle.json"
    roots = consortium.layout.root / "organizations"

    exported = fairledger(consortium, "proof", subject, "-o", file, "--organization", "PlatformA")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(file.read_bytes())["kind"] == kind

    verified = fairledger(consortium, "verify", file, "--roots", roots)
    assert verified.returncode == 0, verified.stderr
    assert [line.split()[:2] for line in verified.stdout.splitlines()] == [[str(n), "ok"] for n in range(1, 12)]
    assert tx_id in verified.stdout

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    refused = fairledger(consortium, "verify", file, "--roots", roots)
    assert refused.returncode != 0
    assert "✗ step 1: PROOF_" in refused.stderr


def test_what_was_never_recorded_has_no_proof(consortium: RunningConsortium, tmp_path: Path) -> None:
    exported = fairledger(consortium, "proof", "urn:epc:id:sgtin:9521000.012345.NOTHING", "-o", tmp_path / "none.json")

    assert exported.returncode == 1
    assert "PROOF_SUBJECT" in exported.stderr
    assert not (tmp_path / "none.json").exists()
