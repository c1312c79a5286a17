"""Chaincode packages: where the organisation's server listens, and which code it has to run."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

from fairledger_network.consortium import Chaincode
from fairledger_network.errors import NotReady
from fairledger_network.fabric_cli import run_program
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node, chaincode_client

DIAL_TIMEOUT = "10s"
DIGEST_CHARACTERS = 64  # SHA-256, hexadecimal
LABEL_DIGEST_CHARACTERS = 12


@dataclass(frozen=True)
class Package:
    """A package as an organisation's peer installs it; ``id`` is what Fabric will call it."""

    label: str
    content: bytes

    @property
    def id(self) -> str:
        """Label and SHA-256 of the content, as Fabric's lifecycle computes it."""
        return f"{self.label}:{hashlib.sha256(self.content).hexdigest()}"


def code_digest(chaincode: Chaincode, *, root: Path, python: str) -> str:
    """SHA-256 (hexadecimal) of the chaincode's code: what its digest command says, or over its files.

    Raises:
        NotReady: a path does not exist.
        CommandFailed: the command fails or does not print a digest.
    """
    if chaincode.digest:
        printed = run_program(command_line(chaincode.digest, root=root, python=python)).strip()
        if len(printed) != DIGEST_CHARACTERS or not set(printed) <= set("0123456789abcdef"):
            raise NotReady(f"{chaincode.name}: its digest command printed no SHA-256")
        return printed
    digest = hashlib.sha256()
    for path in sorted(path for part in chaincode.code for path in _files(root / part)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotReady(f"{path} does not exist: correct the chaincode's code paths, or build it first")
    return [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def command_line(parts: tuple[str, ...], *, root: Path, python: str) -> list[str]:
    """A command of consortium.yaml with its placeholders filled in."""
    return [part.replace("{python}", python).replace("{root}", str(root)) for part in parts]


def make_package(server: Node, layout: Layout, digest: str) -> Package:
    """The package of one organisation: the same input gives the same bytes, hence the same id."""
    if server.chaincode is None:
        raise ValueError(f"{server.name} serves no chaincode")
    organization = server.organization.name
    client = layout.credentials(organization, chaincode_client(organization)) / "tls"
    connection = {
        "address": server.endpoint,
        "dial_timeout": DIAL_TIMEOUT,
        "tls_required": True,
        "client_auth_required": True,
        "client_key": (client / "key.pem").read_text(encoding="utf-8"),
        "client_cert": (client / "cert.pem").read_text(encoding="utf-8"),
        "root_cert": layout.ca_certificate(organization).read_text(encoding="utf-8"),
    }
    label = f"{server.chaincode.name}-{digest[:LABEL_DIGEST_CHARACTERS]}"
    metadata = {"type": "ccaas", "label": label, "code_digest": digest}
    code = _archive({"connection.json": _json(connection)})
    return Package(label=label, content=_archive({"metadata.json": _json(metadata), "code.tar.gz": code}))


def recorded_digest(content: bytes) -> str | None:
    """The code digest that a package carries; None if it carries none."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        metadata = archive.extractfile("metadata.json")
        recorded = json.loads(metadata.read()).get("code_digest") if metadata else None
    return str(recorded) if recorded else None


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _archive(files: dict[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o600
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)
