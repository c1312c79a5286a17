"""What persons sign where their keys are: proposals and transactions that the service makes, checks and passes on.

Nothing is kept between the steps: what was signed comes back with its signature. The service passes on nothing that
could not take effect: only calls of the contracts' transaction functions, by members of the channel, signed by them.
"""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from google.protobuf.message import DecodeError

from fairledger.api.ledger import Ledger
from fairledger.api.problems import Problem
from fairledger.api.writes import Writes, Written
from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import Proposal, Transaction
from fairledger.gateway.invoked import Invoked
from fairledger.gateway.proposal import propose
from fairledger.identity import Identity
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member, member_of
from fairledger.wallet import WalletEntry

METADATA: Final = "org.hyperledger.fabric:GetMetadata"
TRANSACTION_TAG: Final = "submit"  # by which contracts' metadata tell transactions from queries
FUNCTIONS_KEPT_S: Final = 60.0  # contracts change seldom, and asking costs the peer a megabyte


async def member_now(ledger: Ledger, creator: bytes) -> Member:
    """The member of the channel with this certificate, which is in its time and not revoked.

    Raises ``Problem`` (SIGNING_CERTIFICATE).
    """
    try:
        return member_of(await ledger.organizations(), creator, datetime.now(UTC))
    except (ProofError, DecodeError, ValueError) as error:
        said = error.message if isinstance(error, ProofError) else "not a certificate"
        raise Problem("SIGNING_CERTIFICATE", said) from error


class Signing:
    """Offline signing on one service's ledger; ``service`` is who asks it what contracts there are."""

    def __init__(self, ledger: Ledger, writes: Writes, service: WalletEntry) -> None:
        self._ledger = ledger
        self._writes = writes
        self._service = service
        self._functions: frozenset[str] = frozenset()
        self._asked_s = float("-inf")

    async def propose(self, identity: Identity, function: str, arguments: Sequence[str | bytes]) -> Proposal:
        """A proposal for ``identity`` to sign.

        Raises ``Problem`` (SIGNING_FUNCTION, SIGNING_CERTIFICATE) and ``GatewayError``.
        """
        await self._check_function(function)
        await self.member(identity.serialized)
        return propose(
            creator=identity.serialized, channel=CHANNEL, chaincode=CHAINCODE, function=function, arguments=arguments
        )

    async def endorse(self, proposal: Proposal) -> Transaction:
        """The endorsed transaction of a signed proposal, to be signed as well.

        Raises ``Problem`` (SIGNING_FUNCTION, SIGNING_CERTIFICATE, SIGNING_SIGNATURE) and ``GatewayError``, the
        contract's refusals among them.
        """
        if proposal.has_transient:
            raise Problem("SIGNING_FUNCTION", "transient data are not passed on here")
        await self._check(proposal, proposal.content)
        return await self._ledger.pass_on(proposal)

    async def submit(self, transaction: Transaction) -> Written:
        """Order a signed transaction and wait for the read model; the same again is found, and has no second effect.

        Raises as ``endorse`` and as ``Writes.carry``.
        """
        await self._check(transaction, transaction.payload)
        return await self._writes.carry(transaction)

    async def member(self, creator: bytes) -> Member:
        """As ``member_now``, on this service's ledger."""
        return await member_now(self._ledger, creator)

    async def _check(self, signed: Proposal | Transaction, message: bytes) -> None:
        asked = Invoked.by(signed)
        if (asked.channel, asked.chaincode) != (CHANNEL, CHAINCODE):
            raise Problem("SIGNING_FUNCTION", f"only chaincode {CHAINCODE} on {CHANNEL} is called here")
        await self._check_function(asked.function)
        check_signature(await self.member(asked.creator), signed.signature, message)

    async def _check_function(self, function: str) -> None:
        if function not in self._functions and time.monotonic() >= self._asked_s + FUNCTIONS_KEPT_S:
            described = json.loads(await self._ledger.evaluate(self._service, METADATA))
            self._functions = frozenset(
                f"{contract}:{each['name']}"
                for contract, told in described["contracts"].items()
                for each in told["transactions"]
                if TRANSACTION_TAG in each["tag"]
            )
            self._asked_s = time.monotonic()
        if function not in self._functions:
            raise Problem("SIGNING_FUNCTION", "no contract has a transaction function of this name")


def check_signature(member: Member, signature: bytes, message: bytes) -> None:
    """Raise ``Problem`` (SIGNING_SIGNATURE) unless ``signature`` is the member's over ``message``: DER, low S."""
    try:
        member.check_signature(signature, message)
    except ProofError as error:
        raise Problem("SIGNING_SIGNATURE", error.message) from error
