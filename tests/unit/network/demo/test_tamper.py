"""One byte is changed, and only one."""

from pathlib import Path

import pytest

from fairledger_network.demo.tamper import edit_block_file
from fairledger_network.errors import DemoFailed

CHANNEL = "credit-channel"


def block_file(peer_data: Path, content: bytes) -> Path:
    file = peer_data / "ledgersData" / "chains" / "chains" / CHANNEL / "blockfile_000000"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("content", "edited"),
    [
        (b'\x00{"eventTime": "2026-01-02"}\xff', b'\x00{"eventTime": "2027-01-02"}\xff'),
        (
            b'{\\"eventTime\\":\\"2019-01-02\\"}, "eventTime":"2026"',
            b'{\\"eventTime\\":\\"2010-01-02\\"}, "eventTime":"2026"',
        ),
    ],
)
def test_the_year_of_the_first_event_is_changed(tmp_path: Path, content: bytes, edited: bytes) -> None:
    file = block_file(tmp_path, content)

    edit = edit_block_file(tmp_path, CHANNEL)

    assert file.read_bytes() == edited
    assert edit.file == file
    assert content[edit.offset : edit.offset + 1].decode() == edit.was
    assert edited[edit.offset : edit.offset + 1].decode() == edit.now


def test_without_an_event_nothing_is_changed(tmp_path: Path) -> None:
    file = block_file(tmp_path, b"a configuration block")

    with pytest.raises(DemoFailed):
        edit_block_file(tmp_path, CHANNEL)

    assert file.read_bytes() == b"a configuration block"
