"""Who held goods from when to when, and how well each hand-over is told."""

import pytest

from fairledger_contracts.lineage.custody import Told, handovers, holdings
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import Leg
from tests.support.facts import CARRIER, GS1, INSPECTOR, MERCHANT, PRODUCER, at, fact, seen


def legs(*facts: Fact) -> list[Leg]:
    return [Leg(each, "") for each in facts]


def test_a_holder_has_goods_from_its_first_event_to_its_last() -> None:
    held = holdings(
        legs(seen("1", 1, by=PRODUCER), seen("2", 2, by=PRODUCER), seen("3", 3, by=CARRIER), seen("4", 4, by=PRODUCER))
    )
    assert [(each.party, each.since, each.until) for each in held] == [
        (PRODUCER.party, at(1), at(2)),
        (CARRIER.party, at(3), at(3)),
        (PRODUCER.party, at(4), at(4)),
    ]
    assert (held[0].first.event_id, held[0].last.event_id) == ("1", "2")


def test_colleagues_are_one_holder_and_persons_without_a_place_their_own() -> None:
    colleague = PRODUCER.model_copy(update={"id": "colleague"})
    alone, other = (CARRIER.model_copy(update={"gln": "", "id": name}) for name in ("alone", "other"))
    held = holdings(legs(*(seen(str(i), i, by=by) for i, by in enumerate((PRODUCER, colleague, alone, other)))))
    assert len(held) == 3


def test_inspectors_hold_nothing_and_withdrawn_events_tell_nothing() -> None:
    held = holdings(legs(seen("1", 1), seen("2", 2, by=INSPECTOR), fact("3", 3, by=CARRIER, declared=True)))
    assert [each.party for each in held] == [PRODUCER.party]


@pytest.mark.parametrize(
    ("given", "taken", "told"),
    [
        ("shipping", "receiving", Told.BY_BOTH),
        ("departing", "arriving", Told.BY_BOTH),
        ("shipping", "storing", Told.BY_ONE),
        ("storing", "accepting", Told.BY_ONE),
        ("storing", "storing", Told.BY_NOBODY),
        ("receiving", "shipping", Told.BY_NOBODY),
    ],
)
def test_a_handover_is_told_by_the_steps_of_giver_and_taker(given: str, taken: str, told: Told) -> None:
    held = holdings(legs(seen("1", 1, step=given), seen("2", 2, step=taken, by=CARRIER)))
    (change,) = handovers(held)
    assert (change.giver.party, change.taker.party, change.told) == (PRODUCER.party, CARRIER.party, told)


def test_a_possessing_party_that_is_named_tells_it_too() -> None:
    to_carrier = fact("1", 1, taker=f"{GS1}/417/{CARRIER.gln}")
    to_merchant = fact("1", 1, taker=f"{GS1}/417/{MERCHANT.gln}")
    from_producer = fact("2", 2, by=CARRIER, giver=f"{GS1}/414/{PRODUCER.gln}/254/DOCK")

    def told(giver: Fact, taker: Fact) -> list[Told]:
        return [change.told for change in handovers(holdings(legs(giver, taker)))]

    assert told(to_carrier, from_producer) == [Told.BY_BOTH]
    assert told(to_merchant, from_producer) == [Told.BY_ONE]
    assert told(to_merchant, seen("2", 2, by=CARRIER)) == [Told.BY_NOBODY]
