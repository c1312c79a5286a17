"""What somebody with access to a peer's disk could do: change when something happened."""

import re
from dataclasses import dataclass
from pathlib import Path

from fairledger_network.errors import DemoFailed

EVENT_YEAR = re.compile(rb"eventTime\W{1,8}\d\d\d(\d)")


@dataclass(frozen=True)
class Edit:
    """One byte of ``file`` at ``offset``, in bytes from its start, that was changed."""

    file: Path
    offset: int
    was: str
    now: str


def edit_block_file(peer_data: Path, channel: str) -> Edit:
    """Change the year of the first event in a peer's block file. Raises ``DemoFailed`` if there is none."""
    file = peer_data / "ledgersData" / "chains" / "chains" / channel / "blockfile_000000"
    content = file.read_bytes()
    found = EVENT_YEAR.search(content)
    if found is None:
        raise DemoFailed(f"{file} holds no recorded event")
    offset = found.start(1)
    was = found.group(1)
    now = b"%d" % ((int(was) + 1) % 10)
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(now)
    return Edit(file, offset, was.decode(), now.decode())
