"""Documents in files: which, in which order, recorded by whom."""

from pathlib import Path

import pytest

from fairledger.trace import DocumentFile, TraceError, document_files
from fairledger.trace import files as module


def test_a_folders_documents_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("02-carrier-go.jsonld", "01-producer.json", "README.md", "sub/x.JSON"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert document_files([tmp_path]) == [
        DocumentFile(tmp_path / "01-producer.json", "producer"),
        DocumentFile(tmp_path / "02-carrier-go.jsonld", "carrier"),
        DocumentFile(tmp_path / "sub" / "x.JSON", "producer"),
    ]


@pytest.mark.parametrize(
    ("name", "recorder"),
    [
        ("03-merchant-sell.jsonld", "merchant"),
        ("3-inspector.json", "inspector"),
        ("03-processors-x.json", "producer"),
        ("merchant-sell.json", "producer"),
        ("03-regulator-x.json", "producer"),
    ],
)
def test_a_name_says_who_records_it(tmp_path: Path, name: str, recorder: str) -> None:
    (tmp_path / name).write_text("{}")
    assert [each.recorder for each in document_files([tmp_path / name])] == [recorder]


def test_a_file_is_read_as_utf_8_with_or_without_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert DocumentFile(path, "producer").read() == "{}"


def test_what_can_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'"\xff"')
    with pytest.raises(TraceError, match=r"x\.json is not UTF-8 at byte 1") as refusal:
        DocumentFile(path, "producer").read()
    assert refusal.value.code == "TRACE_FILES"
    with pytest.raises(TraceError, match=r"gone\.json can't be read: No such file"):
        DocumentFile(tmp_path / "gone.json", "producer").read()
    monkeypatch.setattr(module, "FILE_BYTES_MAX", 2)
    with pytest.raises(TraceError, match="more than 2 bytes"):
        DocumentFile(path, "producer").read()


def test_folders_without_documents_and_missing_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"holds no \*\.json"):
        document_files([tmp_path])
    with pytest.raises(TraceError, match="does not exist"):
        document_files([tmp_path / "gone"])
