"""What platforms disclosed of refunds is held against what the ledger adds up to."""

from datetime import UTC, datetime

import pytest

from fairledger.readmodel.disclosed_refunds import DisclosedRefunds, disclosed_refunds
from fairledger.readmodel.projector import Projector
from fairledger_chaincode.record import Record
from fairledger_contracts.records.disclosure import ComplaintFigures, Disclosure, DisclosureState
from fairledger_contracts.records.order import Order, OrderState
from fairledger_contracts.records.settlement import Amounts, Liable, Pools, RuleCode, Settlement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import StandardVersion
from tests.support.blocks import Chain, envelope
from tests.support.escrow import OFFICER, terms
from tests.unit.client.readmodel.conftest import OpenDatabase

STANDARD = StandardVersion(name="disclosure", version="0001")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
NOTHING = Pools(price_minor=0, bond_minor=0, carrier_bond_minor=0)


def figures(refunded_minor: int | None, msp_id: str = "PlatformAMSP") -> Disclosure:
    published = None
    if refunded_minor is not None:
        counts = {"orders": 9, "complaints": 0, "complaints_resolved": 0, "refunds": 2}
        published = ComplaintFigures(subject="figures", **counts, refunded_minor=refunded_minor, currency="CNY")
    return Disclosure(
        msp_id=msp_id,
        subject="figures",
        period="2026-03",
        state=DisclosureState.FILED if published else DisclosureState.MISSING,
        standard=STANDARD,
        due_at=MARCH,
        published=published,
        recorder=OFFICER,
    )


def ended(
    number: int, at: datetime, refunded_minor: int, state: OrderState = OrderState.REFUNDED, damages_minor: int = 0
) -> list[Record]:
    """An order of a seller of PlatformA, and its settlement."""
    seller = Signatory(msp_id="PlatformAMSP", id="eDUwOTo6", role="merchant", gln="")
    order = Order(
        id=f"{number:064x}",
        listing="1",
        terms=terms(),
        terms_sha256="ab" * 32,
        buyer=OFFICER,
        seller=seller,
        area="wtw",
        state=state,
        ordered_at=at,
        due_at=None,
        price=None,
        recorder=OFFICER,
    )
    settlement = Settlement(
        order=order.id,
        rule=RuleCode.NOT_SHIPPED,
        standard=order.terms.standard,
        evidence=(),
        liable=Liable.SELLER,
        currency="CNY",
        original=NOTHING,
        held=Pools(price_minor=refunded_minor, bond_minor=damages_minor, carrier_bond_minor=0),
        proposed=(),
        agreed=None,
        votes=(),
        final=Amounts(buyer_minor=refunded_minor + damages_minor, seller_minor=0, carrier_minor=0),
        movement="",
        settled_at=at,
        recorder=OFFICER,
    )
    return [order, settlement]


def told(open_database: OpenDatabase, records: list[Record]) -> list[DisclosedRefunds]:
    chain = Chain()
    chain.add([envelope(f"{at:064x}", {each.ledger_key: each.to_state()}) for at, each in enumerate(records)])
    database = open_database("model")
    for block in chain.blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        return disclosed_refunds(connection)


@pytest.mark.parametrize(("disclosed", "covered"), [(1_500, True), (9_000, True), (1_499, False), (0, False)])
def test_a_platform_discloses_at_least_what_was_refunded_by_contract_in_the_period(
    open_database: OpenDatabase, disclosed: int, *, covered: bool
) -> None:
    records = [
        figures(disclosed),
        *ended(1, MARCH, 1_000),
        *ended(2, datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), 400, damages_minor=30),
        *ended(5, MARCH, 100, OrderState.SETTLED),  # in part
        *ended(3, datetime(2026, 4, 1, tzinfo=UTC), 70),  # of the next period
        *ended(4, MARCH, 80, OrderState.CANCELLED),  # never was a sale
    ]
    (found,) = told(open_database, records)
    assert (found.platform, found.period, found.on_ledger_minor, found.is_covered) == (
        "PlatformAMSP",
        "2026-03",
        1_500,
        covered,
    )


def test_another_platforms_refunds_are_not_its_own_and_what_is_missing_says_nothing(
    open_database: OpenDatabase,
) -> None:
    records = [figures(0, "PlatformBMSP"), figures(None), *ended(1, MARCH, 1_000)]
    (found,) = told(open_database, records)
    assert (found.platform, found.on_ledger_minor, found.is_covered) == ("PlatformBMSP", 0, True)
