"""``fairledger document``: into the store that the service serves from, and onto the ledger."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import get_args

import pytest

from fairledger.cli.document import Kind
from fairledger.documents import DOCUMENT_BYTES_MAX
from fairledger_contracts.lineage.history import History
from fairledger_contracts.records.anchor import DocumentKind
from tests.unit.client.cli.conftest import Commands

CAN = "https://id.gs1.org/01/09521000002043/21/MP2609030002"
CONTENT = b"Listeria: none"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
AS = ("--as", "inspector", "--kind", "quality_report", "--title", "Milk [bold]7")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(CONTENT)
    return path


def test_a_document_is_stored_anchored_and_fetched(program: Commands, report: Path, tmp_path: Path) -> None:
    status, out, _err = program.run("document", "anchor", str(report), CAN, *AS)
    assert (status, out.splitlines()[0]) == (0, f"{report}: SHA-256 {SHA256}")
    assert f"anchored for {CAN} by Association inspector 9521000000056" in out

    told = History.model_validate_json(program.run("trace", "history", CAN, "--json")[1])
    (document,) = [anchor.document for anchor in told.anchors]
    assert (document.sha256, document.kind, document.title) == (SHA256, "quality_report", "Milk [bold]7")
    assert (document.media_type, document.size_bytes) == ("application/pdf", len(CONTENT))
    assert "Milk [bold]7" in program.run("trace", "history", CAN)[1]

    fetched = tmp_path / "fetched"
    arguments = (SHA256.upper(), "-o", str(fetched), "--organization", "Association")
    assert program.run("document", "fetch", *arguments)[0] == 0
    assert fetched.read_bytes() == CONTENT


@pytest.fixture
def other_service(program: Commands) -> Iterator[None]:
    """Another organisation's service, which has one document."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == f"/documents/{hashlib.sha256(b'elsewhere').hexdigest()}"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"elsewhere")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        program.state.services.write_text(json.dumps({"PlatformA": "http://127.0.0.1:1", "PlatformB": address}))
        yield
        program.state.services.unlink()
        server.shutdown()
        thread.join()


def test_what_is_missing_here_comes_from_another_organisation(
    program: Commands, other_service: None, tmp_path: Path
) -> None:
    address = hashlib.sha256(b"elsewhere").hexdigest()
    file = tmp_path / "file"
    arguments = (address, "-o", str(file), "--organization", "PlatformA")
    assert program.run("document", "fetch", *arguments)[1] == f"{file}: 9 bytes, as anchored\n"
    assert file.read_bytes() == b"elsewhere"
    assert (program.state.api("PlatformA") / "documents" / address[:2] / address[2:]).read_bytes() == b"elsewhere"


def test_a_document_that_was_swapped_is_not_handed_out(program: Commands, tmp_path: Path) -> None:
    address = hashlib.sha256(b"right").hexdigest()
    path = program.state.api("PlatformA") / "documents" / address[:2] / address[2:]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"wrong")
    arguments = (address, "-o", str(tmp_path / "x"), "--organization", "PlatformA")
    assert program.refused("document", "fetch", *arguments) == "DOCUMENT_DAMAGED"
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ab" * 32, "-o", "x"), "DOCUMENT_UNKNOWN"),
        (("../" * 21 + "x", "-o", "x"), "DOCUMENT_ADDRESS"),
        (("ab" * 32, "-o", "x", "--organization", "Nobody"), "CLI_ORGANIZATION_UNKNOWN"),
    ],
)
def test_what_cannot_be_fetched_is_refused(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("document", "fetch", *arguments) == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((CAN, *AS, "--media-type", "PDF"), "DOCUMENT_MEDIA_TYPE"),
        ((CAN, *AS[:-1], ""), "DOCUMENT_TITLE"),
        ((CAN, *AS, "--as", "nobody"), "CLI_IDENTITY_UNKNOWN"),
        (("", *AS), "TRACE_ITEMS"),
    ],
)
def test_what_cannot_be_anchored_is_refused(
    program: Commands, report: Path, arguments: tuple[str, ...], code: str
) -> None:
    assert program.refused("document", "anchor", str(report), *arguments) == code


def test_a_file_must_be_there_hold_something_and_not_too_much(program: Commands, tmp_path: Path) -> None:
    file = tmp_path / "scan"
    assert program.refused("document", "anchor", str(file), CAN, *AS) == "DOCUMENT_FILE"
    file.touch()
    assert program.refused("document", "anchor", str(file), CAN, *AS) == "DOCUMENT_EMPTY"
    with file.open("wb") as stream:
        stream.truncate(DOCUMENT_BYTES_MAX + 1)
    assert program.refused("document", "anchor", str(file), CAN, *AS) == "DOCUMENT_TOO_LARGE"


def test_the_command_knows_all_kinds(program: Commands) -> None:
    assert list(get_args(Kind)) == [kind.value for kind in DocumentKind]
    status, _out, err = program.run("document", "anchor", "x", CAN, "--as", "a", "--title", "t", "--kind", "poem")
    assert (status, "poem" in err) == (2, True)
