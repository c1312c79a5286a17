"""Deployment of a chaincode: package, definition and servers brought in line with the code."""

from concurrent.futures import Executor
from dataclasses import dataclass

from fairledger_network.consortium import Chaincode
from fairledger_network.errors import NotReady
from fairledger_network.lifecycle import Committed, Definition
from fairledger_network.nodes import Node
from fairledger_network.package import Package, code_digest, make_package
from fairledger_network.processes import chaincode_process
from fairledger_network.site import Site


@dataclass(frozen=True)
class Release:
    """A chaincode as its code is now: digest and each organisation's package."""

    chaincode: Chaincode
    digest: str
    packages: dict[str, Package]


def release_of(chaincode: Chaincode, site: Site) -> Release:
    """The release that the code on disk makes. Raises as ``code_digest`` does."""
    digest = code_digest(chaincode, root=site.root, python=site.python)
    return Release(
        chaincode,
        digest,
        {n.organization.name: make_package(n, site.layout, digest) for n in servers(chaincode, site)},
    )


def agreed_release(chaincode: Chaincode, committed: Committed, site: Site) -> tuple[Release, Definition]:
    """The release that is in force: the one the servers run, else the code on disk if it is still the same.

    Raises:
        NotReady: the code has changed since, and no server knows the digest of what is in force.
    """
    records = [site.supervisor.record(node.name) for node in servers(chaincode, site)]
    running = {record.environment.get("CHAINCODE_CODE_DIGEST", "") for record in records if record is not None}
    for digest in [*running, code_digest(chaincode, root=site.root, python=site.python)]:
        definition = Definition(chaincode, digest, committed.sequence)
        if definition.version == committed.version:
            packages = {n.organization.name: make_package(n, site.layout, digest) for n in servers(chaincode, site)}
            return Release(chaincode, digest, packages), definition
    raise NotReady(f"the code of {chaincode.name} is not the one in force: `fairledger network deploy` first")


def servers(chaincode: Chaincode, site: Site) -> list[Node]:
    """The organisations' servers of a chaincode."""
    return [node for node in site.of_kind("chaincode") if node.chaincode == chaincode]


def start_servers(release: Release, site: Site) -> list[str]:
    """Start servers that don't run, restart those that run another package; names of those (re)started."""
    changed: list[str] = []
    for node in servers(release.chaincode, site):
        package = release.packages[node.organization.name]
        spec = chaincode_process(node, site, package, release.digest)
        record = site.supervisor.record(node.name)
        if record is not None and record.environment.get("CHAINCODE_ID") != package.id:
            site.supervisor.stop(node.name)
        if site.supervisor.start(spec):
            changed.append(node.name)
    return changed


def wait_for_servers(release: Release, site: Site) -> None:
    """Wait until every server of the release listens. Raises ``NodeFailed``."""
    for node in servers(release.chaincode, site):
        package = release.packages[node.organization.name]
        site.supervisor.wait_healthy(chaincode_process(node, site, package, release.digest))


def define(release: Release, site: Site, committed: Committed | None, pool: Executor) -> Definition:
    """Install, approve and commit what is missing; the definition then in force.

    Raises:
        NotReady: no peer runs.
        CommandFailed: a peer or the orderers refuse.
    """
    peers = site.peer_commands()
    if not peers:
        raise NotReady("no peer runs: `fairledger network up` first")
    if committed is None:
        definition = Definition(release.chaincode, release.digest, 1)
    else:
        definition = Definition(release.chaincode, release.digest, committed.sequence)
        if definition.version != committed.version:
            definition = Definition(release.chaincode, release.digest, committed.sequence + 1)
    site.lifecycle.prepare_all(peers, release.packages, definition, pool)
    if committed is None or definition.sequence > committed.sequence:
        site.lifecycle.commit(peers, definition)
    return definition


def deploy(release: Release, site: Site, pool: Executor) -> Definition:
    """Bring one chaincode in line with its code: definition first, then the servers; nothing if all is as it should be.

    Raises:
        NotReady: no peer runs.
        CommandFailed: a peer or the orderers refuse.
        NodeFailed: a server does not start.
    """
    peers = site.peer_commands()
    if not peers:
        raise NotReady("no peer runs: `fairledger network up` first")
    committed = site.lifecycle.committed(peers[0]).get(release.chaincode.name)
    definition = define(release, site, committed, pool)
    start_servers(release, site)
    wait_for_servers(release, site)
    return definition
