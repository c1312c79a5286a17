"""Where an organisation keeps documents: in its service's folder, unless a file there names another place."""

from pathlib import Path
from typing import Final

from fairledger.documents.errors import DocumentError
from fairledger.documents.folder import Folder
from fairledger.documents.store import DocumentStore
from fairledger.readmodel.location import has_password

FILE: Final = "documents.url"
FOLDER: Final = "documents"


def open_store(data: Path) -> DocumentStore:
    """The documents of the service whose data are in ``data``.

    They are where ``documents.url`` in it says, such as ``sftp://store@files.example/fairledger``; without that file in
    the folder ``documents``. Raises ``DocumentError`` (DOCUMENT_STORE) for a file that can't be read, what is no URL,
    one with a password, which every error of a client might tell, and as ``RemoteFolder``.
    """
    file = data / FILE
    try:
        url = file.read_text("utf-8").strip()
        secret = has_password(url)
    except FileNotFoundError:
        return DocumentStore(Folder(data / FOLDER))
    except (OSError, ValueError) as error:
        raise DocumentError("DOCUMENT_STORE", f"{file} can't be read: {type(error).__name__}") from error
    if "://" not in url:
        raise DocumentError("DOCUMENT_STORE", f"{file} holds no URL such as sftp://store@files.example/fairledger")
    if secret:
        raise DocumentError("DOCUMENT_STORE", f"{file} holds a password: leave it to the protocol's own files")
    from fairledger.documents.remote import RemoteFolder  # noqa: PLC0415  only who keeps them elsewhere pays for it

    return DocumentStore(RemoteFolder(url))
