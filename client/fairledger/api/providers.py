"""Payment providers at one service: their events come in and take effect once; payouts are announced to them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fairledger.api.parties import signatory_of
from fairledger.api.problems import EXPECTED, Problem, answer, problem_of
from fairledger.api.provider_effects import Effects, is_final
from fairledger.gateway.errors import GatewayError
from fairledger.provider.errors import ProviderError
from fairledger.provider.event import PayoutRequested, Requested, read_event
from fairledger.provider.inbox import Accepted, Answer, Inbox
from fairledger.provider.outbox import Message, Outbox
from fairledger.provider.sending import send, sender
from fairledger.provider.settings import ProviderSettings, names_in
from fairledger.provider.signature import verify
from fairledger.readmodel.database import Database
from fairledger.readmodel.funds import frozen_until
from fairledger.readmodel.records import all_records, find_record
from fairledger.wallet import Wallet
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.payment import Payout, PayoutState, provider_of

FINISH_EACH_S: Final = 5.0  # between looks at events that the ledger did not take yet
ANNOUNCE_EACH_S: Final = 1.0  # between looks for payouts that are asked for
ANSWER_DEADLINE_S: Final = 30.0  # providers wait so long for an answer; the event goes on meanwhile
LOG: Final = logging.getLogger(__name__)


class Providers:
    """The providers whose files are in ``folder``. Each signs with the identity of its name in ``wallet``."""

    def __init__(
        self, folder: Path, effects: Effects, database: Database, wallet: Wallet, *, inbox: Inbox, outbox: Outbox
    ) -> None:
        self._folder = folder
        self._effects = effects
        self._database = database
        self._wallet = wallet
        self._inbox = inbox
        self._outbox = outbox
        self._client = sender()
        self._tasks: dict[tuple[str, str], asyncio.Task[Answer]] = {}

    async def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to an event that the provider ``name`` sends; the same again has the same answer.

        Raises ``ProviderError`` (see there), ``Problem`` (PROVIDER_EVENT_UNFINISHED), and what keeps the ledger from
        taking it; then it is tried again by itself.
        """
        settings = self._settings(name)
        event_id = verify(settings.secrets, headers, body, time.time())
        read_event(body)
        event = await asyncio.to_thread(self._inbox.accept, name, event_id, body)
        if event.answer is not None:
            return event.answer
        task = self._begun(event)
        await asyncio.wait({task}, timeout=ANSWER_DEADLINE_S)
        if not task.done():
            raise Problem("PROVIDER_EVENT_UNFINISHED", "the event is kept, and its effect not known yet; send it again")
        return task.result()

    async def run(self) -> None:
        """Finish what an earlier run left, and announce payouts, until cancelled."""
        await asyncio.gather(_repeated(self.finish, FINISH_EACH_S), _repeated(self.announce, ANNOUNCE_EACH_S))

    async def finish(self) -> None:
        """Try once more to have the effect of all events that have none, in the order in which they came."""
        for event in await asyncio.to_thread(self._inbox.unfinished):
            await asyncio.wait({self._begun(event)})

    async def announce(self) -> None:
        """Tell each provider of the payouts that it does not know of; none waits for another."""
        names = await asyncio.to_thread(names_in, self._folder)
        await asyncio.gather(*map(self._announce_to, names))

    async def close(self) -> None:
        """Stop; what is under way is taken up by the next ``run``."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._client.aclose()
        self._inbox.close()
        self._outbox.close()

    def _begun(self, event: Accepted) -> asyncio.Task[Answer]:
        """The work on an event: however often it is sent meanwhile, there is one."""
        key = (event.provider, event.event_id)
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._work(event))
            task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: tuple[str, str], task: asyncio.Task[Answer]) -> None:
        del self._tasks[key]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            LOG.warning("an event waits for the ledger", extra={"provider": key[0], "code": problem_of(error).code})

    async def _work(self, event: Accepted) -> Answer:
        known = await asyncio.to_thread(self._inbox.find, event.provider, event.event_id)
        if known is not None and known.answer is not None:
            return known.answer  # it was given while this began
        told = read_event(event.body)
        try:
            outcome = await self._effects.of(told, self._wallet.get(event.provider))
            answered = Answer(200, "application/json", outcome.model_dump_json(exclude_defaults=True).encode())
        except GatewayError as error:
            if not is_final(error):
                raise
            refused = answer(problem_of(error), f"/providers/{event.provider}/webhook")
            answered = Answer(refused.status_code, str(refused.media_type), bytes(refused.body))
        await asyncio.to_thread(self._inbox.finish, event, answered)
        LOG.info(
            "event of a provider", extra={"provider": event.provider, "event": told.type, "status": answered.status}
        )
        return answered

    async def _announce_to(self, name: str) -> None:
        try:
            settings = self._settings(name)
            if not settings.url:
                return
            bodies = await asyncio.to_thread(self._asked_of, name)
            await asyncio.to_thread(self._outbox.keep, name, bodies)
            for message in await asyncio.to_thread(self._outbox.due, name):
                await self._tell(settings, message)
        except EXPECTED as error:
            LOG.warning("payouts wait to be announced", extra={"provider": name, "code": problem_of(error).code})

    async def _tell(self, settings: ProviderSettings, message: Message) -> None:
        told = await send(self._client, settings.url, settings.secrets, message.event_id, message.body)
        if told is not None and told.is_success:
            await asyncio.to_thread(self._outbox.delivered, message)
            return
        await asyncio.to_thread(self._outbox.failed, message)
        status = told.status_code if told is not None else 0
        extra = {"provider": message.provider, "attempt": message.attempts, "status": status}
        LOG.warning("a provider did not take an announcement", extra=extra)

    def _asked_of(self, name: str) -> dict[str, bytes]:
        """Events for the payouts that are asked of a provider, by id: the same for the same payout, ever.

        What is frozen is announced when the freeze is over: until then the ledger takes no word that it was paid.
        """
        place = provider_of(signatory_of(self._wallet.get(name)))
        with self._database.reading() as connection:
            now = datetime.now(UTC)
            asked = all_records(connection, Payout, [("provider", place), ("state", PayoutState.ASKED)])
            free = [payout for payout in asked if frozen_until(connection, payout, now) is None]
            events = [(payout, find_record(connection, Movement, payout.id)) for payout in free]
        return {f"payout-requested-{payout.id}": _request(payout, lock) for payout, lock in events if lock}

    def _settings(self, name: str) -> ProviderSettings:
        try:
            return ProviderSettings.load(self._folder, name)
        except ProviderError as error:
            if error.code != "PROVIDER_FILE":
                raise
            LOG.error("a provider's file can't be used", extra={"code": error.code, "reason": str(error)})  # noqa: TRY400
            raise Problem(error.code, "the provider's file can't be used; the service's log says why") from error


def _request(payout: Payout, lock: Movement) -> bytes:
    data = Requested(
        payout=payout.id,
        owner=payout.owner,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        due_at=payout.due_at,
    )
    return PayoutRequested(timestamp=lock.moved_at, data=data).model_dump_json().encode()


async def _repeated(work: Callable[[], Awaitable[None]], each_s: float) -> None:
    while True:
        try:
            await work()
        except EXPECTED as error:
            LOG.warning("providers have to wait", extra={"code": problem_of(error).code})
        await asyncio.sleep(each_s)
