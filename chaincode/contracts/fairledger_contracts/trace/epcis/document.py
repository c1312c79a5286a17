"""A capture document (EPCIS 2.0, JSON or JSON-LD): read, checked, and taken apart into its events."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairledger_chaincode.errors import JsonRefused, RuleBroken
from fairledger_contracts.records.capture import (
    DOCUMENT_BYTES_MAX,
    EVENTS_MAX,
    ITEMS_MAX,
    LOOKED_UP_MAX,
    document_key,
)
from fairledger_contracts.records.carried import Carried, read_carried
from fairledger_contracts.records.event import event_key
from fairledger_contracts.records.event_digest import declared_event_digest, event_digest
from fairledger_contracts.trace.epcis.broken import Broken, refuse
from fairledger_contracts.trace.epcis.elements import check_string
from fairledger_contracts.trace.epcis.event_rules import check_event
from fairledger_contracts.trace.epcis.header import check_header
from fairledger_contracts.trace.epcis.items import NamedItem, items_of
from fairledger_contracts.trace.epcis.objects import Check, check_members, inner_scope, need
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.times import check_time
from fairledger_contracts.trace.epcis.uris import check_uri

DOCUMENT_TYPE = "EPCISDocument"
_VERSION = re.compile(r"2(\.[0-9]+)*")
NUL = "\\u0000"  # as canonical JSON writes it


@dataclass(frozen=True, slots=True)
class Event:
    """A checked event. ``text`` is what is kept, and found again by ``key``.

    ``digest`` covers its meaning and the name spaces it uses.
    An error declaration has the id and the content of the event that it declares erroneous; ``declared_digest`` is
    the digest of that content, and empty for every other event.
    """

    id: str
    key: str
    text: str
    digest: str
    declared_digest: str
    items: tuple[NamedItem, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``envelope`` is the document's text with its event list left empty."""

    envelope: str
    events: tuple[Event, ...]

    @property
    def is_large(self) -> bool:
        """Whether its events are looked up all at once, not one by one."""
        return len(self.events) > LOOKED_UP_MAX

    @property
    def key(self) -> str:
        """The key that documents with the same events have in common."""
        return document_key(hashlib.sha256("".join(event.key for event in self.events).encode()).hexdigest())


def read_document(text: str) -> Document:
    """Read and check a capture document.

    Raises ``RuleBroken`` with
      TRACE_DOCUMENT_TOO_LARGE  more bytes, events or items than the limits of ``records.capture``
      TRACE_DOCUMENT_INVALID    a rule of JSON or EPCIS is broken; the message has path, text and rule
      TRACE_EVENT_ID_MISSING    an event has no id: the client computes it before it captures
    """
    if len(text.encode("utf-8", "surrogatepass")) > DOCUMENT_BYTES_MAX:
        raise RuleBroken("TRACE_DOCUMENT_TOO_LARGE", f"a document has at most {DOCUMENT_BYTES_MAX} bytes")
    try:
        carried = read_carried(text)
        scope = _check_envelope(carried.value)
        return _take_apart(carried, scope)
    except JsonRefused as error:
        raise RuleBroken("TRACE_DOCUMENT_INVALID", f"$: {error.message} (json)") from error
    except Broken as broken:
        raise RuleBroken("TRACE_DOCUMENT_INVALID", str(broken)) from broken


def _check_body(value: object, scope: Scope) -> None:
    members = check_members(value, scope, {"eventList": _check_event_list})
    need(members, "eventList")


def _check_event_list(value: object, _scope: Scope) -> None:
    if type(value) is not list:
        refuse("type", "must be a list of events")
    if not value:
        refuse("empty-list", "holds at least one event")


def _check_document_type(value: object, _scope: Scope) -> None:
    if value != DOCUMENT_TYPE:
        refuse("document-type", f"must be {DOCUMENT_TYPE}")


def _check_version(value: object, _scope: Scope) -> None:
    if not isinstance(value, str) or _VERSION.fullmatch(value) is None:
        refuse("schema-version", 'must be a version of EPCIS 2, as the string "2.0"')


def _accept(_value: object, _scope: Scope) -> None:
    """For the context, which was read on the way in."""


_DOCUMENT: Mapping[str, Check] = {
    "@context": _accept,
    "id": check_uri,
    "type": _check_document_type,
    "schemaVersion": _check_version,
    "creationDate": check_time,
    "instanceIdentifier": check_string,
    "sender": check_string,
    "receiver": check_string,
    "epcisHeader": check_header,
    "epcisBody": _check_body,
}


def _check_envelope(document: Any) -> Scope:
    if type(document) is not dict:
        refuse("type", "a document is an object")
    need(document, "@context", "type", "schemaVersion", "creationDate", "epcisBody")
    scope = inner_scope(document, Scope())
    check_members(document, scope, _DOCUMENT)
    return scope


def _take_apart(carried: Carried, scope: Scope) -> Document:
    document = carried.value
    listed = document["epcisBody"]["eventList"]
    if len(listed) > EVENTS_MAX:
        raise RuleBroken("TRACE_DOCUMENT_TOO_LARGE", f"a document has at most {EVENTS_MAX} events, not {len(listed)}")
    events = []
    for i, value in enumerate(listed):
        try:
            events.append(_read_event(carried, value, scope))
        except Broken as broken:
            raise broken.at(i).at("eventList").at("epcisBody") from None
        except RuleBroken as error:
            raise RuleBroken(error.code, f"$.epcisBody.eventList[{i}]: {error.message}") from None
    items = sum(len(event.items) for event in events)
    if items > ITEMS_MAX:
        raise RuleBroken("TRACE_DOCUMENT_TOO_LARGE", f"the events name at most {ITEMS_MAX} items, not {items}")
    envelope = {**document, "epcisBody": {**document["epcisBody"], "eventList": []}}
    return Document(carried.text(envelope), tuple(events))


def _read_event(carried: Carried, value: Any, scope: Scope) -> Event:
    check_event(value, scope)
    if "eventID" not in value:
        raise RuleBroken("TRACE_EVENT_ID_MISSING", "has no eventID; the client adds the event's hash as its id")
    text = carried.text(value)
    if NUL in text:
        _refuse_nul(value)
    if "@context" in value:
        scope = inner_scope(value, scope)
    digest = event_digest(carried, value, scope.own, text=text)
    event_id = value["eventID"]
    return Event(
        id=event_id,
        key=event_key(event_id, digest),
        text=text,
        digest=digest,
        declared_digest=declared_event_digest(carried, value, scope.own),
        items=items_of(value),
    )


def _refuse_nul(value: Any) -> None:
    """Raises ``Broken`` when a string or name holds U+0000, which databases and ledger keys can't keep."""
    if isinstance(value, str) and "\x00" in value:
        refuse("character", "U+0000 is permitted nowhere")
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        if isinstance(step, str):
            _refuse_nul(step)
        try:
            _refuse_nul(member)
        except Broken as broken:
            raise broken.at(step) from None
