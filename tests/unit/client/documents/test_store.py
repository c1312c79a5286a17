"""A folder of documents: what is under an address is what the address says, or it is told."""

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.documents import DocumentError, FolderStore


def file_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256[2:]


def code_of(store: FolderStore, sha256: str) -> str:
    with pytest.raises(DocumentError) as refusal:
        store.get(sha256)
    return refusal.value.code


@settings(deadline=None)
@given(content=st.binary(max_size=2_000))
def test_what_is_put_is_had_under_the_sha256_of_its_content(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = FolderStore(tmp_path_factory.getbasetemp() / "documents")
    assert store.put(content) == hashlib.sha256(content).hexdigest()
    assert store.get(hashlib.sha256(content).hexdigest()) == content


def test_the_same_document_twice_is_one_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "not" / "yet")
    assert store.put(b"report") == store.put(b"report")
    assert [path.is_file() for path in (tmp_path / "not" / "yet").rglob("*")] == [False, True]


def test_what_is_not_there_is_unknown(tmp_path: Path) -> None:
    assert code_of(FolderStore(tmp_path), "ab" * 32) == "DOCUMENT_UNKNOWN"


@settings(deadline=None)
@given(position=st.integers(0, 63), flip=st.integers(1, 255))
def test_one_changed_byte_is_damage_and_a_second_put_mends_it(
    position: int, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    store, content = FolderStore(folder), bytes(64)
    sha256 = store.put(content)
    changed = bytearray(content)
    changed[position] ^= flip
    file_of(folder, sha256).write_bytes(changed)
    assert code_of(store, sha256) == "DOCUMENT_DAMAGED"
    store.put(content)
    assert store.get(sha256) == content


@pytest.mark.parametrize("content", [b"", b"repor", b"report and more", b"another"])
def test_a_file_of_another_length_or_another_document_is_damage(tmp_path: Path, content: bytes) -> None:
    store = FolderStore(tmp_path)
    sha256 = store.put(b"report")
    file_of(tmp_path, sha256).write_bytes(content)
    assert code_of(store, sha256) == "DOCUMENT_DAMAGED"


def test_a_store_that_cannot_be_read_or_written_is_told_without_its_path(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"report").hexdigest()
    file_of(tmp_path, sha256).mkdir(parents=True)
    store = FolderStore(tmp_path)
    assert code_of(store, sha256) == "DOCUMENT_IO"
    with pytest.raises(DocumentError) as refusal:
        store.put(b"report")
    assert refusal.value.code == "DOCUMENT_IO"
    assert str(tmp_path) not in str(refusal.value)


def test_a_full_disk_leaves_nothing_behind_and_the_earlier_document_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    sha256 = store.put(b"report")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for content in (b"report", b"another"):
        with pytest.raises(DocumentError) as refusal:
            store.put(content)
        assert str(refusal.value) == "DOCUMENT_IO: the store can't keep it: No space left on device"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256[2:]]
    assert store.get(sha256) == b"report"


def test_many_may_put_the_same_document_at_once(tmp_path: Path) -> None:
    store, content = FolderStore(tmp_path), b"x" * 100_000
    threads = [threading.Thread(target=store.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(hashlib.sha256(content).hexdigest()) == content
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
