"""The height at which a key was last written, which is all that conflict checks compare."""

from typing import NamedTuple


class Version(NamedTuple):
    """Block number and position in the block of the transaction that wrote a key."""

    block: int
    transaction: int

    def __str__(self) -> str:
        return f"{{BlockNum: {self.block}, TxNum: {self.transaction}}}"


def text(version: Version | None) -> str:
    """Spell ``version`` as the peer does in its messages; a key that does not exist has none."""
    return "<nil>" if version is None else str(version)
