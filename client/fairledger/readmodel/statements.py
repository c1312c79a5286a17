"""Public statements: texts that people wrote at the desk, which records of supervision name by their hashes.

Other documents of such records are their parties' own; who writes a statement is told that it is public.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, exists, select

from fairledger.readmodel.tables import record_terms
from fairledger_contracts.records.anchor import DocumentDescription, DocumentKind
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.sanction import Sanction

TERM: Final = "statement"
TITLE: Final = "公开说明 · Public statement"
MEDIA_TYPE: Final = "text/plain"


def described(sha256: str, size_bytes: int) -> dict[str, object]:
    """The description by which a document is a public statement."""
    fixed = {"kind": DocumentKind.OTHER, "title": TITLE, "media_type": MEDIA_TYPE}
    return {"sha256": sha256, "size_bytes": size_bytes, **fixed}


def statements_of(record: Complaint | Sanction | Inspection) -> Iterator[tuple[str, str]]:
    """Each public statement that a record names, once."""
    yield from ((TERM, sha256) for sha256 in dict.fromkeys(_public(_documents(record))))


def is_statement(connection: Connection, sha256: str) -> bool:
    """Whether a record names this document as a public statement."""
    found = exists().where(record_terms.c.name == TERM, record_terms.c.value == sha256)
    return bool(connection.execute(select(found)).scalar_one())


def _documents(record: Complaint | Sanction | Inspection) -> Iterator[DocumentDescription]:
    if isinstance(record, Inspection):
        yield from (*record.mended, *record.sent_back)
        for finding in record.findings:
            yield from finding.documents
    else:
        for step in record.steps:
            yield from step.documents


def _public(documents: Iterable[DocumentDescription]) -> Iterator[str]:
    return (each.sha256 for each in documents if (each.title, each.media_type) == (TITLE, MEDIA_TYPE))
