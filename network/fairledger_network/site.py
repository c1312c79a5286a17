"""Everything the network commands work on: the consortium, its state directory, the programs and the nodes."""

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fairledger_network.consortium import Consortium, find_consortium_file
from fairledger_network.errors import ConsortiumInvalid, NotReady
from fairledger_network.fabric_cli import PeerCommand
from fairledger_network.layout import Layout
from fairledger_network.lifecycle import Lifecycle
from fairledger_network.nodes import Node, NodeKind, all_nodes, peer_name
from fairledger_network.process import Supervisor
from fairledger_network.programs import Programs, Say, find_programs


@dataclass(frozen=True)
class Site:
    """A consortium on this machine. ``root`` is the project's root, ``modules`` the folder of the Go modules."""

    consortium: Consortium
    layout: Layout
    root: Path
    modules: Path
    python: str = sys.executable
    say: Say = lambda _text: None

    @classmethod
    def from_environment(cls, say: Say = lambda _text: None) -> "Site":
        """The site that cwd and FAIRLEDGER_CONSORTIUM, FAIRLEDGER_STATE and FAIRLEDGER_PORT_OFFSET tell.

        Raises:
            ConsortiumInvalid: no consortium.yaml, or something is wrong in it or in the offset.
        """
        file = find_consortium_file()
        root = project_root(file)
        offset = os.environ.get("FAIRLEDGER_PORT_OFFSET", "0")
        if not offset.isdigit():
            raise ConsortiumInvalid(f"FAIRLEDGER_PORT_OFFSET={offset}: a whole number is expected")
        state = Path(os.environ.get("FAIRLEDGER_STATE") or root / ".fairledger").resolve()
        consortium = Consortium.load(file, port_offset=int(offset))
        return cls(consortium=consortium, layout=Layout(state), root=root, modules=modules_folder(root), say=say)

    @cached_property
    def programs(self) -> Programs:
        """The Fabric programs, found or built when first asked for. Raises ``ProgramsMissing``."""
        return find_programs(self.modules, self.say)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes in the order of their start."""
        return all_nodes(self.consortium)

    @cached_property
    def supervisor(self) -> Supervisor:
        """Starts and stops the nodes' processes."""
        return Supervisor(self.layout.root / "run", self.layout.root / "logs")

    def of_kind(self, kind: NodeKind) -> list[Node]:
        """All nodes of one kind."""
        return [node for node in self.nodes if node.kind == kind]

    def node(self, name: str) -> Node:
        """The node of that name; ``NotReady`` names those there are."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise NotReady(f"no node {name}; there are {', '.join(node.name for node in self.nodes)}")

    def require_set_up(self) -> None:
        """Raise ``NotReady`` when the state directory has no certificates yet."""
        if not self.layout.credentials_complete.is_file():
            raise NotReady(f"nothing is set up in {self.layout.root}: `fairledger network up` first")

    def runs(self, node: Node) -> bool:
        """Does the node's process run?"""
        return self.supervisor.process(node.name) is not None

    def peer_command(self, organization: str) -> PeerCommand:
        """The ``peer`` program as the administrator of an organisation."""
        return PeerCommand(self.programs, self.layout, self.node(peer_name(organization)))

    def peer_commands(self) -> list[PeerCommand]:
        """The same for every organisation whose peer runs."""
        return [self.peer_command(node.organization.name) for node in self.of_kind("peer") if self.runs(node)]

    @property
    def lifecycle(self) -> Lifecycle:
        """The chaincode lifecycle on the consortium's channel."""
        return Lifecycle(self.consortium.channel.name, self.of_kind("orderer"), self.layout)


def project_root(consortium_file: Path) -> Path:
    """The nearest folder above consortium.yaml with the network's programs; else the folder above its own."""
    for folder in consortium_file.parents:
        if (folder / "network" / "programs").is_dir():
            return folder
    return consortium_file.parent.parent


def modules_folder(root: Path) -> Path:
    """Where the pinned Go modules are: in the project, also for a consortium.yaml that lies elsewhere."""
    beside = root / "network" / "programs"
    return beside if beside.is_dir() else Path(__file__).resolve().parent.parent / "programs"
