"""Documents as files elsewhere, on whatever ``fsspec`` reaches: SFTP, object stores, WebDAV, mounted folders."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import fsspec
from fsspec.core import url_to_fs

from fairledger.documents.errors import DocumentError

ATTEMPTS: Final = 2  # the second on a new connection: the first may have been broken off long ago
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "sftp": {"known_hosts": ()},  # hosts have to be in ~/.ssh/known_hosts; left out, any would be believed
    "ssh": {"known_hosts": ()},
}
LOG: Final = logging.getLogger(__name__)
Done = TypeVar("Done")


class RemoteFolder:
    """See ``fairledger.documents.store.Files``. ``url`` names a folder, such as ``sftp://store@host/documents``.

    Keys and passwords are taken from where the protocol's client looks for them: ``~/.ssh``, ``~/.aws``, environment.
    Raises ``DocumentError`` (DOCUMENT_STORE) for a protocol that is not known, or whose package is not installed.
    """

    def __init__(self, url: str, **options: Any) -> None:
        protocol = url.partition("://")[0]
        try:
            fsspec.get_filesystem_class(protocol)
        except (ImportError, ValueError) as error:
            raise DocumentError("DOCUMENT_STORE", f"{protocol} can't be used: {error}") from error
        self._url = url
        self._options = {**OPTIONS.get(protocol, {}), **options, "skip_instance_cache": True}
        self._connected: tuple[Any, str] | None = None

    def write(self, name: str, content: bytes) -> None:
        """See ``Files``. Where the store does not rename in one step, a copy is made and is whole or absent."""

        def written(files: Any, root: str) -> None:
            path = f"{root}/{name}"
            unfinished = f"{path}.{secrets.token_hex(4)}"
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            try:
                files.pipe_file(unfinished, content)
                files.mv(unfinished, path)
            except BaseException:
                with suppress(Exception):  # it may be gone, or the connection; what went wrong first is told
                    files.rm_file(unfinished)
                raise

        self._try("keep", written)

    def read(self, name: str, bytes_max: int) -> bytes | None:
        """See ``Files``."""

        def content(files: Any, root: str) -> bytes:
            with files.open(f"{root}/{name}", "rb", cache_type="none") as file:
                return bytes(file.read(bytes_max))

        try:
            return self._try("read", content)
        except FileNotFoundError:
            return None

    def _try(self, deed: str, act: Callable[[Any, str], Done]) -> Done:
        for attempt in range(ATTEMPTS):
            try:
                if self._connected is None:
                    files, root = url_to_fs(self._url, **self._options)
                    self._connected = files, root.rstrip("/")
                return act(*self._connected)
            except FileNotFoundError:
                raise
            except Exception as error:  # each protocol's client has errors of its own
                self._connected = None
                LOG.warning("the document store failed", extra={"reason": type(error).__name__})
                if attempt + 1 == ATTEMPTS:
                    raise DocumentError("DOCUMENT_IO", f"the store can't {deed} it: {type(error).__name__}") from error
        raise AssertionError
