"""Files of virtual goods: sealed for the buyer, and their key, which nobody else on this machine may read."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fairledger.cli.errors import CommandError

if TYPE_CHECKING:
    from fairledger_contracts.records.order import Commitment


def seal_file(goods: Path, order_id: str) -> "Commitment":
    """Write ``<goods>.<order>.sealed`` and, with mode 600, ``<goods>.<order>.key``: each buyer has a key of their own.

    Raises ``CommandError`` (ESCROW_GOODS_FILE), also for goods that are too large, and where the files are there.
    """
    from fairledger.escrow.goods import seal  # noqa: PLC0415  only this command pays for it

    content = read_file(goods)
    try:
        sealed = seal(content)
    except ValueError as error:
        raise CommandError("ESCROW_GOODS_FILE", str(error)) from error
    write_new(path_of(goods, order_id, "key"), sealed.key.hex().encode(), 0o600)
    write_new(path_of(goods, order_id, "sealed"), sealed.ciphertext, 0o644)
    return sealed.commitment


def path_of(goods: Path, order_id: str, kind: str) -> Path:
    """Where the sealed goods or their key are, beside the goods."""
    return goods.with_name(f"{goods.name}.{order_id[:12]}.{kind}")


def read_key(file: Path) -> bytes:
    """The key in a file that ``seal_file`` wrote. Raises ``CommandError`` (ESCROW_KEY_FILE), without its content."""
    try:
        key = bytes.fromhex(read_file(file).decode("ascii"))
    except ValueError:
        # The cause is left out: it would show what is in the file.
        raise CommandError("ESCROW_KEY_FILE", f"{file} holds no key", "name the file that accepting wrote") from None
    return key


def read_file(file: Path) -> bytes:
    """Raises ``CommandError`` (ESCROW_GOODS_FILE)."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError("ESCROW_GOODS_FILE", f"{file} can't be read: {error.strerror}") from error


def write_new(file: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet: no key is ever overwritten. Raises ``CommandError`` (ESCROW_GOODS_FILE)."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except FileExistsError as error:
        remedy = "move it away if the order was not accepted with it"
        raise CommandError("ESCROW_GOODS_FILE", f"{file} is there already", remedy) from error
    except OSError as error:
        raise CommandError("ESCROW_GOODS_FILE", f"{file} can't be written: {error.strerror}") from error
