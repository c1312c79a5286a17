"""Where documents are kept is what a file in the service's folder says, else that folder."""

from pathlib import Path

import pytest

from fairledger.documents import DocumentError, open_store


def test_without_a_word_they_are_in_the_services_folder(tmp_path: Path) -> None:
    sha256 = open_store(tmp_path).put(b"report")
    assert (tmp_path / "documents" / sha256[:2] / sha256[2:]).read_bytes() == b"report"


def test_a_url_names_another_place(tmp_path: Path) -> None:
    (tmp_path / "documents.url").write_text(f"file://{tmp_path}/mounted\n")
    sha256 = open_store(tmp_path).put(b"report")
    assert (tmp_path / "mounted" / sha256[:2] / sha256[2:]).read_bytes() == b"report"
    assert open_store(tmp_path).get(sha256) == b"report"


@pytest.mark.parametrize(
    "content", [b"", b"documents", b"gopher://host/x", b"sftp://store:secret@host/x", b"\xff", b"sftp://[::1/x"]
)
def test_what_names_no_place_is_refused_and_a_password_not_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "documents.url").write_bytes(content)
    with pytest.raises(DocumentError) as refusal:
        open_store(tmp_path)
    assert refusal.value.code == "DOCUMENT_STORE"
    assert "secret" not in str(refusal.value)
