"""Somebody at the desk, with the browser's header and the cookie of a sign-in."""

import re
from html import unescape

import httpx

from tests.support.simulated_service import RunningService

OWN = {"Sec-Fetch-Site": "same-origin"}


class Visitor:
    """Signed in as ``name``; forms go as the page has them."""

    def __init__(self, running: RunningService, name: str) -> None:
        token = running.bearer(name)["Authorization"].removeprefix("Bearer ")
        self._client = running.client
        self._headers = {**OWN, "Cookie": f"fairledger-PlatformA={token}"}

    async def get(self, path: str, **query: str) -> httpx.Response:
        """A page, in English."""
        return await self._client.get(path, params={"lang": "en", **query}, headers=self._headers)

    async def send(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """A form, as it is."""
        sent = {**self._headers, **headers}
        return await self._client.post(path, params={"lang": "en"}, data=form, headers=sent)

    async def upload(self, path: str, files: dict[str, tuple[str, bytes]], **headers: str) -> httpx.Response:
        """A form with files: their names and contents."""
        sent = {**self._headers, **headers}
        return await self._client.post(path, params={"lang": "en"}, files=files, headers=sent)

    async def act(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Fill in and send the first form of ``page`` whose action ends so, with its hidden fields."""
        form = forms_of((await self.get(page)).text, action)[0]
        return await self.send(form.pop("action"), {**form, **fields})


def forms_of(text: str, action: str) -> list[dict[str, str]]:
    """The hidden fields of each form of that action, and the action's path."""
    found = []
    for target, inside in re.findall(r'<form method="post" action="([^"?]+)[^"]*"[^>]*>(.*?)</form>', text, re.DOTALL):
        if target.endswith(action):
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside)
            found.append({"action": unescape(target), **{name: unescape(value) for name, value in hidden}})
    return found
