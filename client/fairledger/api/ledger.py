"""What the service asks of the ledger: a narrow way through the gateway, in the name of a person or of the service."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import CommitStatus, Gateway, Transaction
from fairledger.wallet import WalletEntry


class Ledger(Protocol):
    """The channel, as far as the service needs it. Everything raises ``GatewayError``."""

    async def endorse(
        self,
        person: WalletEntry,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        organizations: Sequence[str] = (),
    ) -> Transaction:
        """The transaction that calls a contract's function, such as ``trace:recall``, as ``person``.

        It is endorsed and signed, and not yet ordered. ``organizations`` (MSP ids) endorse it, by default whoever the
        policy asks for; ``transient`` data reach them alone.
        """
        ...

    async def evaluate(self, person: WalletEntry, function: str, *arguments: str | bytes) -> bytes:
        """The answer of a query as ``person`` at the organisation's own peer."""
        ...

    async def submit(self, transaction: Transaction) -> None:
        """Hand a signed transaction to the orderers. The same one may be sent again: it takes effect once."""
        ...

    async def status(self, transaction: Transaction) -> CommitStatus:
        """Wait until the transaction is in a block."""
        ...

    async def height(self) -> int:
        """The number of blocks at the organisation's own peer."""
        ...

    async def block(self, number: int) -> Any:
        """A block (``common.Block``) as the organisation's own peer has it; GATEWAY_NOT_FOUND when there is none."""
        ...

    def blocks(self, start_block: int) -> AsyncIterator[Any]:
        """The channel's blocks (``common.Block``) from that one on."""
        ...


class GatewayLedger:
    """The ledger behind an open gateway of the service's own identity; persons sign what is theirs."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._network = gateway.network(CHANNEL)
        self._chaincode = self._network.contract(CHAINCODE)

    async def endorse(
        self,
        person: WalletEntry,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        organizations: Sequence[str] = (),
    ) -> Transaction:
        """See ``Ledger``."""
        proposal = self._chaincode.new_proposal(
            function,
            *arguments,
            transient=transient,
            endorsing_organizations=organizations,
            identity=person.identity,
        )
        signed = proposal.with_signature(person.signer.sign(proposal.digest))
        transaction = await self._gateway.endorse(signed)
        return transaction.with_signature(person.signer.sign(transaction.digest))

    async def evaluate(self, person: WalletEntry, function: str, *arguments: str | bytes) -> bytes:
        """See ``Ledger``."""
        organization = person.identity.msp_id
        proposal = self._chaincode.new_proposal(
            function, *arguments, endorsing_organizations=[organization], identity=person.identity
        )
        return await self._gateway.evaluate(proposal.with_signature(person.signer.sign(proposal.digest)))

    async def submit(self, transaction: Transaction) -> None:
        """See ``Ledger``."""
        await self._gateway.submit(transaction)

    async def status(self, transaction: Transaction) -> CommitStatus:
        """See ``Ledger``."""
        return await self._gateway.commit_status(self._gateway.commit_of(transaction))

    async def height(self) -> int:
        """See ``Ledger``."""
        return (await self._network.chain_info()).height

    async def block(self, number: int) -> Any:
        """See ``Ledger``."""
        return await self._network.block_by_number(number)

    def blocks(self, start_block: int) -> AsyncIterator[Any]:
        """See ``Ledger``."""
        return self._network.block_events(start_block)
