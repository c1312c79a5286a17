"""A read model with nothing in it, made once by the program itself and copied for each test."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fairledger.readmodel.database import Database, sqlite_url


def put_empty_read_model(file: Path) -> None:
    """Write it there, with the folders on the way."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_made())


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "readmodel.sqlite"
        Database.open(sqlite_url(file)).close()
        assert [each.name for each in Path(folder).iterdir()] == [file.name]
        return file.read_bytes()
