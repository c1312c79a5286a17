"""Faults that a test asks of a peer: answers of ERROR, and a stream that breaks in the middle."""

from dataclasses import dataclass, field

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do at a request: answer ERROR with ``message``, or, without one, drop the stream."""

    kind: int
    message: str | None


@dataclass(slots=True)
class Faults:
    """Faults to come, each used once, by the type of the request that meets it (such as ``GET_STATE``)."""

    _pending: list[Fault] = field(default_factory=list)

    def refuse_next(self, kind: str, message: str) -> None:
        """Answer ERROR with ``message`` to the next request of type ``kind``; raises ``ValueError`` for no type."""
        self._pending.append(Fault(ChaincodeMessage.Type.Value(kind), message))

    def drop_at_next(self, kind: str) -> None:
        """Drop the stream instead of answering the next request of type ``kind``, as a peer does that is killed."""
        self._pending.append(Fault(ChaincodeMessage.Type.Value(kind), None))

    def take(self, kind: int) -> Fault | None:
        """Return and forget the first fault for requests of type ``kind``."""
        found = next((fault for fault in self._pending if fault.kind == kind), None)
        if found is not None:
            self._pending.remove(found)
        return found
