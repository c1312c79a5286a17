"""A contract: calls to the transaction functions of one chaincode."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from fairledger.gateway import codes
from fairledger.gateway.backoff import backoff_s
from fairledger.gateway.commit import CommitStatus
from fairledger.gateway.core import Core
from fairledger.gateway.errors import CommitError
from fairledger.gateway.proposal import Proposal, propose
from fairledger.gateway.retry import CONFLICTS, NEVER, ConflictRetry
from fairledger.gateway.submission import SubmittedTransaction, submit_once
from fairledger.identity import Identity


class Contract:
    """The contract ``name`` of ``chaincode`` on ``channel``; without a name, the chaincode's default contract."""

    def __init__(self, core: Core, channel: str, chaincode: str, name: str | None) -> None:
        self._core = core
        self.channel = channel
        self.chaincode = chaincode
        self.name = name

    async def evaluate(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
    ) -> bytes:
        """The result of a query on one peer, of the own organisation if it can; nothing is written.

        ``endorsing_organizations`` (MSP ids) bounds who may be asked; with ``transient`` it is required.
        Raises ``EvaluateError``, ``GatewayBusy``, ``GatewayRefused``.
        """
        proposal = self.new_proposal(
            function, *arguments, transient=transient, endorsing_organizations=endorsing_organizations
        )
        return await self._core.evaluate(proposal)

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        retry: ConflictRetry = NEVER,
    ) -> bytes:
        """Endorse, order and wait for the commit; the result of the transaction function.

        ``endorsing_organizations`` (MSP ids) says who endorses, all of them; left out, the peers work it out from the
        endorsement policy; with ``transient`` it is required, and nobody else sees the transient data. ``retry`` lets a
        transaction that lost against another be made anew.

        Raises ``EndorseError``, ``SubmitError``, ``GatewayBusy``, ``GatewayRefused`` (nothing is written),
        ``CommitError`` (in a block, without effect), ``CommitStatusError`` and ``SubmitUnknown`` (unknown: ask again).
        """
        for attempt in range(retry.attempts_max):
            proposal = self.new_proposal(
                function, *arguments, transient=transient, endorsing_organizations=endorsing_organizations
            )
            async with self._core.flight:
                submitted = await self._order(proposal)
                status = await submitted.status()
            if status.successful:
                return submitted.result
            if status.name not in CONFLICTS or attempt + 1 == retry.attempts_max:
                break
            await asyncio.sleep(backoff_s(attempt, self._core.limits))
        raise commit_error(status)

    async def submit_async(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
    ) -> SubmittedTransaction:
        """As ``submit``, without waiting for the commit: ``status()`` of what is returned does that.

        Raises ``EndorseError``, ``SubmitError``, ``SubmitUnknown``, ``GatewayBusy``, ``GatewayRefused``.
        """
        proposal = self.new_proposal(
            function, *arguments, transient=transient, endorsing_organizations=endorsing_organizations
        )
        async with self._core.flight:
            submitted = await self._order(proposal)
        return SubmittedTransaction(
            submitted.transaction, submitted.commit, self._core.commit_status, submitted.known_status
        )

    def new_proposal(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        identity: Identity | None = None,
        at: datetime | None = None,
    ) -> Proposal:
        """An unsigned proposal, for ``Gateway.evaluate`` and ``Gateway.endorse``.

        It is made in the name of ``identity``, by default the gateway's own, and dated ``at`` (aware), by default now.
        Raises ``GatewayRefused`` (GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS).
        """
        return propose(
            creator=identity.serialized if identity else self._core.signing.creator,
            channel=self.channel,
            chaincode=self.chaincode,
            function=f"{self.name}:{function}" if self.name else function,
            arguments=arguments,
            transient=transient,
            endorsing_organizations=endorsing_organizations,
            at=at,
            tls_certificate_hash=self._core.tls_certificate_hash,
        )

    async def _order(self, proposal: Proposal) -> SubmittedTransaction:
        """Endorse and order; the place in flight is the caller's."""
        stages = self._core.stages
        transaction = await stages.endorse(proposal)
        commit, status = await submit_once(stages, transaction, self._core.limits)
        return SubmittedTransaction(transaction, commit, stages.commit_status, status)


def commit_error(status: CommitStatus) -> CommitError:
    """The error for a transaction that is in a block without effect."""
    message = f"committed as invalid ({status.name}) in block {status.block_number}"
    return CommitError(codes.COMMITTED_INVALID, message, status=status)
