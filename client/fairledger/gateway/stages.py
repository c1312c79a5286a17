"""The stages of a transaction, one call each, without a bound on how many: evaluate, endorse, submit, commit status."""

import asyncio

from fabric_protos.gateway import gateway_pb2

from fairledger.gateway import codes
from fairledger.gateway.backoff import backoff_s
from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.discovery import Discovery
from fairledger.gateway.errors import (
    CommitStatusError,
    DiscoveryError,
    EndorseError,
    EvaluateError,
    GatewayBusy,
    GatewayError,
    GatewayRefused,
    SubmitError,
    SubmitUnknown,
)
from fairledger.gateway.failure import Failure, failure_of, is_divided
from fairledger.gateway.limits import Limits
from fairledger.gateway.peers import Peers
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.signing import SigningIdentity
from fairledger.gateway.transaction import Transaction
from fairledger.gateway.transport import UNAVAILABLE, TransportError

# Answers after which the orderers surely don't have the envelope.
_NOT_ORDERED = frozenset(
    {"ABORTED", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "PERMISSION_DENIED", "UNAUTHENTICATED", "UNIMPLEMENTED"}
)


class Stages:
    """Signs what is unsigned and this identity's own, sends it, and turns failures into the stage's error."""

    def __init__(self, peers: Peers, signing: SigningIdentity, limits: Limits, discovery: Discovery) -> None:
        self._peers = peers
        self._signing = signing
        self._limits = limits
        self._discovery = discovery

    async def evaluate(self, proposal: Proposal) -> bytes:
        """The result of a query. Raises ``EvaluateError``, ``GatewayBusy``, ``GatewayRefused``."""
        candidates = self._peers.for_proposal(proposal)
        signed = self._signed(proposal)
        request = gateway_pb2.EvaluateRequest(
            transaction_id=signed.tx_id,
            channel_id=signed.channel,
            proposed_transaction=signed.signed(),
            target_organizations=signed.endorsing_organizations,
        )
        try:
            answer = await self._peers.ask(
                candidates,
                lambda peer, deadline_s: peer.evaluate(request, deadline_s),
                self._limits.evaluate_deadline_s,
            )
        except TransportError as error:
            failure = _refused_if_busy(error, proposal.tx_id)
            details = error.all_details
            raise EvaluateError(failure.code, failure.message, tx_id=proposal.tx_id, details=details) from error
        return bytes(answer.result.payload)

    async def endorse(self, proposal: Proposal) -> Transaction:
        """The endorsed transaction, unsigned. Raises ``EndorseError``, ``GatewayBusy``, ``GatewayRefused``.

        A peer that does not have a block yet which others have refuses what rests on it, or answers differently: the
        same proposal is sent again for some seconds, while it is endorsed by some and not by others.
        """
        candidates = self._peers.for_proposal(proposal)
        signed = self._signed(proposal)
        request = gateway_pb2.EndorseRequest(
            transaction_id=signed.tx_id,
            channel_id=signed.channel,
            proposed_transaction=signed.signed(),
            endorsing_organizations=signed.endorsing_organizations,
        )
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.endorse_deadline_s
        attempt = 0
        while True:
            try:
                answer = await self._peers.ask(
                    candidates, lambda peer, left_s: peer.endorse(request, left_s), ends - loop.time()
                )
            except TransportError as error:
                wait_s = backoff_s(attempt, self._limits)
                attempt += 1
                is_last = attempt == self._limits.divided_attempts_max or loop.time() + wait_s >= ends
                if is_last or not is_divided(error, signed.endorsing_organizations):
                    raise await self._not_endorsed(proposal, error) from error
                await asyncio.sleep(wait_s)
            else:
                return Transaction.endorsed(proposal, answer.prepared_transaction.payload)

    async def submit(self, transaction: Transaction) -> Commit:
        """Hand a transaction to the orderers, once. Raises ``SubmitError``, ``SubmitUnknown``, ``GatewayBusy``."""
        signed = self.signed_transaction(transaction)
        request = gateway_pb2.SubmitRequest(
            transaction_id=signed.tx_id, channel_id=signed.channel, prepared_transaction=signed.envelope()
        )
        commit = Commit.of(tx_id=signed.tx_id, channel=signed.channel, creator=self._asker(signed))
        try:
            await self._peers.ask(
                self._peers.own(),
                lambda peer, deadline_s: peer.submit(request, deadline_s),
                self._limits.submit_deadline_s,
            )
        except TransportError as error:
            raise _submit_failure(error, signed, commit) from error
        return commit

    async def commit_status(self, commit: Commit, deadline_s: float | None = None) -> CommitStatus:
        """Wait until the transaction is in a block. Raises ``CommitStatusError`` when nobody could say.

        A peer that goes away meanwhile is asked again until the deadline: asking changes nothing.
        """
        if not commit.signature:
            signature = self._signing.sign(commit.creator, commit.digest, tx_id=commit.tx_id)
            commit = commit.with_signature(signature)
        request = commit.signed()
        loop = asyncio.get_running_loop()
        ends = loop.time() + (deadline_s or self._limits.commit_status_deadline_s)
        attempt = 0
        while True:
            try:
                answer = await self._peers.ask(
                    self._peers.own(), lambda peer, left_s: peer.commit_status(request, left_s), ends - loop.time()
                )
            except TransportError as error:
                wait_s = backoff_s(attempt, self._limits)
                if error.status != UNAVAILABLE or loop.time() + wait_s >= ends:
                    raise _status_failure(error, commit) from error
                await asyncio.sleep(wait_s)
                attempt += 1
            else:
                return CommitStatus(tx_id=commit.tx_id, code=answer.result, block_number=answer.block_number)

    def signed_transaction(self, transaction: Transaction) -> Transaction:
        """``transaction`` with a signature. Raises ``GatewayRefused`` (GATEWAY_UNSIGNED) if none can be given here."""
        if transaction.signature:
            return transaction
        return transaction.with_signature(
            self._signing.sign(transaction.creator, transaction.digest, tx_id=transaction.tx_id)
        )

    def _signed(self, proposal: Proposal) -> Proposal:
        if proposal.signature:
            return proposal
        return proposal.with_signature(self._signing.sign(proposal.creator, proposal.digest, tx_id=proposal.tx_id))

    def _asker(self, transaction: Transaction) -> bytes:
        """Who asks for the commit status: this identity when it can sign, else the transaction's creator."""
        return transaction.creator if self._signing.signer is None else self._signing.creator

    async def _not_endorsed(self, proposal: Proposal, error: TransportError) -> EndorseError:
        failure = await self._with_missing(proposal, _refused_if_busy(error, proposal.tx_id))
        return EndorseError(
            failure.code,
            failure.message,
            tx_id=proposal.tx_id,
            details=error.all_details,
            missing_organizations=failure.missing_organizations,
        )

    async def _with_missing(self, proposal: Proposal, failure: Failure) -> Failure:
        """``failure`` with the organisations that no peer is seen of, when the gateway could not name the missing."""
        if failure.code != codes.ENDORSEMENT_MISSING or failure.missing_organizations:
            return failure
        try:
            missing = await self._discovery.absent_organizations(proposal.channel)
        except (DiscoveryError, GatewayRefused):
            return failure  # the endorsement's own failure is the news; who is missing stays unknown
        if not missing:
            return failure
        message = f"the endorsement of {', '.join(missing)} can't be had: {failure.message}"
        return Failure(failure.code, message, missing)


def _refused_if_busy(error: TransportError, tx_id: str) -> Failure:
    if error.busy:
        raise GatewayBusy(codes.BUSY, error.message, tx_id=tx_id, details=error.all_details) from error
    return failure_of(error)


def _submit_failure(error: TransportError, transaction: Transaction, commit: Commit) -> GatewayError:
    failure = failure_of(error)
    details = error.all_details
    doubtful = [one for one in (*error.earlier, error) if not one.undelivered and one.status not in _NOT_ORDERED]
    if doubtful:
        message = f"the orderers may or may not have it: {failure.message}"
        return SubmitUnknown(
            failure.code, message, commit=commit, transaction=transaction, tx_id=transaction.tx_id, details=details
        )
    if error.busy:
        return GatewayBusy(failure.code, failure.message, tx_id=transaction.tx_id, details=details)
    return SubmitError(failure.code, failure.message, tx_id=transaction.tx_id, details=details)


def _status_failure(error: TransportError, commit: Commit) -> CommitStatusError:
    failure = failure_of(error)
    message = f"whether it is committed is unknown: {failure.message}"
    return CommitStatusError(failure.code, message, commit=commit, tx_id=commit.tx_id, details=error.all_details)
