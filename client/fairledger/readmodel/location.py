"""Where a service keeps its read model: in its folder, unless a file there names a PostgreSQL database."""

from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fairledger.readmodel.errors import StoreError

FILE: Final = "readmodel.url"
POSTGRESQL: Final = "postgresql+psycopg"
_OTHERS: Final = 0o077  # the bits of a file's mode that let anybody but its owner in


def readmodel_url(folder: Path) -> str:
    """SQLAlchemy's URL of the read model of the service whose data are in ``folder``.

    That is what ``readmodel.url`` in it says, such as ``postgresql+psycopg://service@db.example/platforma``; without
    that file it is SQLite's, in ``readmodel.sqlite``. libpq finds what the URL leaves out, a password in ``~/.pgpass``
    or the file that ``PGPASSFILE`` names. Raises ``StoreError`` (READMODEL_URL) for another URL, a file that can't be
    read, or one with a password that others can read.
    """
    file = folder / FILE
    try:
        url = file.read_text("utf-8").strip()
        exposed = has_password(url) and file.stat().st_mode & _OTHERS
    except FileNotFoundError:
        return f"sqlite:///{folder / 'readmodel.sqlite'}"
    except (OSError, ValueError) as error:
        raise StoreError("READMODEL_URL", f"{file} can't be read: {type(error).__name__}") from error
    if not url.startswith(f"{POSTGRESQL}://"):
        raise StoreError("READMODEL_URL", f"{file} holds no URL of the form {POSTGRESQL}://user@host/database")
    if exposed:
        raise StoreError("READMODEL_URL", f"{file} holds a password and others can read it", f"chmod 600 {file}")
    return url


def has_password(url: str) -> bool:
    """Whether a password stands in ``url``. Raises ``ValueError`` for what is no URL."""
    parts = urlsplit(url)
    return parts.password is not None or "password" in parse_qs(parts.query)
