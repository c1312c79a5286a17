"""Sending an event: one POST, signed anew each time."""

import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Final

import httpx

from fairledger.provider.signature import signed

DEADLINE_S: Final = 40.0  # a service answers when the ledger has it, or says after half a minute that it goes on


def sender() -> httpx.AsyncClient:
    """A client for events. It follows no redirect: what is signed is for one address."""
    return httpx.AsyncClient(verify=_trusted(), timeout=DEADLINE_S, follow_redirects=False)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificate authorities that are trusted; reading them takes longer than what they are for."""
    return httpx.create_ssl_context()


async def send(
    client: httpx.AsyncClient, url: str, secrets: Iterable[str], event_id: str, body: bytes
) -> httpx.Response | None:
    """Send the event once and return the answer, or None when nobody answers. Any 2xx means that it is taken.

    Raises ``ProviderError`` (PROVIDER_FILE, PROVIDER_HEADER) before anything is sent.
    """
    headers = signed(secrets, event_id, body, int(time.time()))
    try:
        return await client.post(url, content=body, headers={**headers, "Content-Type": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
