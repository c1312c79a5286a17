"""The gateway: one identity's way into the consortium, through its own organisation's peers."""

from collections.abc import Sequence
from hashlib import sha256
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.core import Core
from fairledger.gateway.discovery import Discovery
from fairledger.gateway.flight import Flight
from fairledger.gateway.limits import Limits
from fairledger.gateway.network import Network
from fairledger.gateway.peers import Peers
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.signing import SigningIdentity
from fairledger.gateway.stages import Stages
from fairledger.gateway.transaction import Transaction
from fairledger.gateway.transport import ClientTls
from fairledger.identity import Identity, Signer
from fairledger.profile import ConnectionProfile, Node


class Gateway:
    """Use as ``async with Gateway.connect(...) as gateway``; ``network`` is where to go on."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @classmethod
    def connect(
        cls,
        profile: ConnectionProfile,
        identity: Identity,
        signer: Signer | None,
        *,
        limits: Limits | None = None,
        peers: Sequence[Node] | None = None,
        client_tls: ClientTls | None = None,
    ) -> Self:
        """A gateway for ``identity``, which opens on ``async with``.

        ``signer`` is None when all is signed elsewhere (see ``Proposal``). ``peers`` are asked instead of those of the
        profile's own organisation. ``client_tls`` is for peers that demand a TLS certificate of their clients.

        Opening raises ``GatewayUnreachable`` when none of the peers answers.
        """
        bounds = limits or Limits()
        signing = SigningIdentity(identity, signer)
        tls_hash = _certificate_hash(client_tls) if client_tls else b""
        asked = Peers(profile, peers if peers is not None else profile.own.peers, bounds, client_tls)
        discovery = Discovery(asked, signing, bounds, profile, tls_hash)
        stages = Stages(asked, signing, bounds, discovery)
        return cls(Core(signing, bounds, asked, Flight(bounds), stages, discovery, tls_hash))

    async def __aenter__(self) -> Self:
        try:
            await self._core.peers.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; calls under way fail with GATEWAY_CLOSED."""
        await self._core.peers.close()

    def network(self, channel: str) -> Network:
        """The network of that channel."""
        return Network(self._core, channel)

    async def evaluate(self, proposal: Proposal) -> bytes:
        """The result of a query made by ``Contract.new_proposal``, signed here unless it is already.

        Raises ``EvaluateError``, ``GatewayBusy``, ``GatewayRefused`` (GATEWAY_UNSIGNED: another's, and not signed).
        """
        return await self._core.evaluate(proposal)

    async def endorse(self, proposal: Proposal) -> Transaction:
        """The endorsed transaction, still to be signed and submitted. Raises ``EndorseError`` and as ``evaluate``."""
        return await self._core.endorse(proposal)

    async def submit(self, transaction: Transaction) -> Commit:
        """Hand a transaction to the orderers; what is returned asks for its commit.

        One sending, without recovery. Raises ``SubmitError`` (not ordered), ``SubmitUnknown`` (perhaps ordered; sending
        the same again is safe), ``GatewayBusy`` and ``GatewayRefused``.
        """
        return await self._core.submit(transaction)

    def commit_of(self, transaction: Transaction, identity: Identity | None = None) -> Commit:
        """The question for the commit of ``transaction``, in the name of ``identity`` (by default one's own)."""
        creator = identity.serialized if identity else self._core.signing.creator
        return Commit.of(tx_id=transaction.tx_id, channel=transaction.channel, creator=creator)

    async def commit_status(self, commit: Commit, *, deadline_s: float | None = None) -> CommitStatus:
        """Wait until the transaction is in a block; it says whether it took effect.

        It waits ``deadline_s`` seconds at most, by default as long as the limits say. Raises ``CommitStatusError`` when
        nobody could say, and ``GatewayRefused`` as ``evaluate``.
        """
        return await self._core.commit_status(commit, deadline_s)


def _certificate_hash(client_tls: ClientTls) -> bytes:
    """SHA-256 of the DER certificate: Fabric binds signed requests to the TLS connection by it."""
    certificate = x509.load_pem_x509_certificate(client_tls.certificate_pem)
    return sha256(certificate.public_bytes(Encoding.DER)).digest()
