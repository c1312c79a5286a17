"""Documents as files of a folder on this machine."""

import os
import secrets
from pathlib import Path

from fairledger.documents.errors import DocumentError


class Folder:
    """See ``fairledger.documents.store.Files``. The folder is made when it is first written to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, content: bytes) -> None:
        """See ``Files``; a full disk leaves nothing behind."""
        path = self._path / name
        unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with unfinished.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise DocumentError("DOCUMENT_IO", f"the store can't keep it: {error.strerror}") from error

    def read(self, name: str, bytes_max: int) -> bytes | None:
        """See ``Files``."""
        try:
            with (self._path / name).open("rb") as file:
                return file.read(bytes_max)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DocumentError("DOCUMENT_IO", f"the store can't read it: {error.strerror}") from error
