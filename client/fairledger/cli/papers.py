"""Documents that say why: kept in the organisation's store, and named on the ledger by their hashes."""

import mimetypes
from pathlib import Path
from typing import Annotated

import typer

from fairledger.cli.document import UNKNOWN_TYPE, description_of, read_document
from fairledger.cli.state import State

Documents = Annotated[
    list[Path] | None,
    typer.Option("--document", help="A file that says why, repeatable; everybody can fetch it, and sees its name."),
]


def papers(files: list[Path] | None, name: str, organization: str | None) -> str:
    """The files' descriptions as contracts read them (JSON); they are kept in the store of ``name``'s organisation.

    Raises ``CommandError`` (DOCUMENT_…), and as ``State.home_of``.
    """
    from fairledger.documents import open_store  # noqa: PLC0415  only commands with documents pay for it

    told = []
    for file in files or ():
        state = State.find()
        content = read_document(file)
        described = description_of(content, "statement", file.name, mimetypes.guess_type(file.name)[0] or UNKNOWN_TYPE)
        open_store(state.api(state.home_of(name, organization))).put(content)
        told.append(described.model_dump_json())
    return f"[{','.join(told)}]"
