"""A client of an organisation's REST service on the real consortium."""

import asyncio
from typing import Any

import httpx
import pytest

from fairledger.tokens import TokenAuthority, TokenError
from tests.network.running_consortium import RunningConsortium

DEADLINE_S = 60.0


class Api:
    """A client of one organisation's service, with a person's token."""

    def __init__(self, consortium: RunningConsortium, organization: str, name: str = "producer") -> None:
        self._key_file = consortium.layout.api(organization) / "token.key"
        self._authority = TokenAuthority.load(organization, self._key_file)
        self._name = name
        self._cookie = f"fairledger-{organization}"
        self.client = httpx.AsyncClient(base_url=consortium.api_url(organization), timeout=30)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._authority.issue(self._name)}"}

    async def expired(self) -> str:
        """What was a good bearer token of the person's; tokens count whole seconds."""
        token = self._authority.issue(self._name, hours=1 / 3600)
        await asyncio.sleep(2)
        with pytest.raises(TokenError, match="TOKEN_EXPIRED"):
            self._authority.verify(token)
        return f"Bearer {token}"

    async def post(self, text: str, authorization: str = "") -> httpx.Response:
        headers = {"Authorization": authorization or self.bearer["Authorization"], "Content-Type": "application/json"}
        return await self.client.post("/epcis/capture", content=text.encode(), headers=headers)

    async def send(self, path: str, body: Any, *, key: str = "") -> httpx.Response:
        """POST ``body`` as JSON, with an idempotency key if there is one."""
        headers = {**self.bearer, "Idempotency-Key": key} if key else self.bearer
        return await self.client.post(path, json=body, headers=headers)

    async def page(self, path: str) -> httpx.Response:
        """A page in English, as the person sees it who is signed in."""
        token = self._authority.issue(self._name)
        return await self.client.get(path, params={"lang": "en"}, headers={"Cookie": f"{self._cookie}={token}"})

    async def finished(self, location: str) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                answer = await self.client.get(location, headers=self.bearer)
                assert answer.status_code == 200, answer.text
                job: dict[str, Any] = answer.json()
                if not job["running"]:
                    return job
                await asyncio.sleep(0.05)

    async def capture(self, text: str) -> dict[str, Any]:
        answer = await self.post(text)
        assert answer.status_code == 202, answer.text
        return await self.finished(answer.headers["Location"])

    async def events(self, **parameters: Any) -> list[dict[str, Any]]:
        answer = await self.client.get("/epcis/events", params=parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return found

    async def until(self, count: int, **parameters: Any) -> list[dict[str, Any]]:
        """The events of a query, once there are ``count``: other organisations' read models follow a moment later."""
        async with asyncio.timeout(DEADLINE_S):
            while len(found := await self.events(**parameters)) < count:  # noqa: ASYNC110  another process
                await asyncio.sleep(0.05)
        return found
