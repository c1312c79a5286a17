"""The proof that an order's personal data were purged: a transaction's bundle, and what it says of that order."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from fairledger.proof.errors import ProofError
from fairledger.proof.recorder import signer_of
from fairledger.proof.transaction import ProvedTransaction
from fairledger.proof.verify import Step, Verification
from fairledger.proof.writes import kind_of
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import PersonalData, collection_of

CODE: Final = "PROOF_PURGE"


class PurgeVerification(Verification):
    """The steps over a transaction's bundle, all but their last, and what makes that transaction the order's purge."""

    def __init__(
        self, data: bytes, roots: Mapping[str, bytes], platform: str, order: str, genesis: bytes | None
    ) -> None:
        super().__init__(data, roots, genesis)
        self._expected = (platform, order)
        self._record: OrderRecord

    def _steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            *super()._steps()[:-1],
            ("order marked as purged", self._marked),
            ("who purged", self._purger),
            ("command to the holders' peers", self._commanded),
            ("what remains", self._remains),
        ]

    def _marked(self) -> str:
        if self._bundle.kind != "transaction":
            raise ProofError(CODE, f"the bundle proves an {self._bundle.kind}, and not a transaction")
        self._record = record = _order_in(self._transaction)
        if (record.platform, record.order) != self._expected:
            raise ProofError(CODE, f"the transaction is about the order {record.order} of {record.platform}")
        if record.purged_at is None:
            raise ProofError(CODE, f"the transaction does not mark the order {record.order} as purged")
        return f"{record.order} of {record.platform} at {record.purged_at.isoformat()}: {record.purge_reason}"

    def _purger(self) -> str:
        (creator,) = self._creators.values()
        signer = signer_of(self._transaction, creator).model_dump(exclude={"certificate"})
        if self._record.purged_by is None or self._record.purged_by.model_dump() != signer:
            raise ProofError(CODE, "who is said to have purged is not who signed")
        if creator.msp_id != self._record.platform:
            raise ProofError(CODE, f"{creator.msp_id} is not the platform that the order is of")
        return f"{creator.name}, of the platform that the order is of"

    def _commanded(self) -> str:
        record, collection = self._record, collection_of(self._record.platform)
        key = PersonalData.key_of(record.order, record.seal.version)
        if (collection, hashlib.sha256(key.encode()).digest()) not in self._transaction.purged:
            raise ProofError(CODE, f"no command to purge version {record.seal.version} in {collection}")
        self._details = (
            f"SHA-256 of what was purged: {record.seal.private_sha256}",
            f"its fields: {', '.join(record.seal.fields)}",
        )
        return f"version {record.seal.version}, the last, in {collection} (is_purge)"

    def _remains(self) -> str:
        earlier = len(self._record.seals) - 1
        before = f"; the {earlier} version(s) before went when they were corrected" if earlier else ""
        return (
            "that no version conflict annulled it is vouched for by the peers that are asked, and that each holder's"
            f" peer obeyed by its operator; nothing here tells of copies that somebody made outside{before}"
        )

    @property
    def _transaction(self) -> ProvedTransaction:
        return self._transactions[self._bundle.subject]


def verify_purge(
    data: bytes, roots: Mapping[str, bytes], platform: str, order: str, genesis: bytes | None = None
) -> Iterator[Step]:
    """Verify that a bundle proves the purge of ``order`` at ``platform`` (MSP id): each step as it succeeds.

    Nothing is proved before the last step. Raises ``ProofError`` with the number of the step that failed: the codes of
    ``fairledger.proof.verify``, and PROOF_PURGE.
    """
    return PurgeVerification(data, roots, platform, order, genesis).run()


def _order_in(transaction: ProvedTransaction) -> OrderRecord:
    """The one order that the transaction wrote, under its own key. Raises ``ProofError`` (PROOF_PURGE)."""
    written = {key: state for key, state in transaction.writes.items() if kind_of(key) == OrderRecord.kind}
    if len(written) != 1:
        raise ProofError(CODE, f"the transaction writes {len(written)} orders")
    ((key, state),) = written.items()
    try:
        record = OrderRecord.model_validate_json(state or b"")
    except ValidationError:
        raise ProofError(CODE, "the order in the transaction can't be read") from None
    if record.ledger_key != key or not record.seals:
        raise ProofError(CODE, "the order in the transaction is under another's key, or has no personal data")
    return record
