"""Bringing documents to the ledger: endorsed while the caller waits, ordered and projected behind their back.

What a contract refuses is known at the endorsement, so a bad document or a wrong role is answered at once and leaves
nothing. After that the signed transaction is kept in the job before it is sent: a service that is killed sends the very
same one again when it comes back, which takes effect once however often it is sent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from fairledger.api.documents import Prepared, prepare, split
from fairledger.api.jobs import PROCEED, Job, JobStore, Keep
from fairledger.api.ledger import Ledger
from fairledger.api.ordering import CONFLICTS, CONFLICTS_MAX, Ordering
from fairledger.api.problems import Problem, problem_of
from fairledger.api.settings import CAPTURES_MAX, PROJECTED_DEADLINE_S
from fairledger.gateway import CommitStatus, Transaction, codes
from fairledger.gateway.errors import (
    EndorseError,
)
from fairledger.readmodel.errors import WaitError
from fairledger.readmodel.follower import Follower
from fairledger.wallet import Wallet, WalletEntry, WalletError

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """A document, or a piece of one, as one transaction: endorsed, signed, and ready to be sent."""

    document: str
    transaction: Transaction


class Captures:
    """The capture jobs of one service. ``resume`` first, ``close`` at the end."""

    def __init__(self, ledger: Ledger, follower: Follower, store: JobStore, wallet: Wallet) -> None:
        self._ledger = ledger
        self._ordering = Ordering(ledger)
        self._follower = follower
        self._store = store
        self._wallet = wallet
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, person: WalletEntry, document: str, behaviour: str, keep: Keep | None = None) -> Job:
        """A new job that captures ``document`` as ``person``; ``keep`` writes in the transaction that stores it.

        With PROCEED, events that the contract refuses are left out and told in the job; with ROLLBACK they refuse the
        whole. Raises ``Problem``: CAPTURE_BUSY, CAPTURE_LIMIT, the contract's codes; and ``GatewayError``.
        """
        if len(self._tasks) >= CAPTURES_MAX:
            raise Problem("CAPTURE_BUSY", f"{CAPTURES_MAX} captures are under way; come again in a moment")
        parts: list[Part] = []
        errors: list[dict[str, Any]] = []
        async for outcome in self._endorse(person, document, behaviour):
            if isinstance(outcome, Part):
                parts.append(outcome)
            else:
                errors.append(outcome.document)
        job = await asyncio.to_thread(self._store.create, person.name, behaviour, _stored(parts), errors, keep)
        self._start(job, parts)
        return job

    async def finished(self, job: Job, deadline_s: float) -> Job:
        """The job once it has come to its end, or as it is after ``deadline_s``."""
        running = [task for task in self._tasks if task.get_name() == _task_name(job)]
        if running:
            await asyncio.wait(running, timeout=deadline_s)
        return await asyncio.to_thread(self._store.get, job.capture_id, job.person) or job

    async def resume(self) -> None:
        """Take up the jobs that an earlier run of the service left unfinished."""
        for job, stored in await asyncio.to_thread(self._store.interrupted):
            LOG.info("resuming a capture", extra={"capture": job.capture_id, "transactions": len(stored)})
            self._start(job, [Part(document, Transaction.from_bytes(envelope)) for document, envelope in stored])

    async def close(self) -> None:
        """Stop; what is under way is taken up by the next ``resume``."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _endorse(self, person: WalletEntry, document: str, behaviour: str) -> AsyncIterator[Part | Problem]:
        """The document as transactions; with PROCEED halved around what is refused, down to single events."""
        pending = [await asyncio.to_thread(prepare, document)]
        while pending:
            piece = pending.pop()
            try:
                yield await self._endorse_one(person, piece)
            except EndorseError as error:
                problem = problem_of(error)
                if behaviour != PROCEED or not problem.concerns_event:
                    raise
                if piece.events == 1:
                    yield problem.of_event(piece.first)
                else:
                    pending.extend(reversed(split(piece)))

    async def _endorse_one(self, person: WalletEntry, piece: Prepared) -> Part:
        return Part(piece.text, await self._ledger.endorse(person, "trace:capture", piece.text))

    def _start(self, job: Job, parts: list[Part]) -> None:
        task = asyncio.create_task(self._bring_in(job, parts), name=_task_name(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring_in(self, job: Job, parts: list[Part]) -> None:
        errors: list[dict[str, Any]] = []
        transactions: list[tuple[str, int]] = []
        for position, part in enumerate(parts):
            try:
                status = await self._commit(job, position, part)
                transactions.append((status.tx_id, status.block_number))
                await self._projected(job, status)
            except Exception as error:  # noqa: BLE001  whatever it is, the job has to end with it
                errors.append(problem_of(error).document)
        await asyncio.to_thread(self._store.finish, job.capture_id, errors, transactions)
        LOG.info("capture finished", extra={"capture": job.capture_id, "errors": [error["code"] for error in errors]})

    async def _commit(self, job: Job, position: int, part: Part) -> CommitStatus:
        """Get one part committed as valid. Raises ``GatewayError`` or ``Problem`` when it is not."""
        for _ in range(CONFLICTS_MAX):
            status = await self._ordering.commit(part.transaction)
            if status.successful:
                return status
            if status.name not in CONFLICTS:
                break
            part = await self._anew(job, position, part)
        raise Problem(
            codes.COMMITTED_INVALID, f"block {status.block_number} holds the transaction as {status.name}: no effect"
        )

    async def _anew(self, job: Job, position: int, part: Part) -> Part:
        """The same document endorsed on what the ledger holds now; the earlier attempt is in a block without effect."""
        try:
            person = self._wallet.get(job.person)
        except WalletError as error:
            raise Problem("CAPTURE_INTERRUPTED", f"{job.person} is no more in the wallet") from error
        renewed = Part(part.document, await self._ledger.endorse(person, "trace:capture", part.document))
        await asyncio.to_thread(self._store.replace, job.capture_id, position, renewed.transaction.to_bytes())
        return renewed

    async def _projected(self, job: Job, status: CommitStatus) -> None:
        """Wait until queries show it; it is on the ledger in any case."""
        try:
            await self._follower.wait_for_block(status.block_number, PROJECTED_DEADLINE_S)
        except WaitError as error:
            LOG.warning("committed, not yet projected", extra={"capture": job.capture_id, "code": error.code})


def _task_name(job: Job) -> str:
    return f"capture {job.capture_id}"


def _stored(parts: list[Part]) -> list[tuple[str, bytes]]:
    return [(part.document, part.transaction.to_bytes()) for part in parts]
