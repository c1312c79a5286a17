"""Fabric's chaincode lifecycle: install, approve, commit; each step only where it is still missing."""

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from fairledger_network.consortium import Chaincode
from fairledger_network.errors import CommandFailed
from fairledger_network.fabric_cli import PeerCommand
from fairledger_network.files import SECRET, write_atomically
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.package import LABEL_DIGEST_CHARACTERS, Package, recorded_digest

TERMS_CHARACTERS = 8
LEADER_DEADLINE_S = 30.0  # a new channel has no Raft leader for a moment
RETRY_S = 0.2
LOST = "lost"
PRIVATE_COPY_LOST = "private data matching public hash version is not available"
UNAVAILABLE = ("SERVICE_UNAVAILABLE", "no Raft leader", "failed to create deliver client", "connection refused")


@dataclass(frozen=True)
class Definition:
    """What the organisations agree on: which code, under which policy, with which collections."""

    chaincode: Chaincode
    digest: str
    sequence: int

    @property
    def version(self) -> str:
        """The version on the ledger. It names code and terms, so a change of either is a change of version."""
        terms = json.dumps(
            [self.chaincode.policy, [c.model_dump() for c in self.chaincode.collections]], sort_keys=True
        ).encode()
        return (
            f"{self.chaincode.version}-{self.digest[:LABEL_DIGEST_CHARACTERS]}"
            f"-{hashlib.sha256(terms).hexdigest()[:TERMS_CHARACTERS]}"
        )


@dataclass(frozen=True)
class Committed:
    """A chaincode definition in force on the channel."""

    version: str
    sequence: int


@dataclass(frozen=True)
class Lifecycle:
    """The lifecycle of chaincodes on one channel, through the given orderers."""

    channel: str
    orderers: Sequence[Node]
    layout: Layout

    def committed(self, peer: PeerCommand) -> dict[str, Committed]:
        """The definitions in force, by chaincode."""
        answer = json.loads(peer.run("lifecycle", "chaincode", "querycommitted", "-C", self.channel, "-O", "json"))
        return {
            entry["name"]: Committed(version=entry["version"], sequence=entry["sequence"])
            for entry in answer.get("chaincode_definitions") or ()
        }

    def installed(self, peer: PeerCommand) -> set[str]:
        """Ids of the packages that a peer has."""
        answer = json.loads(peer.run("lifecycle", "chaincode", "queryinstalled", "-O", "json"))
        return {entry["package_id"] for entry in answer.get("installed_chaincodes") or ()}

    def installed_digest(self, peer: PeerCommand, package_id: str) -> str | None:
        """The code digest recorded in a package that the peer has; None if it does not have it."""
        self.layout.packages.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.layout.packages) as folder:
            try:
                peer.run(
                    *("lifecycle", "chaincode", "getinstalledpackage", "--package-id", package_id),
                    *("--output-directory", folder),
                )
            except CommandFailed:
                return None
            (file,) = Path(folder).iterdir()
            return recorded_digest(file.read_bytes())

    def approved_package(self, peer: PeerCommand, definition: Definition) -> str | None:
        """The package with which the peer's organisation approved this definition; None if it did not.

        ``LOST``: it did, but the peer's private record of it went with its data. The peer still knows the package by
        the record's hash on the channel.
        """
        name, sequence = definition.chaincode.name, str(definition.sequence)
        try:
            answer = json.loads(
                peer.run(
                    *("lifecycle", "chaincode", "queryapproved", "-C", self.channel),
                    *("-n", name, "--sequence", sequence, "-O", "json"),
                )
            )
        except CommandFailed as error:
            return LOST if PRIVATE_COPY_LOST in error.message else None
        if answer.get("version") != definition.version:
            return None
        local = answer.get("source", {}).get("Type", {}).get("LocalPackage", {})
        return str(local.get("package_id", ""))

    def prepare(self, peer: PeerCommand, package: Package, definition: Definition) -> None:
        """Install the package at a peer and approve the definition for its organisation, where that is missing."""
        organization = peer.peer.organization.name
        if package.id not in self.installed(peer):
            file = self.layout.packages / f"{organization}-{package.label}.tar.gz"
            write_atomically(file, package.content, mode=SECRET)
            peer.run("lifecycle", "chaincode", "install", str(file))
        approval = self.layout.packages / f"{organization}-{definition.chaincode.name}.approved"
        approved = f"{definition.sequence} {definition.version} {package.id}\n"
        if approval.is_file() and approval.read_text(encoding="utf-8") == approved:
            return  # it is on the ledger, and nothing takes it from there
        if self.approved_package(peer, definition) not in (package.id, LOST):
            self._through_an_orderer(peer, "approveformyorg", definition, "--package-id", package.id)
        write_atomically(approval, approved.encode())

    def prepare_all(
        self, peers: Sequence[PeerCommand], packages: Mapping[str, Package], definition: Definition, pool: Executor
    ) -> None:
        """``prepare`` at all peers at once; ``packages`` by organisation."""
        waiting = [pool.submit(self.prepare, p, packages[p.peer.organization.name], definition) for p in peers]
        for done in waiting:
            done.result()

    def commit(self, peers: Sequence[PeerCommand], definition: Definition) -> None:
        """Put the approved definition in force."""
        endorsers: list[str] = []
        for peer in peers:
            endorsers += ["--peerAddresses", peer.peer.endpoint]
            endorsers += ["--tlsRootCertFiles", str(self.layout.ca_certificate(peer.peer.organization.name))]
        self._through_an_orderer(peers[0], "commit", definition, *endorsers)

    def _through_an_orderer(self, peer: PeerCommand, command: str, definition: Definition, *arguments: str) -> None:
        """Approve or commit; another orderer is tried, and waited for, as long as none is available."""
        chaincode = definition.chaincode
        terms = [
            *("--channelID", self.channel, "--name", chaincode.name, "--version", definition.version),
            *("--sequence", str(definition.sequence), "--channel-config-policy", chaincode.policy),
        ]
        if chaincode.collections:
            file = self.layout.packages / f"{chaincode.name}-collections.json"
            write_atomically(file, json.dumps(_collections(chaincode)).encode())
            terms += ["--collections-config", str(file)]
        deadline = time.monotonic() + LEADER_DEADLINE_S
        attempt = 0
        while True:
            orderer = self.orderers[attempt % len(self.orderers)]
            root = self.layout.ca_certificate(orderer.organization.name)
            try:
                peer.run(
                    *("lifecycle", "chaincode", command, "-o", orderer.endpoint, "--tls", "--cafile", str(root)),
                    *terms,
                    *arguments,
                )
            except CommandFailed as error:
                if not any(sign in error.message for sign in UNAVAILABLE) or time.monotonic() > deadline:
                    raise
                attempt += 1
                time.sleep(RETRY_S)
            else:
                return


def _collections(chaincode: Chaincode) -> list[dict[str, object]]:
    """Collections in the form that Fabric's command line reads."""
    return [
        {
            "name": collection.name,
            "policy": collection.policy,
            "requiredPeerCount": collection.required_peer_count,
            "maxPeerCount": collection.max_peer_count,
            "blockToLive": collection.block_to_live,
            "memberOnlyRead": collection.member_only_read,
            "memberOnlyWrite": collection.member_only_write,
            **(
                {"endorsementPolicy": {"signaturePolicy": collection.endorsement_policy}}
                if collection.endorsement_policy
                else {}
            ),
        }
        for collection in chaincode.collections
    ]
