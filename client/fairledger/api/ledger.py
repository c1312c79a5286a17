"""What the service asks of the ledger: a narrow way through the gateway, in the name of a person or of the service."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, Protocol

from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import CommitStatus, Gateway, Proposal, Transaction, codes
from fairledger.gateway.errors import EvaluateError
from fairledger.proof.blocks import last_config
from fairledger.proof.configuration import Configuration
from fairledger.proof.organization import Organization
from fairledger.wallet import WalletEntry

LOST_AFTER_S: Final = 10.0  # many times what orderers and peers take for a block


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

    async def pass_on(self, proposal: Proposal) -> Transaction:
        """The endorsed transaction of a proposal that its creator signed elsewhere; not signed and not ordered."""
        ...

    async def evaluate(self, person: WalletEntry, function: str, *arguments: str | bytes) -> bytes:
        """The answer of a query as ``person`` at the organisation's own peer."""
        ...

    async def submit(self, transaction: Transaction) -> None:
        """Hand a signed transaction to the orderers. The same one may be sent again: it takes effect once."""
        ...

    async def status(self, transaction: Transaction) -> CommitStatus:
        """Wait until the transaction is in a block; ``CommitStatusError`` when it may be lost, and is to be sent again.

        A leader of the orderers that loses its office loses what it had acknowledged and in no block yet.
        """
        ...

    async def knows(self, tx_id: str) -> bool:
        """Whether a transaction of this id is in a block, valid or not."""
        ...

    async def organizations(self) -> Mapping[str, Organization]:
        """The channel's organisations by MSP id, with roots and revocations, as its configuration in force has them."""
        ...

    async def height(self) -> int:
        """The number of blocks at the organisation's own peer."""
        ...

    async def block(self, number: int) -> Any:
        """A block (``common.Block``) as the organisation's own peer has it; GATEWAY_NOT_FOUND when there is none."""
        ...

    def blocks(self, start_block: int) -> AsyncGenerator[Any, None]:
        """The channel's blocks (``common.Block``) from that one on."""
        ...


class GatewayLedger:
    """The ledger behind an open gateway of the service's own identity; persons sign what is theirs."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._network = gateway.network(CHANNEL)
        self._chaincode = self._network.contract(CHAINCODE)
        self._configured = -1  # the number of the config block that was read last
        self._organizations: Mapping[str, Organization] = {}

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

    async def pass_on(self, proposal: Proposal) -> Transaction:
        """See ``Ledger``."""
        return await self._gateway.endorse(proposal)

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
        return await self._gateway.commit_status(self._gateway.commit_of(transaction), deadline_s=LOST_AFTER_S)

    async def knows(self, tx_id: str) -> bool:
        """See ``Ledger``."""
        try:
            await self._network.transaction_by_id(tx_id)
        except EvaluateError as error:
            if error.code == codes.NOT_FOUND:
                return False
            raise
        return True

    async def organizations(self) -> Mapping[str, Organization]:
        """See ``Ledger``."""
        number = last_config(await self.block(await self.height() - 1))
        if number != self._configured:
            self._organizations = Configuration.read(await self.block(number)).organizations
            self._configured = number
        return self._organizations

    async def height(self) -> int:
        """See ``Ledger``."""
        return (await self._network.chain_info()).height

    async def block(self, number: int) -> Any:
        """See ``Ledger``."""
        return await self._network.block_by_number(number)

    def blocks(self, start_block: int) -> AsyncGenerator[Any, None]:
        """See ``Ledger``."""
        return self._network.block_events(start_block)
