"""Chaincode packages, the digest of the code they name, and the definition that names both."""

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from fairledger_network.consortium import Chaincode, Collection, Consortium
from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.files import write_atomically
from fairledger_network.layout import Layout
from fairledger_network.lifecycle import Definition
from fairledger_network.nodes import Node, all_nodes
from fairledger_network.package import code_digest, command_line, make_package, recorded_digest
from fairledger_network.up import install_builder

FILE = Path(__file__).resolve().parents[3] / "network" / "consortium.yaml"
DIGEST = "ab" * 32


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    for organization in ("PlatformA", "Association"):
        client = layout.credentials(organization, f"chaincode-client.{organization}") / "tls"
        write_atomically(client / "key.pem", f"key of {organization}".encode())
        write_atomically(client / "cert.pem", f"certificate of {organization}".encode())
        write_atomically(layout.ca_certificate(organization), f"root of {organization}".encode())
    return layout


@pytest.fixture(scope="module")
def servers() -> dict[str, Node]:
    return {node.name: node for node in all_nodes(Consortium.load(FILE)) if node.kind == "chaincode"}


def chaincode(**changes: object) -> Chaincode:
    fields = {"name": "goods", "version": "1", "server": ["serve"], "code": ["code"]}
    return Chaincode.model_validate({**fields, "policy": "/Channel/Application/Endorsement", **changes})


def files(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(archive))) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened}  # type: ignore[union-attr]


def test_a_package_says_what_code_runs_and_where_with_client_certificates(
    layout: Layout, servers: dict[str, Node]
) -> None:
    package = make_package(servers["credit.PlatformA"], layout, DIGEST)

    outer = files(package.content)
    assert json.loads(outer["metadata.json"]) == {"type": "ccaas", "label": package.label, "code_digest": DIGEST}
    assert json.loads(files(outer["code.tar.gz"])["connection.json"]) == {
        "address": servers["credit.PlatformA"].endpoint,
        "dial_timeout": "10s",
        "tls_required": True,
        "client_auth_required": True,
        "client_key": "key of PlatformA",
        "client_cert": "certificate of PlatformA",
        "root_cert": "root of PlatformA",
    }


def test_the_same_input_gives_the_same_package_and_another_organisation_another(
    layout: Layout, servers: dict[str, Node]
) -> None:
    first = make_package(servers["credit.PlatformA"], layout, DIGEST)

    assert make_package(servers["credit.PlatformA"], layout, DIGEST) == first
    assert make_package(servers["credit.Association"], layout, DIGEST).id != first.id
    assert first.id == f"credit-abababababab:{hashlib.sha256(first.content).hexdigest()}"
    assert recorded_digest(first.content) == DIGEST


def test_peers_find_in_the_package_where_to_connect(layout: Layout, servers: dict[str, Node], tmp_path: Path) -> None:
    """The external builder, run as a peer runs it: detect, build, release."""
    install_builder(tmp_path / "builder")
    for folder in ("source", "metadata", "built", "released"):
        (tmp_path / folder).mkdir()
    outer = files(make_package(servers["credit.PlatformA"], layout, DIGEST).content)
    (tmp_path / "metadata" / "metadata.json").write_bytes(outer["metadata.json"])
    connection = files(outer["code.tar.gz"])["connection.json"]
    (tmp_path / "source" / "connection.json").write_bytes(connection)

    def run(program: str, *folders: str) -> int:
        command = [str(tmp_path / "builder" / "bin" / program), *(str(tmp_path / folder) for folder in folders)]
        return subprocess.run(command, check=False).returncode

    assert run("detect", "source", "metadata") == 0
    assert run("build", "source", "metadata", "built") == 0
    assert run("release", "built", "released") == 0
    assert (tmp_path / "released" / "chaincode" / "server" / "connection.json").read_bytes() == connection


def test_a_package_of_another_type_is_none_of_our_builder_s(tmp_path: Path) -> None:
    install_builder(tmp_path / "builder")
    (tmp_path / "metadata.json").write_text(json.dumps({"type": "golang", "label": "x"}))

    done = subprocess.run([str(tmp_path / "builder" / "bin" / "detect"), str(tmp_path), str(tmp_path)], check=False)

    assert done.returncode == 1


def test_the_digest_covers_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "code" / "sub").mkdir(parents=True)
    (tmp_path / "code" / "a").write_text("1")
    first = code_digest(chaincode(), root=tmp_path, python="python")
    (tmp_path / "code" / "a").write_text("2")
    other_content = code_digest(chaincode(), root=tmp_path, python="python")
    (tmp_path / "code" / "a").write_text("1")
    (tmp_path / "code" / "a").rename(tmp_path / "code" / "sub" / "a")
    other_name = code_digest(chaincode(), root=tmp_path, python="python")

    assert len({first, other_content, other_name}) == 3
    (tmp_path / "code" / "sub" / "a").rename(tmp_path / "code" / "a")
    assert code_digest(chaincode(), root=tmp_path, python="python") == first


def test_compiled_leftovers_do_not_change_the_digest(tmp_path: Path) -> None:
    (tmp_path / "code" / "__pycache__").mkdir(parents=True)
    (tmp_path / "code" / "a").write_text("1")
    before = code_digest(chaincode(), root=tmp_path, python="python")
    (tmp_path / "code" / "__pycache__" / "a.pyc").write_text("compiled")

    assert code_digest(chaincode(), root=tmp_path, python="python") == before


def test_code_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="code does not exist: correct the chaincode's code paths, or build it first"):
        code_digest(chaincode(), root=tmp_path, python="python")


def test_the_chaincode_s_own_digest_command_is_believed(tmp_path: Path) -> None:
    assert code_digest(chaincode(digest=["echo", DIGEST]), root=tmp_path, python="python") == DIGEST


@pytest.mark.parametrize("printed", ["", "abab", "Z" * 64, f"{DIGEST} {DIGEST}"])
def test_a_digest_command_that_prints_none_is_refused(tmp_path: Path, printed: str) -> None:
    with pytest.raises(NotReady, match="goods: its digest command printed no SHA-256"):
        code_digest(chaincode(digest=["echo", printed]), root=tmp_path, python="python")


def test_a_digest_command_that_fails_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="no such module"):
        code_digest(chaincode(digest=["sh", "-c", "echo no such module >&2; exit 1"]), root=tmp_path, python="python")


def test_placeholders_of_commands() -> None:
    assert command_line(("{python}", "-m", "x", "{root}/y"), root=Path("/project"), python="/venv/python") == [
        "/venv/python",
        "-m",
        "x",
        "/project/y",
    ]


def test_the_version_on_the_ledger_changes_with_code_policy_and_collections() -> None:
    plain = Definition(chaincode(), DIGEST, 1)
    assert plain.version.startswith("1-abababababab-")
    assert Definition(chaincode(), DIGEST, 2).version == plain.version

    changed = [
        Definition(chaincode(), "cd" * 32, 1),
        Definition(chaincode(version="2"), DIGEST, 1),
        Definition(chaincode(policy="/Channel/Application/CreditEndorsement"), DIGEST, 1),
        Definition(chaincode(collections=[Collection(name="a", policy="OR('PlatformAMSP.member')")]), DIGEST, 1),
    ]

    assert len({plain.version, *(definition.version for definition in changed)}) == 5
