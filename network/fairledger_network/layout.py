"""Where everything of one consortium lies: the folders and files of its state directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Paths below one state directory. Nothing is created here."""

    root: Path

    @property
    def organizations(self) -> Path:
        """Keys and certificates of all organisations."""
        return self.root / "organizations"

    def organization(self, organization: str) -> Path:
        """One organisation's keys and certificates."""
        return self.organizations / organization

    def ca(self, organization: str) -> Path:
        """Home of the organisation's fabric-ca-server, with its own key."""
        return self.organization(organization) / "ca"

    def ca_certificate(self, organization: str) -> Path:
        """Root certificate of the organisation, for identities and TLS."""
        return self.ca(organization) / "ca-cert.pem"

    def registrar_secret(self, organization: str) -> Path:
        """Enrolment secret of the CA's registrar (mode 600)."""
        return self.ca(organization) / "registrar.secret"

    def msp(self, organization: str) -> Path:
        """The organisation's MSP as the channel's configuration wants it: no key in it."""
        return self.organization(organization) / "msp"

    def credentials(self, organization: str, node: str) -> Path:
        """A node's ``msp`` and ``tls`` folders."""
        return self.organization(organization) / "nodes" / node

    def person(self, organization: str, name: str) -> Path:
        """Folder of a person's ``msp``."""
        return self.organization(organization) / "people" / name

    def wallet(self, organization: str) -> Path:
        """The organisation's encrypted wallet."""
        return self.root / "wallets" / organization

    def profile(self, organization: str) -> Path:
        """The organisation's connection profile (JSON)."""
        return self.root / "profiles" / f"{organization}.json"

    def node(self, node: str) -> Path:
        """A node's generated configuration and its data."""
        return self.root / "nodes" / node

    def node_config(self, node: str) -> Path:
        """The folder that ``FABRIC_CFG_PATH`` of the node names."""
        return self.node(node) / "config"

    def node_data(self, node: str) -> Path:
        """A node's ledgers."""
        return self.node(node) / "data"

    def log(self, node: str) -> Path:
        """What the node's process wrote."""
        return self.root / "logs" / f"{node}.log"

    def run(self, node: str) -> Path:
        """Process id and start time of the node's process."""
        return self.root / "run" / f"{node}.json"

    def api(self, organization: str) -> Path:
        """Read model and token key of the organisation's API service."""
        return self.root / "api" / organization

    @property
    def services(self) -> Path:
        """The addresses of all organisations' REST services (JSON)."""
        return self.root / "services.json"

    @property
    def channel(self) -> Path:
        """configtx.yaml and the genesis block."""
        return self.root / "channel"

    @property
    def genesis_block(self) -> Path:
        """Block 0 of the channel, from which every node joins."""
        return self.channel / "genesis.block"

    @property
    def builder(self) -> Path:
        """The external builder that peers use for chaincode as a service."""
        return self.root / "builder"

    @property
    def packages(self) -> Path:
        """Chaincode packages as they were installed (mode 600: they hold the peer's client key)."""
        return self.root / "packages"

    @property
    def credentials_complete(self) -> Path:
        """There when every node has its certificates; before that a set-up starts again."""
        return self.organizations / "complete"
