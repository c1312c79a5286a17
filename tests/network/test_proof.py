"""A proof of what a real consortium recorded: exported by one command, verified by another that asks nobody."""

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from fairledger.trace import TraceClient, prepare
from fairledger_network.identities import Identities
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.support.epcis import event, text

ALL_STEPS = [[str(number), "ok"] for number in range(1, 12)]


def fairledger(site: RunningConsortium, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FAIRLEDGER_STATE": str(site.layout.root)}
    program = Path(sys.executable).with_name("fairledger")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, env=environment)


async def captured(consortium: RunningConsortium, name: str, *, epc: str, number: str) -> str:
    """The transaction in which ``name`` records an event of the item; its id is made of ``number``."""
    async with consortium.gateway("PlatformA", name) as gateway:
        client = TraceClient(gateway.network(CHANNEL).contract("credit", "trace"))
        mine = event(eventID=f"urn:fairledger:test:{number}", epcList=[epc])
        (tx_id,) = (await client.capture(prepare(text(mine)))).tx_ids
    return tx_id


def new_item() -> tuple[str, str]:
    number = secrets.token_hex(6).upper()
    return number, f"urn:epc:id:sgtin:9521000.012345.{number}"


@pytest.mark.parametrize("kind", ["item", "event", "transaction"])
async def test_a_proof_is_verified_with_root_certificates_alone_and_no_byte_of_it_can_change(
    consortium: RunningConsortium, tmp_path: Path, kind: str
) -> None:
    number, epc = new_item()
    tx_id = await captured(consortium, "producer", epc=epc, number=number)
    subject = {"item": epc, "event": f"urn:fairledger:test:{number}", "transaction": tx_id}[kind]
    file = tmp_path / "bundle.json"
    roots = consortium.layout.root / "organizations"

    exported = fairledger(consortium, "proof", subject, "-o", file, "--organization", "PlatformA")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(file.read_bytes())["kind"] == kind

    verified = fairledger(consortium, "verify", file, "--roots", roots)
    assert verified.returncode == 0, verified.stderr
    assert [line.split()[:2] for line in verified.stdout.splitlines()] == ALL_STEPS
    assert tx_id in verified.stdout

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    refused = fairledger(consortium, "verify", file, "--roots", roots)
    assert refused.returncode != 0
    assert "✗ step 1: PROOF_" in refused.stderr


async def test_a_record_stays_proved_after_its_recorders_certificate_was_revoked(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    """The configuration in force at each record's block counts, and all of it leads back to the genesis block."""
    person = f"person-{secrets.token_hex(4)}"
    identities = Identities(consortium)
    identities.register(person, "PlatformA", role="producer", gln="9521000000018")
    identities.enroll(person)
    number, epc = new_item()
    before = await captured(consortium, person, epc=epc, number=f"{number}:before")
    await asyncio.to_thread(identities.revoke, person)
    after = await captured(consortium, "producer", epc=epc, number=f"{number}:after")
    file, roots = tmp_path / "bundle.json", consortium.layout.root / "organizations"

    exported = fairledger(consortium, "proof", epc, "-o", file, "--organization", "PlatformA", "--from-genesis")
    assert exported.returncode == 0, exported.stderr
    genesis = consortium.layout.genesis_block
    verified = fairledger(consortium, "verify", file, "--roots", roots, "--genesis", genesis)

    assert verified.returncode == 0, verified.stderr
    lines = verified.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == ALL_STEPS
    assert re.search(r"from config block \d+, \d+$", lines[2])
    assert lines[3].endswith(", as given")
    assert before in lines[5]
    assert after in lines[5]
    assert f"CN={person}" in lines[6]

    refused = fairledger(consortium, "verify", file, "--roots", roots, "--genesis", "0" * 64)
    assert refused.returncode == 1
    assert "✗ step 4: PROOF_GENESIS" in refused.stderr


async def test_what_is_recorded_of_an_item_otherwise_is_proved_by_its_transaction(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    _, epc = new_item()
    document = {
        "sha256": "0" * 64,
        "kind": "quality_report",
        "title": "质检报告",
        "media_type": "application/pdf",
        "size_bytes": 1_000,
    }
    async with consortium.gateway("PlatformA", "producer") as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        (anchor,) = json.loads(await contract.submit("anchor", json.dumps(document), json.dumps([epc])))
    file = tmp_path / "bundle.json"

    exported = fairledger(consortium, "proof", anchor["id"], "-o", file, "--organization", "PlatformA")
    assert exported.returncode == 0, exported.stderr
    verified = fairledger(consortium, "verify", file, "--roots", consortium.layout.root / "organizations")

    assert verified.returncode == 0, verified.stderr
    assert "9 ok record in the write set: writes 1 trace-anchor\n" in verified.stdout
    assert f"     trace-anchor {anchor['item']} {anchor['id']}: {{" in verified.stdout
    assert "10 ok recorder and role: producer of PlatformAMSP" in verified.stdout


def test_what_was_never_recorded_has_no_proof(consortium: RunningConsortium, tmp_path: Path) -> None:
    exported = fairledger(consortium, "proof", "urn:epc:id:sgtin:9521000.012345.NOTHING", "-o", tmp_path / "none.json")

    assert exported.returncode == 1
    assert "PROOF_SUBJECT" in exported.stderr
    assert not (tmp_path / "none.json").exists()
