"""Public papers: documents that records of supervision name by their hashes, and that everybody can read.

They are what platforms disclose, what a watcher kept as evidence, and the statements that people make to complaints,
sanctions and inspections. Other documents of such records are their parties' own; who makes a statement is told that
it is public. A standard's text is public in the same way.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, select

from fairledger.readmodel.tables import record_terms
from fairledger_contracts.records.anchor import DocumentDescription, DocumentKind
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.disclosure import Disclosure
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.monitoring import Anomaly
from fairledger_contracts.records.sanction import Sanction

TERM: Final = "statement"  # of a text that browsers show
PAPER: Final = "paper"  # of anything else
TITLE: Final = "公开说明 · Public statement"
MEDIA_TYPE: Final = "text/plain"


def described(sha256: str, size_bytes: int) -> dict[str, object]:
    """The description of a text that was written at the desk."""
    fixed = {"kind": DocumentKind.STATEMENT, "title": TITLE, "media_type": MEDIA_TYPE}
    return {"sha256": sha256, "size_bytes": size_bytes, **fixed}


def public_papers(record: Complaint | Sanction | Inspection | Disclosure | Anomaly) -> Iterator[tuple[str, str]]:
    """Terms of each public paper that a record names, once: ``TERM`` or ``PAPER``, and its hash."""
    if isinstance(record, Anomaly):
        yield from ((PAPER, sha256) for sha256 in dict.fromkeys(record.evidence))
        return
    disclosed = isinstance(record, Disclosure)
    named = (each for each in _documents(record) if disclosed or each.kind is DocumentKind.STATEMENT)
    yield from dict.fromkeys((TERM if each.media_type == MEDIA_TYPE else PAPER, each.sha256) for each in named)


def public_kind(connection: Connection, sha256: str) -> str:
    """By what term a record names this document as a public paper; empty where none does."""
    terms = record_terms.c
    found = select(terms.name).where(terms.name.in_((TERM, PAPER)), terms.value == sha256).order_by(terms.name.desc())
    return connection.execute(found.limit(1)).scalar_one_or_none() or ""


def _documents(record: Complaint | Sanction | Inspection | Disclosure) -> Iterable[DocumentDescription]:
    if isinstance(record, Disclosure):
        yield from record.attachments
    elif isinstance(record, Inspection):
        yield from (*record.mended, *record.sent_back)
        for finding in record.findings:
            yield from finding.documents
    else:
        for step in record.steps:
            yield from step.documents
