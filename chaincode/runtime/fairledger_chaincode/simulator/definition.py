"""Chaincode definitions: what the channel has agreed about each chaincode."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope

from fairledger_chaincode.simulator.collection import Collection, implicit_collection
from fairledger_chaincode.simulator.policy import Signer, is_satisfied, parse_policy


@dataclass(frozen=True, slots=True)
class ChaincodeDefinition:
    """Name, endorsement policy and collections of one chaincode; raises ``PolicyMalformed`` for a bad policy."""

    name: str
    policy: SignaturePolicyEnvelope
    collections: tuple[Collection, ...] = ()
    version: str = "1.0"
    _members: dict[str, SignaturePolicyEnvelope] = field(default_factory=dict, repr=False, compare=False)
    _endorsement: dict[str, SignaturePolicyEnvelope] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for collection in self.collections:
            self._members[collection.name] = parse_policy(collection.members)
            if collection.endorsement_policy is not None:
                self._endorsement[collection.name] = parse_policy(collection.endorsement_policy)

    def collection(self, name: str) -> Collection | None:
        """Return the collection ``name``, defined or implicit, or ``None``."""
        found = next((collection for collection in self.collections if collection.name == name), None)
        return found or implicit_collection(name)

    def members(self, collection: Collection) -> SignaturePolicyEnvelope:
        """Return who holds ``collection``, as a policy."""
        if collection.name not in self._members:
            self._members[collection.name] = parse_policy(collection.members)
        return self._members[collection.name]

    def collection_policy(self, collection: Collection) -> SignaturePolicyEnvelope | None:
        """Return the endorsement policy of writes to ``collection``; ``None`` means the chaincode's own."""
        return self._endorsement.get(collection.name)


class Definitions:
    """All chaincodes of the channel, by name."""

    def __init__(self, definitions: Iterable[ChaincodeDefinition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}

    def add(self, definition: ChaincodeDefinition) -> None:
        """Define a chaincode, or define it anew."""
        self._definitions[definition.name] = definition

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def __getitem__(self, name: str) -> ChaincodeDefinition:
        return self._definitions[name]

    def get(self, name: str) -> ChaincodeDefinition | None:
        """Return the definition of the chaincode ``name``, or ``None``."""
        return self._definitions.get(name)

    def collection(self, chaincode: str, name: str) -> Collection | None:
        """Return the collection ``name`` of ``chaincode``, or ``None``."""
        definition = self.get(chaincode)
        return None if definition is None else definition.collection(name)

    def is_member(self, signer: Signer, chaincode: str, name: str) -> bool:
        """Tell whether ``signer`` is a member of the collection ``name`` of ``chaincode``."""
        definition = self.get(chaincode)
        collection = None if definition is None else definition.collection(name)
        return (
            definition is not None and collection is not None and is_satisfied(definition.members(collection), [signer])
        )
