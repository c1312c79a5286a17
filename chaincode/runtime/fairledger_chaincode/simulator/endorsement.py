"""What one peer answers to a proposal, and what endorsements have to agree on."""

from collections.abc import Iterator
from dataclasses import dataclass

from fairledger_chaincode.simulator.policy import Signer
from fairledger_chaincode.simulator.rwset import NamespaceSet, PrivateChange, ReadWriteSet

STATUS_ENDORSED_BELOW = 400  # a response of this status or more is not endorsed
VALUE_SHOWN_BYTES = 60


@dataclass(frozen=True, slots=True)
class Event:
    """A chaincode event; a transaction has at most one."""

    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One peer's simulation of a proposal: what it would sign, and what stays with it."""

    peer: Signer
    status: int
    message: str
    payload: bytes
    event: Event | None
    rwset: ReadWriteSet
    private_changes: tuple[PrivateChange, ...]
    private_reads: frozenset[tuple[str, str]]
    queries_left_open: int


def differences(first: Endorsement, other: Endorsement) -> tuple[str, ...]:
    """Say in what two endorsements of one proposal differ, a line each; nothing when they agree."""
    return tuple(_differences(first, other))


def _differences(first: Endorsement, other: Endorsement) -> Iterator[str]:
    if (first.status, first.message) != (other.status, other.message):
        yield f"response {first.status} {first.message!r} / {other.status} {other.message!r}"
    if first.payload != other.payload:
        yield f"payload {_show(first.payload)} / {_show(other.payload)}"
    if first.event != other.event:
        yield f"event {_show_event(first.event)} / {_show_event(other.event)}"
    names = {part.namespace for rwset in (first.rwset, other.rwset) for part in rwset.namespaces}
    for name in sorted(names):
        yield from _set_differences(name, first.rwset.namespace(name), other.rwset.namespace(name))


def _set_differences(name: str, first: NamespaceSet | None, other: NamespaceSet | None) -> Iterator[str]:
    empty = NamespaceSet(name, (), (), (), (), ())
    first, other = first or empty, other or empty
    reads = [{read.key: read.version for read in part.reads} for part in (first, other)]
    for key in sorted(reads[0].keys() | reads[1].keys()):
        versions = [part.get(key, "not read") for part in reads]
        if versions[0] != versions[1]:
            yield f"read of {key!r} at {versions[0]} / {versions[1]}"
    writes = [{write.key: write.value for write in part.writes} for part in (first, other)]
    for key in sorted(writes[0].keys() | writes[1].keys()):
        values = [part.get(key, b"(not written)") for part in writes]
        if values[0] != values[1]:
            yield f"write of {key!r}: {_show(values[0])} / {_show(values[1])}"
    if first.range_reads != other.range_reads:
        yield f"range reads in {name}"
    if first.metadata_writes != other.metadata_writes:
        yield f"metadata writes in {name}"
    collections = {part.collection for side in (first, other) for part in side.collections}
    for collection in sorted(collections):
        parts = [next((c for c in side.collections if c.collection == collection), None) for side in (first, other)]
        if parts[0] != parts[1]:
            yield f"private data of collection {collection} in {name}"


def _show(value: bytes | None) -> str:
    if value is None:
        return "deleted"
    return repr(value if len(value) <= VALUE_SHOWN_BYTES else value[:VALUE_SHOWN_BYTES] + b"...")


def _show_event(event: Event | None) -> str:
    return "none" if event is None else f"{event.name!r} {_show(event.payload)}"
