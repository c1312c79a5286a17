"""Which endorsement policies a transaction's writes fall under: chaincode, collection or key."""

from collections.abc import Iterator
from dataclasses import dataclass

from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope
from google.protobuf.message import DecodeError

from fairledger_chaincode.simulator.definition import ChaincodeDefinition, Definitions
from fairledger_chaincode.simulator.errors import ChannelHalted
from fairledger_chaincode.simulator.rwset import NamespaceSet, ReadWriteSet
from fairledger_chaincode.simulator.state import WorldState

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"  # metadata name of a key-level endorsement policy
WrittenKey = tuple[str, str, str | bytes]  # namespace, collection or "", key or hash of a private key


@dataclass(frozen=True, slots=True)
class Requirement:
    """A policy that has to be satisfied, and for what."""

    subject: str
    policy: SignaturePolicyEnvelope


def requirements(
    rwset: ReadWriteSet, invoked: str, definitions: Definitions, world: WorldState
) -> tuple[Requirement, ...]:
    """Return the policies for a transaction that called ``invoked``.

    A key with a policy of its own needs that one only; another key needs its collection's policy, or else its
    chaincode's. What writes nothing needs the policy of the chaincode that was called. Raises ``ChannelHalted`` for a
    key-level policy that can't be read, at which Fabric's peers stop, and ``KeyError`` for an undefined chaincode.
    """
    found: dict[str, Requirement] = {}
    for name in sorted(namespaces(rwset, invoked)):
        definition = definitions[name]
        part = rwset.namespace(name)
        for requirement in _of_namespace(definition, part, world) if part is not None else ():
            found.setdefault(requirement.subject, requirement)
        if not any(subject.startswith(f"{name}:") for subject in found):
            subject = f"{name}:chaincode"
            found[subject] = Requirement(subject, definition.policy)
    return tuple(found.values())


def namespaces(rwset: ReadWriteSet, invoked: str) -> set[str]:
    """Return the chaincodes whose policies have a say: the one that was called, and all that are written to."""
    return {invoked} | {part.namespace for part in rwset.namespaces if part.writes_anything}


def written_keys(rwset: ReadWriteSet) -> Iterator[WrittenKey]:
    """Walk the keys that a transaction writes, values or metadata."""
    for part in rwset.namespaces:
        for write in part.writes:
            yield part.namespace, "", write.key
        for collection in part.collections:
            for hashed in collection.writes:
                yield part.namespace, collection.collection, hashed.key_hash
    yield from metadata_keys(rwset)


def metadata_keys(rwset: ReadWriteSet) -> Iterator[WrittenKey]:
    """Walk the keys whose metadata a transaction writes."""
    for part in rwset.namespaces:
        for write in part.metadata_writes:
            yield part.namespace, "", write.key
        for collection in part.collections:
            for hashed in collection.metadata_writes:
                yield part.namespace, collection.collection, hashed.key_hash


def _of_namespace(definition: ChaincodeDefinition, part: NamespaceSet, world: WorldState) -> Iterator[Requirement]:
    for namespace, collection, key in written_keys(ReadWriteSet((part,))):
        own = _own_policy(world, namespace, collection, key)
        if own is not None:
            name = key if isinstance(key, str) else key.hex()
            yield Requirement(f"{namespace}:key {collection}/{name}", own)
            continue
        found = definition.collection(collection) if collection else None
        policy = None if found is None else definition.collection_policy(found)
        if policy is not None:
            yield Requirement(f"{namespace}:collection {collection}", policy)
        else:
            yield Requirement(f"{namespace}:chaincode", definition.policy)


def _own_policy(world: WorldState, namespace: str, collection: str, key: str | bytes) -> SignaturePolicyEnvelope | None:
    match key:
        case bytes():
            held = world.hashed(namespace, collection).get(key)
        case str():
            held = world.public(namespace).get(key)
    encoded = b"" if held is None else held.metadata.get(VALIDATION_PARAMETER, b"")
    if not encoded:
        return None
    try:
        return SignaturePolicyEnvelope.FromString(encoded)
    except DecodeError as error:
        raise ChannelHalted(f"a key of {namespace} has an endorsement policy that can't be read") from error
