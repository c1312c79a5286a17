"""Who made goods, or gave them their identity, as far as events tell."""

from collections.abc import Sequence

from sqlalchemy import Connection

from fairledger.readmodel.facts import FactReader
from fairledger.readmodel.lineage import BOUNDS
from fairledger_contracts.lineage.checks import makes
from fairledger_contracts.lineage.fact import counted
from fairledger_contracts.lineage.question import ALL_ROLES, Question
from fairledger_contracts.records.signatory import Party


def makers_of(connection: Connection, items: Sequence[str]) -> dict[str, set[Party]]:
    """The businesses that recorded the making of each item (canonical id), and stand by it; none where nobody did."""
    told = FactReader(connection)(Question(tuple(items), ALL_ROLES, BOUNDS.facts_max))
    return {item: {fact.recorder.party for fact in counted(told[item].facts) if makes(fact, item)} for item in items}
