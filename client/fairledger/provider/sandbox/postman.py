"""How the sandbox's events go to the service: in the background, again until they are taken, with faults on demand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import BaseModel, ConfigDict, Field

from fairledger.provider.sandbox.book import REFUSED, TAKEN, Entry
from fairledger.provider.sending import send
from fairledger.provider.settings import ProviderSettings

TRIES_MAX: Final = 100  # of one event; with the pauses between them more than seven hours
_LATER: Final = frozenset({408, 425, 429})  # refusals that pass


class Faults(BaseModel):
    """What goes wrong on demand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lose: int = Field(0, ge=0, le=1_000, description="so many sendings get lost, and are made again")
    delay_s: float = Field(0, ge=0, le=60, description="each event waits so long before it is sent")
    twice: bool = Field(default=False, description="each event is sent twice at once")
    backwards: int = Field(1, ge=1, le=100, description="so many events are collected, and sent the last one first")
    fail_payouts: bool = Field(default=False, description="payouts fail instead of being paid")


@dataclass(frozen=True)
class Letter:
    """An event on its way, and what it tells of."""

    body: bytes
    entry: Entry


class Postman:
    """Brings events to ``url``. ``settings`` are asked for at each sending, so that secrets can change."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        settings: Callable[[], ProviderSettings],
        pause: Callable[[int], float],
    ) -> None:
        self.faults = Faults()
        self._client = client
        self._url = url
        self._settings = settings
        self._pause = pause
        self._collected: list[Letter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, letter: Letter) -> None:
        """Send an event as soon as the faults let it go."""
        self._collected.append(letter)
        if len(self._collected) >= self.faults.backwards:
            batch, self._collected = self._collected[::-1], []
            task = asyncio.create_task(self._bring_all(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _bring_all(self, letters: list[Letter]) -> None:
        for letter in letters:
            await asyncio.sleep(self.faults.delay_s)
            await asyncio.gather(*[self._bring(letter) for _ in range(2 if self.faults.twice else 1)])

    async def _bring(self, letter: Letter) -> None:
        entry = letter.entry
        for attempt in range(TRIES_MAX):
            answer = await self._sent(letter)
            if answer is not None and answer.is_success:
                told = answer.json()
                entry.state, entry.result = TAKEN, told.get("note") or told["state"]
                return
            if answer is not None and answer.is_client_error and answer.status_code not in _LATER:
                entry.state, entry.result = REFUSED, answer.json()["code"]
                return
            await asyncio.sleep(self._pause(attempt))

    async def _sent(self, letter: Letter) -> httpx.Response | None:
        if self.faults.lose:
            self.faults = self.faults.model_copy(update={"lose": self.faults.lose - 1})
            return None
        secrets = self._settings().secrets
        return await send(self._client, self._url, secrets, letter.entry.event_id, letter.body)
