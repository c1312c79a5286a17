"""The contracts of the chaincode ``credit``."""

from fairledger_chaincode import Contract
from fairledger_contracts.disclosure.contract import DisclosureContract
from fairledger_contracts.escrow.contract import Escrow
from fairledger_contracts.privacy.contract import Privacy
from fairledger_contracts.supervision.contract import Supervision
from fairledger_contracts.trace.contract import Trace


def all_contracts() -> list[Contract]:
    """One of each, as a chaincode server runs them."""
    return [Trace(), Escrow(), Privacy(), DisclosureContract(), Supervision()]
