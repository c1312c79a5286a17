"""Documents at an SFTP server: a host that is not known is not believed, and a lost connection is made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fairledger.documents import DocumentError
from fairledger.documents.remote import RemoteFolder
from tests.support.sftp import SftpServer, running_sftp


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    with running_sftp(tmp_path) as server:
        yield server


def refusal(folder: RemoteFolder) -> str:
    with pytest.raises(DocumentError) as refused:
        folder.read("ab/cd", 10)
    return refused.value.code


def test_a_connection_that_was_broken_off_is_made_anew(sftp: SftpServer) -> None:
    folder = RemoteFolder(sftp.url, **sftp.options)
    folder.write("ab/cd", b"report")
    sftp.break_off()
    assert folder.read("ab/cd", 10) == b"report"
    sftp.break_off()
    folder.write("ab/cd", b"another")
    assert folder.read("ab/cd", 10) == b"another"


def test_a_server_that_is_gone_is_told(sftp: SftpServer) -> None:
    folder = RemoteFolder(sftp.url, **sftp.options)
    folder.write("ab/cd", b"report")
    sftp.stop()
    assert refusal(folder) == "DOCUMENT_IO"


def test_a_host_that_nobody_knows_is_not_believed(
    sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert refusal(RemoteFolder(sftp.url, client_keys=sftp.options["client_keys"])) == "DOCUMENT_IO"


@pytest.mark.parametrize("url", ["gopher://host/x", "hdfs-x://y"])
def test_a_protocol_that_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(DocumentError) as refused:
        RemoteFolder(url)
    assert refused.value.code == "DOCUMENT_STORE"
