"""A transaction handed to the orderers, and getting it there when answers are lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.errors import CommitStatusError, GatewayBusy, SubmitError, SubmitUnknown
from fairledger.gateway.limits import Limits
from fairledger.gateway.stages import Stages
from fairledger.gateway.transaction import Transaction


@dataclass(frozen=True)
class SubmittedTransaction:
    """A transaction that the orderers have. ``result`` is what the endorsers computed: it counts once committed."""

    transaction: Transaction
    commit: Commit
    _ask: Callable[[Commit], Awaitable[CommitStatus]]
    known_status: CommitStatus | None = None  # when it came out on the way

    @property
    def tx_id(self) -> str:
        """The transaction's id."""
        return self.transaction.tx_id

    @property
    def result(self) -> bytes:
        """What the transaction function returned."""
        return self.transaction.result

    async def status(self) -> CommitStatus:
        """Wait until it is in a block; the status says whether it took effect. Raises ``CommitStatusError``."""
        return self.known_status or await self._ask(self.commit)


async def submit_once(stages: Stages, transaction: Transaction, limits: Limits) -> tuple[Commit, CommitStatus | None]:
    """Get ``transaction`` ordered with exactly one effect; the status is given when it became known on the way.

    When the answer to a sending is lost, the peers are asked whether the transaction is committed, and only then
    the same envelope is sent again, at most ``limits.submit_attempts_max`` times in all. It is never endorsed anew,
    so there is nothing that could take effect twice.

    Raises ``SubmitError``, ``GatewayBusy``, or ``SubmitUnknown`` when it stays open.
    """
    signed = stages.signed_transaction(transaction)
    unknown: SubmitUnknown | None = None
    for _ in range(limits.submit_attempts_max):
        try:
            return await stages.submit(signed), None
        except SubmitUnknown as error:
            unknown = error
        except (SubmitError, GatewayBusy):
            if unknown is None:
                raise
        try:
            return unknown.commit, await stages.commit_status(unknown.commit, limits.recovery_status_deadline_s)
        except CommitStatusError:
            continue  # not known yet: the same envelope goes out again
    assert unknown is not None  # noqa: S101 - the loop runs at least once and ends only here without an answer
    raise unknown
