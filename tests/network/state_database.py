"""Editing a stopped peer's state database, as somebody with access to its disk could.

LevelDB's journal: blocks of 32 KiB, in them chunks of CRC (4 bytes, over type and data), length (2), type (1) and data.
"""

from pathlib import Path

BLOCK_BYTES = 32 * 1024
HEADER_BYTES = 7
CRC_MASK_DELTA = 0xA282EAD8
CASTAGNOLI = 0x82F63B78  # reversed polynomial of CRC-32C


def edit_state(peer_data: Path, old: bytes, new: bytes) -> None:
    """Replace a value (of the same length) that was written since the peer's last start; the checksums fit again."""
    assert len(old) == len(new)
    (journal,) = [f for f in (peer_data / "ledgersData" / "stateLeveldb").glob("*.log") if old in f.read_bytes()]
    content = bytearray(journal.read_bytes())
    at = content.index(old)
    content[at : at + len(old)] = new
    start, length = _chunk_around(content, at)
    assert at + len(new) <= start + HEADER_BYTES + length, "the value lies in two chunks"
    crc = _crc32c(bytes(content[start + 6 : start + HEADER_BYTES + length]))
    masked = (((crc >> 15) | (crc << 17)) + CRC_MASK_DELTA) & 0xFFFFFFFF
    content[start : start + 4] = masked.to_bytes(4, "little")
    journal.write_bytes(content)


def _chunk_around(content: bytes | bytearray, position: int) -> tuple[int, int]:
    """Start and data length of the chunk that holds the position."""
    at = 0
    while True:
        if BLOCK_BYTES - at % BLOCK_BYTES < HEADER_BYTES:
            at += BLOCK_BYTES - at % BLOCK_BYTES
        length = int.from_bytes(content[at + 4 : at + 6], "little")
        if position < at + HEADER_BYTES + length:
            return at, length
        at += HEADER_BYTES + length


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (CASTAGNOLI if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
