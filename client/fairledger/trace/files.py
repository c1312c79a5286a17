"""Documents in files: which there are, in which order, and who records each.

A folder's documents are its files named ``*.json`` and ``*.jsonld``, in the order of their names; folders within are
read the same way. A name such as ``03-carrier-ship-to-port.jsonld`` says that the person ``carrier`` records it; files
whose names say nothing are recorded by ``producer``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fairledger.trace.errors import FilesRefused

SUFFIXES: Final = frozenset({".json", ".jsonld"})
FILE_BYTES_MAX: Final = 256 * 1024 * 1024
RECORDERS: Final = ("producer", "processor", "carrier", "inspector", "merchant")
DEFAULT_RECORDER: Final = "producer"

_NAMED = re.compile(rf"\d+-({'|'.join(RECORDERS)})[-.]")


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """``recorder`` is the name of the person that captures it."""

    path: Path
    recorder: str

    def read(self) -> str:
        """The file's text. Raises ``FilesRefused``."""
        try:
            if self.path.stat().st_size > FILE_BYTES_MAX:
                raise FilesRefused(f"{self.path} has more than {FILE_BYTES_MAX} bytes", "split the file")
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise FilesRefused(f"{self.path} is not UTF-8 at byte {error.start}") from error
        except OSError as error:
            raise FilesRefused(f"{self.path} can't be read: {error.strerror}") from error


def document_files(paths: Iterable[Path]) -> list[DocumentFile]:
    """The documents under ``paths``, files or folders, in order. Raises ``FilesRefused`` when one has none."""
    return [DocumentFile(path, recorder_of(path)) for given in paths for path in _under(given)]


def recorder_of(path: Path) -> str:
    """Who records a file, by its name."""
    named = _NAMED.match(path.name)
    return named[1] if named else DEFAULT_RECORDER


def _under(given: Path) -> Iterator[Path]:
    if given.is_file():
        yield given
        return
    if not given.is_dir():
        raise FilesRefused(f"{given} does not exist")
    found = sorted(path for path in given.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        raise FilesRefused(f"{given} holds no *.json or *.jsonld")
    yield from found
