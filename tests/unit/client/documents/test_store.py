"""A store of documents, in a folder and at an SFTP server: what is under an address is what it says, or it is told."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairledger.documents import DOCUMENT_BYTES_MAX, DocumentError, DocumentStore
from fairledger.documents.folder import Folder
from fairledger.documents.remote import RemoteFolder
from fairledger.documents.store import Files
from tests.support.sftp import SftpServer, running_sftp

ONE_STORE_FOR_ALL = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Place(NamedTuple):
    """A store, and the folder of this machine in which its files are."""

    store: DocumentStore
    folder: Path

    def file(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def refusal(self, sha256: str) -> str:
        with pytest.raises(DocumentError) as refused:
            self.store.get(sha256)
        assert str(self.folder) not in str(refused.value)
        return refused.value.code


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with running_sftp(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture(params=["folder", "sftp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Place(DocumentStore(Folder(tmp_path / "not" / "yet")), tmp_path / "not" / "yet")
    server: SftpServer = request.getfixturevalue("sftp")
    folder = server.root / "documents" / tmp_path.name
    return Place(DocumentStore(RemoteFolder(f"{server.url}/{tmp_path.name}", **server.options)), folder)


@ONE_STORE_FOR_ALL
@given(content=st.binary(max_size=2_000))
def test_what_is_put_is_had_under_the_sha256_of_its_content(place: Place, content: bytes) -> None:
    assert place.store.put(content) == hashlib.sha256(content).hexdigest()
    assert place.store.get(hashlib.sha256(content).hexdigest()) == content


def test_the_same_document_twice_is_one_file(place: Place) -> None:
    sha256 = place.store.put(b"report")
    assert place.store.put(b"report") == sha256
    assert place.files() == [place.file(sha256)]


def test_what_is_not_there_is_unknown(place: Place) -> None:
    assert place.refusal("ab" * 32) == "DOCUMENT_UNKNOWN"
    place.store.put(b"report")
    assert place.refusal("ab" * 32) == "DOCUMENT_UNKNOWN"


@ONE_STORE_FOR_ALL
@given(position=st.integers(0, 63), flip=st.integers(1, 255))
def test_one_changed_byte_is_damage_and_a_second_put_mends_it(place: Place, position: int, flip: int) -> None:
    content = bytes(64)
    sha256 = place.store.put(content)
    changed = bytearray(content)
    changed[position] ^= flip
    place.file(sha256).write_bytes(changed)
    assert place.refusal(sha256) == "DOCUMENT_DAMAGED"
    place.store.put(content)
    assert place.store.get(sha256) == content


@pytest.mark.parametrize("content", [b"", b"repor", b"report and more", b"another", b"x" * (DOCUMENT_BYTES_MAX + 9)])
def test_a_file_of_another_length_or_another_document_is_damage(place: Place, content: bytes) -> None:
    sha256 = place.store.put(b"report")
    place.file(sha256).write_bytes(content)
    assert place.refusal(sha256) == "DOCUMENT_DAMAGED"


def test_a_document_has_an_end(place: Place) -> None:
    largest = bytes(DOCUMENT_BYTES_MAX)
    assert place.store.get(place.store.put(largest)) == largest
    with pytest.raises(DocumentError) as refusal:
        place.store.put(largest + b"!")
    assert refusal.value.code == "DOCUMENT_TOO_LARGE"


def test_a_store_that_cannot_be_read_or_written_is_told_without_its_path_and_left_clean(place: Place) -> None:
    sha256 = hashlib.sha256(b"report").hexdigest()
    (place.file(sha256) / "in the way").mkdir(parents=True)
    assert place.refusal(sha256) == "DOCUMENT_IO"
    with pytest.raises(DocumentError) as refusal:
        place.store.put(b"report")
    assert refusal.value.code == "DOCUMENT_IO"
    assert str(place.folder) not in str(refusal.value)
    assert place.files() == []


def test_many_may_put_the_same_document_at_once(place: Place) -> None:
    content = b"x" * 100_000
    threads = [threading.Thread(target=place.store.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert place.store.get(hashlib.sha256(content).hexdigest()) == content
    assert len(place.files()) == 1


def test_a_store_of_another_kind_needs_two_methods() -> None:
    class Memory(dict[str, bytes]):
        def write(self, name: str, content: bytes) -> None:
            self[name] = content

        def read(self, name: str, bytes_max: int) -> bytes | None:
            return self.get(name, b"")[:bytes_max] if name in self else None

    files: Files = Memory()
    store = DocumentStore(files)
    assert store.get(store.put(b"report")) == b"report"
