"""An organisation's documents, and those that others have of what is anchored."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Final

import httpx

from fairledger.documents import DOCUMENT_BYTES_MAX, DocumentError, DocumentStore

ASKED_TIMEOUT_S: Final = 5.0  # for each sign of life of one of the others
FETCHED_TIMEOUT_S: Final = 20.0  # for a whole document of one of them; a reader waits for it
RELAYED: Final = {"Fairledger-Relayed": "1", "Accept-Encoding": "identity"}  # who is asked does not ask on
MISSING: Final = frozenset({"DOCUMENT_UNKNOWN", "DOCUMENT_DAMAGED"})
LOG: Final = logging.getLogger(__name__)


class Archive:
    """Documents in ``store``; what it lacks or has damaged comes from the services at ``others``, checked and kept."""

    def __init__(self, store: DocumentStore, others: Sequence[str]) -> None:
        self._store = store
        self._others = others

    async def put(self, content: bytes) -> str:
        """Keep a document; returns its SHA-256 (hexadecimal). Raises as ``DocumentStore.put``."""
        return await asyncio.to_thread(self._store.put, content)

    async def get(self, sha256: str, *, ask_others: bool) -> bytes:
        """A document, checked. Raises ``DocumentError``: DOCUMENT_UNKNOWN, DOCUMENT_DAMAGED, DOCUMENT_IO."""
        try:
            return await asyncio.to_thread(self._store.get, sha256)
        except DocumentError as error:
            if error.code not in MISSING or not ask_others:
                raise
            found = await self._from_others(sha256)
            if found is None:
                raise
            await self.put(found)
            LOG.info("a document came from another organisation", extra={"was": error.code})
            return found

    async def _from_others(self, sha256: str) -> bytes | None:
        async with httpx.AsyncClient(timeout=ASKED_TIMEOUT_S, trust_env=False) as client:
            for address in self._others:
                content = await _fetch(client, f"{address}/documents/{sha256}")
                if content is not None and hashlib.sha256(content).hexdigest() == sha256:
                    return content
        return None


async def _fetch(client: httpx.AsyncClient, url: str) -> bytes | None:
    content = bytearray()
    try:
        async with asyncio.timeout(FETCHED_TIMEOUT_S), client.stream("GET", url, headers=RELAYED) as answer:
            if not answer.is_success:
                return None
            async for chunk in answer.aiter_raw():  # not unpacked: a few bytes can be packed gigabytes
                content += chunk
                if len(content) > DOCUMENT_BYTES_MAX:
                    return None
    except (httpx.HTTPError, TimeoutError) as error:
        LOG.warning("another organisation's store can't be asked", extra={"reason": type(error).__name__})
        return None
    return bytes(content)
