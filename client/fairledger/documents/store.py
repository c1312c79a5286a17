"""Where documents are kept: by content address, so that nobody can swap one."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Protocol

from fairledger.documents.errors import DocumentError


class DocumentStore(Protocol):
    """A store of documents. A folder is one; an object store would be another. Its methods block."""

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its SHA-256 (hexadecimal); what is there already stays. Raises DOCUMENT_IO."""
        ...

    def get(self, sha256: str) -> bytes:
        """The document with this address, checked. Raises DOCUMENT_UNKNOWN, DOCUMENT_DAMAGED, DOCUMENT_IO."""
        ...


class FolderStore:
    """Documents as files: ``ab/cdef…``, the SHA-256 cut behind its first two digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """See ``DocumentStore``. A damaged file is mended by what is put."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content)
        except OSError as error:
            raise DocumentError("DOCUMENT_IO", f"the store can't keep it: {error.strerror}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """See ``DocumentStore``."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise DocumentError("DOCUMENT_UNKNOWN", "no document with this address is here") from error
        except OSError as error:
            raise DocumentError("DOCUMENT_IO", f"the store can't read it: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DocumentError("DOCUMENT_DAMAGED", "the stored document is not the one that was anchored")
        return content

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]


def _write(path: Path, content: bytes) -> None:
    """Write the file in one step: readers see all of it or none, and a full disk leaves nothing behind."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
