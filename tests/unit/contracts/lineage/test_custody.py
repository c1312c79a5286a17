"""Who held goods from when to when, and how well each hand-over is told."""

import pytest

from fairledger_contracts.lineage.custody import Told, handovers, holdings
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import Leg
from fairledger_contracts.records.signatory import Signatory
from tests.support.facts import CARRIER, GS1, INSPECTOR, MERCHANT, PROCESSOR, PRODUCER, at, fact, possessing, seen


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


def told(*facts: Fact) -> list[Told]:
    return [change.told for change in handovers(holdings(legs(*facts)))]


def astray(*facts: Fact) -> list[str]:
    return [each.event_id for change in handovers(holdings(legs(*facts))) for each in change.astray]


def gives(event_id: str, hours: float, by: Signatory, to: Signatory, step: str = "shipping") -> Fact:
    return fact(event_id, hours, by=by, step=step, taker=possessing(to))


def takes(event_id: str, hours: float, by: Signatory, source: Signatory, step: str = "receiving") -> Fact:
    return fact(event_id, hours, by=by, step=step, giver=possessing(source))


@pytest.mark.parametrize(
    ("given", "taken", "named", "unnamed"),
    [
        ("shipping", "receiving", Told.BY_BOTH, Told.BY_ONE),
        ("departing", "arriving", Told.BY_BOTH, Told.BY_ONE),
        ("shipping", "storing", Told.BY_ONE, Told.BY_ONE),
        ("storing", "accepting", Told.BY_BOTH, Told.BY_ONE),
        ("storing", "storing", Told.BY_ONE, Told.BY_NOBODY),
        ("receiving", "shipping", Told.BY_ONE, Told.BY_NOBODY),
    ],
)
def test_a_handover_is_told_by_steps_of_which_one_names_the_other(
    given: str, taken: str, named: Told, unnamed: Told
) -> None:
    to_carrier = gives("1", 1, PRODUCER, CARRIER, step=given)
    assert told(to_carrier, seen("2", 2, step=taken, by=CARRIER)) == [named]
    assert told(seen("1", 1, step=given), seen("2", 2, step=taken, by=CARRIER)) == [unnamed]


def test_holders_who_name_each_other_tell_it_whatever_their_steps() -> None:
    to_carrier = gives("1", 1, PRODUCER, CARRIER, step="storing")
    from_dock = fact("2", 2, by=CARRIER, giver=f"{GS1}/414/{PRODUCER.gln}/254/DOCK")
    assert told(to_carrier, from_dock) == [Told.BY_BOTH]
    (change,) = handovers(holdings(legs(to_carrier, from_dock)))
    assert (change.giver.party, change.taker.party, change.astray) == (PRODUCER.party, CARRIER.party, ())


def test_who_names_somebody_else_tells_nothing_whatever_the_step() -> None:
    to_merchant, from_producer = gives("1", 1, PRODUCER, MERCHANT), takes("2", 2, PROCESSOR, PRODUCER)
    received, from_merchant = seen("2", 2, step="receiving", by=PROCESSOR), takes("2", 2, PROCESSOR, MERCHANT)
    assert (told(to_merchant, from_producer), astray(to_merchant, from_producer)) == ([Told.BY_ONE], ["1"])
    assert (told(to_merchant, received), astray(to_merchant, received)) == ([Told.BY_ONE], ["1"])
    assert (told(to_merchant, from_merchant), astray(to_merchant, from_merchant)) == ([Told.BY_NOBODY], ["1", "2"])
    shipped = seen("1", 1, step="shipping")
    assert (told(shipped, from_merchant), astray(shipped, from_merchant)) == ([Told.BY_ONE], ["2"])
    assert told(to_merchant, seen("2", 2, by=PROCESSOR)) == [Told.BY_NOBODY]


def test_goods_on_their_way_to_somebody_are_not_astray() -> None:
    assert astray(seen("1", 1), gives("2", 2, PRODUCER, MERCHANT)) == []


def test_who_names_itself_names_nobody_else() -> None:
    departs = fact("1", 1, step="departing", taker=possessing(PRODUCER))
    assert (told(departs, takes("2", 2, MERCHANT, PRODUCER)), astray(departs)) == ([Told.BY_BOTH], [])


def test_ends_that_name_each_other_through_carriers_tell_each_change_on_the_way() -> None:
    other = CARRIER.model_copy(update={"gln": "9521000000063"})
    ends = gives("1", 1, PRODUCER, MERCHANT), takes("4", 4, MERCHANT, PRODUCER)
    carried = seen("2", 2, by=CARRIER), seen("3", 3, by=other)
    assert told(ends[0], *carried, ends[1]) == [Told.BY_BOTH] * 3
    assert told(*ends) == [Told.BY_BOTH]
    assert told(ends[0], *carried, seen("4", 4, by=MERCHANT)) == [Told.BY_ONE] * 3
    assert astray(ends[0], *carried, ends[1]) == []


def test_a_name_through_others_than_carriers_is_astray() -> None:
    facts = gives("1", 1, PRODUCER, MERCHANT), seen("2", 2, by=PROCESSOR), takes("3", 3, MERCHANT, PRODUCER)
    assert (told(*facts), astray(*facts)) == ([Told.BY_NOBODY] * 2, ["1", "3"])
