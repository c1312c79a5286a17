"""The folder that QR codes are drawn to, for ``fairledger tag``."""

from pathlib import Path
from typing import TYPE_CHECKING

from fairledger.cli.errors import CommandError

if TYPE_CHECKING:
    from fairledger.digital_link.link import DigitalLink


def label_name(link: "DigitalLink") -> str:
    """A file's name for a link, such as ``01-09521000001107-21-FP26100001``."""
    return link.on("").strip("/").replace("/", "-")


def make_folder(folder: Path) -> None:
    """Make the folder for pictures, unless it is there. Raises ``CommandError`` (TAG_PICTURE)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError("TAG_PICTURE", f"{folder} can't be made: {error.strerror}") from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file of the folder. Raises ``CommandError`` (TAG_PICTURE)."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError("TAG_PICTURE", f"{path} can't be written: {error.strerror}") from error
