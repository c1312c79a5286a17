"""Who may read and write a collection: the peer decides by the proposal's creator, before the ledger is asked."""

from fairledger_chaincode.simulator.definition import Definitions
from fairledger_chaincode.simulator.errors import LedgerRefusal
from fairledger_chaincode.simulator.policy import Signer, is_satisfied


class CollectionAccess:
    """The permissions of one creator on the collections of one chaincode."""

    def __init__(self, channel_id: str, namespace: str, definitions: Definitions, creator: Signer) -> None:
        self._channel_id = channel_id
        self._namespace = namespace
        self._definitions = definitions
        self._creator = creator

    def check_read(self, collection: str) -> None:
        """Raise ``LedgerRefusal`` unless the creator may read ``collection``."""
        self._check(collection, "read")

    def check_write(self, collection: str) -> None:
        """Raise ``LedgerRefusal`` unless the creator may write to ``collection``."""
        self._check(collection, "write")

    def _check(self, name: str, what: str) -> None:
        definition = self._definitions.get(self._namespace)
        collection = None if definition is None else definition.collection(name)
        if definition is None or collection is None:
            raise LedgerRefusal(f"collection {self._channel_id}/{self._namespace}/{name} could not be found")
        members_only = collection.member_only_read if what == "read" else collection.member_only_write
        if members_only and not is_satisfied(definition.members(collection), [self._creator]):
            raise LedgerRefusal(
                f"tx creator does not have {what} access permission on privatedata in "
                f"chaincodeName:{self._namespace} collectionName: {name}"
            )
