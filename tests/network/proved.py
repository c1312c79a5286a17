"""What a proof of a transaction has to withstand."""

import subprocess
from pathlib import Path

from fairledger.proof.bundle import pack, read_bundle, unpack
from tests.network.running_consortium import RunningConsortium
from tests.network.test_proof import ALL_STEPS, fairledger

NAMED, RENAMED = b'"recorder"', b'"recordes"'


def exported(site: RunningConsortium, tx_id: str, file: Path) -> bytes:
    """The proof of a transaction, from another organisation's peer than the one that most recorders are of."""
    made = fairledger(site, "proof", tx_id, "-o", file, "--organization", "PlatformB")
    assert made.returncode == 0, made.stderr
    return file.read_bytes()


def verified(site: RunningConsortium, content: bytes, file: Path) -> subprocess.CompletedProcess[str]:
    """What is said of a file with this content."""
    file.write_bytes(content)
    return fairledger(site, "verify", file, "--roots", site.layout.root / "organizations")


def assert_proved(site: RunningConsortium, tx_id: str, file: Path, *, kind: str, signer: str) -> None:
    """The proof shows a record of ``kind`` and who signed it, and holds with no byte changed, in file or record."""
    content = exported(site, tx_id, file)
    good = verified(site, content, file)
    assert good.returncode == 0, good.stderr
    assert [step[:2] for step in map(str.split, good.stdout.splitlines()) if step[0].isdigit()] == ALL_STEPS
    assert f"     {kind} " in good.stdout, good.stdout
    assert f"10 ok recorder and role: {signer}\n" in good.stdout, good.stdout
    for place in (len(content) // 5, len(content) // 2, len(content) - 40):
        changed = bytearray(content)
        changed[place] ^= 1
        _assert_refused(verified(site, bytes(changed), file), at_step=1)
    _assert_refused(verified(site, forged(content), file), at_step=4)


def forged(content: bytes) -> bytes:
    """The bundle with one byte of a record changed in its block, and whole otherwise: packed, and with its checksum."""
    bundle = read_bundle(content)
    (block,) = bundle.blocks
    changed = unpack(block.block).replace(NAMED, RENAMED, 1)
    assert changed != unpack(block.block)
    return bundle.model_copy(update={"blocks": [block.model_copy(update={"block": pack(changed)})]}).to_bytes()


def _assert_refused(answer: subprocess.CompletedProcess[str], *, at_step: int) -> None:
    assert answer.returncode != 0
    assert f"✗ step {at_step}: PROOF_" in answer.stderr, answer.stderr
