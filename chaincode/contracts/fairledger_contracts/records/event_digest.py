"""The digest by which the ledger knows an event's content: the contract computes it, and so does who checks a record.

It is the SHA-256 of the event's meaning without ``recordTime``, which only says when a repository recorded it before,
and of a line ``prefix IRI``, sorted, for each name space that the event uses and the standard's context does not have.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from fairledger_contracts.records.carried import Carried, read_carried
from fairledger_contracts.records.namespaces import own_terms_of, used_in

RECORD_TIME = "recordTime"
ERROR_DECLARATION = "errorDeclaration"


def event_digest(
    carried: Carried, event: Mapping[str, Any], own: Mapping[str, str], *without: str, text: str = ""
) -> str:
    """The digest of ``event``, a part of ``carried``, in hexadecimal digits.

    ``own`` are the declarations in force that the standard does not have, ``without`` members that are left out, and
    ``text`` is the form in which the whole event is kept, when it is at hand.
    """
    left_out = {RECORD_TIME, *without}
    if text and carried.is_canonical and left_out.isdisjoint(event):
        meaning = text
    else:
        meaning = carried.meaning({key: member for key, member in event.items() if key not in left_out})
    namespaces = used_in(meaning, own)
    if namespaces:
        meaning += "".join(f"\n{prefix} {namespaces[prefix]}" for prefix in sorted(namespaces))
    return hashlib.sha256(meaning.encode()).hexdigest()


def declared_event_digest(carried: Carried, event: Mapping[str, Any], own: Mapping[str, str]) -> str:
    """For an error declaration the digest of the event that it declares erroneous, empty for every other event."""
    return event_digest(carried, event, own, ERROR_DECLARATION) if ERROR_DECLARATION in event else ""


def recorded_digests(event: str, context: str) -> tuple[str, str]:
    """Digest and declared digest from the texts that are kept of an event and of its document's ``@context``.

    Raises ``JsonRefused`` for what the contract would not have kept.
    """
    carried = read_carried(event)
    contexts = [read_carried(context).value]
    if "@context" in carried.value:
        contexts.append(carried.value["@context"])
    own = own_terms_of(contexts)
    return event_digest(carried, carried.value, own, text=event), declared_event_digest(carried, carried.value, own)
