"""Where documents are kept: by content address, so that nobody can swap one."""

import hashlib
from typing import Final, Protocol

from fairledger.documents.errors import DocumentError

DOCUMENT_BYTES_MAX: Final = 16 * 1024 * 1024  # a scanned report of many pages; it goes to a store, not to the ledger


class Files(Protocol):
    """Files somewhere, by names such as ``ab/cdef…``. The methods block, and raise ``DocumentError`` (DOCUMENT_IO)."""

    def write(self, name: str, content: bytes) -> None:
        """Keep a file in one step: readers see all of it, or what was there before, and no failure leaves a part."""
        ...

    def read(self, name: str, bytes_max: int) -> bytes | None:
        """The first ``bytes_max`` bytes of a file; None when there is none of that name."""
        ...


class DocumentStore:
    """Documents in ``files``, each named by its SHA-256, cut behind the first two digits. The methods block."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its SHA-256 (hexadecimal); what was damaged is mended.

        Raises ``DocumentError``: DOCUMENT_TOO_LARGE, DOCUMENT_IO.
        """
        if len(content) > DOCUMENT_BYTES_MAX:
            raise DocumentError("DOCUMENT_TOO_LARGE", f"a document has at most {DOCUMENT_BYTES_MAX} bytes")
        sha256 = hashlib.sha256(content).hexdigest()
        self._files.write(_name(sha256), content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The document with this address, checked.

        Raises ``DocumentError``: DOCUMENT_UNKNOWN, DOCUMENT_DAMAGED, DOCUMENT_IO.
        """
        content = self._files.read(_name(sha256), DOCUMENT_BYTES_MAX + 1)
        if content is None:
            raise DocumentError("DOCUMENT_UNKNOWN", "no document with this address is here")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DocumentError("DOCUMENT_DAMAGED", "the stored document is not the one that was anchored")
        return content


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"
