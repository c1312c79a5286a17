"""``fairledger verify``: what it prints, and the exit status that scripts go by."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fairledger.cli.errors import CommandError
from fairledger.cli.verify import read_genesis, verify
from fairledger.gateway import block_hash
from fairledger.proof.export import prove_transaction
from fairledger_chaincode.keys import create_composite_key
from tests.support.bundles import proved
from tests.support.proofs import ProvedChannel


@dataclass(frozen=True)
class Files:
    """A folder with a proof, the root certificates, and the genesis block."""

    folder: Path
    genesis: bytes

    def verify(self, *more: str, bundle: str = "bundle.json") -> Result:
        return CliRunner().invoke(verify, [str(self.folder / bundle), "--roots", str(self.folder / "roots"), *more])


async def files_of(channel: ProvedChannel, folder: Path, content: bytes) -> Files:
    (folder / "bundle.json").write_bytes(content)
    (folder / "roots").mkdir()
    for msp_id, root in channel.roots.items():
        (folder / "roots" / f"{msp_id}.pem").write_bytes(root)
    (folder / "genesis.block").write_bytes(channel.blocks[0].SerializeToString())
    return Files(folder, block_hash(channel.blocks[0].header))


@pytest.fixture
async def files(tmp_path: Path) -> Files:
    channel = ProvedChannel()
    return await files_of(channel, tmp_path, (await proved(channel)).to_bytes())


def test_every_step_is_a_line(files: Files) -> None:
    result = files.verify()

    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [[str(n), "ok"] for n in range(1, 12)]


def test_the_genesis_block_is_given_as_a_file_or_by_its_hash(files: Files) -> None:
    for given in (str(files.folder / "genesis.block"), files.genesis.hex(), files.genesis.hex().upper()):
        result = files.verify("--genesis", given)
        assert result.exit_code == 0
        assert f"the genesis block is {files.genesis.hex()}, as given" in result.stdout


def test_another_genesis_block_refutes_the_proof(files: Files) -> None:
    result = files.verify("--genesis", "0" * 64)

    assert result.exit_code == 1
    assert result.stderr.startswith("✗ step 4: PROOF_GENESIS: ")


@pytest.mark.parametrize("name", ["bundle.json", "nothing.block"])
def test_what_is_no_genesis_block_is_refused_before_any_step(files: Files, name: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_genesis(str(files.folder / name))

    assert (caught.value.code, caught.value.remedy) == (
        "PROOF_GENESIS_FILE",
        "give the block that `peer channel fetch 0` writes, or its hash",
    )


def test_a_changed_file_is_refuted_and_another_file_is_no_proof(files: Files) -> None:
    content = (files.folder / "bundle.json").read_bytes()
    (files.folder / "changed.json").write_bytes(content.replace(b"shipping", b"stocking", 1))
    (files.folder / "other.json").write_bytes(b"{}")

    changed, other, missing = (files.verify(bundle=f"{name}.json") for name in ("changed", "other", "missing"))

    assert (changed.exit_code, changed.stderr.split(":")[:2]) == (1, ["✗ step 1", " PROOF_CHANGED"])
    assert (other.exit_code, other.stderr.split(":")[:2]) == (2, ["✗ step 1", " PROOF_UNREADABLE"])
    assert missing.exit_code == 2


async def test_what_a_transaction_wrote_is_shown_below_its_step(tmp_path: Path) -> None:
    channel = ProvedChannel()
    channel.configure()
    key = create_composite_key("trace-recall", ("7f83",))
    channel.add([channel.transaction(5, {key: b'{"reason":"lead"}'}, function="trace:recall")])
    bundle = await prove_transaction(channel, channel.tx_id(5))

    lines = (await files_of(channel, tmp_path, bundle.to_bytes())).verify().stdout.splitlines()

    assert lines[8:10] == [
        "9 ok record in the write set: writes 1 trace-recall",
        '     trace-recall 7f83: {"reason":"lead"}',
    ]
