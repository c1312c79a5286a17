"""A folder of documents keeps a file in one step."""

import errno
import os
from pathlib import Path

import pytest

from fairledger.documents import DocumentError
from fairledger.documents.folder import Folder


def test_a_full_disk_leaves_nothing_behind_and_the_earlier_document_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.write("ab/cd", b"report")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for name in ("ab/cd", "ab/ef"):
        with pytest.raises(DocumentError) as refusal:
            folder.write(name, b"another")
        assert str(refusal.value) == "DOCUMENT_IO: the store can't keep it: No space left on device"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["cd"]
    assert folder.read("ab/cd", 10) == b"report"
