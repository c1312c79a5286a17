"""The acts about trade on a simulated ledger: what they tell, and that they fail when the ledger says otherwise."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from fairledger_network.demo import licences, standards
from fairledger_network.demo.disclosures import Disclosures
from fairledger_network.demo.licences import Licences
from fairledger_network.demo.money import Money
from fairledger_network.demo.services import Services
from fairledger_network.demo.standards import Rulebook, Standards
from fairledger_network.errors import DemoFailed
from tests.unit.network.demo.conftest import ROOT, Stage, staged

RULEBOOK = Rulebook(ROOT / "standards")


def standards_of(stage: Stage) -> Standards:
    return Standards(stage.services, stage.people, stage.teller, RULEBOOK)


def services_of(stage: Stage) -> Services:
    return Services(stage.services, stage.people, stage.teller)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on which the standards are in force."""
    with staged(tmp_path_factory.mktemp("market")) as stage:
        standards_of(stage).agree()
        services_of(stage).license()
        yield stage


def money(stage: Stage, needs: Mapping[str, Sequence[int]], run: str) -> Money:
    made = Money(stage.services, stage.people, stage.teller, run)
    made.pay_in(needs)
    return made


def test_standards_are_voted_in_force_once(market: Stage) -> None:
    assert market.told().count("votes for all 6") == 3

    standards_of(market).agree()
    assert market.told().count("votes for all 6") == 3
    assert market.told().count("in force: ") == 12


def test_services_are_licensed_once_and_without_a_licence_no_money_is_made(market: Stage) -> None:
    assert market.told().count(" licenses ") == 3
    assert market.told().count(": ESCROW_NOT_LICENSED") == 1

    services_of(market).license()
    assert market.told().count(" licenses ") == 3
    assert market.told().count(": ESCROW_NOT_LICENSED") == 1


def test_a_standard_without_a_majority_fails_the_demo(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standards, "VOTERS", ("officer", "regulator"))
    monkeypatch.setattr(standards, "IN_FORCE_DEADLINE_S", 0.5)

    with pytest.raises(DemoFailed, match="was voted for and is not in force"):
        standards_of(stage).agree()


def test_money_is_split_and_adds_up(market: Stage) -> None:
    notes = money(market, {"consumer": (2_000, 1_000), "merchant": (500,)}, "1")
    assert "splits it into 2 notes" in market.told()

    notes.check_circulation()
    assert "All 4 organisations add up the same: 35.00 CNY" in market.told()


def test_licences_are_opened_or_paid_for_by_the_bond(market: Stage) -> None:
    Licences(market.people, money(market, licences.NEEDS, "2"), market.teller).sell()

    assert "The buyer opens: CALC-5F2K-8Q7M-OFFICE" in market.told()
    assert "rule confirmed, liable: nobody" in market.told()
    assert "rule wrong_key, liable: seller" in market.told()


def test_a_licence_that_is_not_what_was_sold_fails_the_demo(market: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "unseal", lambda _sealed, _key: b"something else")

    with pytest.raises(DemoFailed, match="does not open what was sold"):
        Licences(market.people, money(market, licences.NEEDS, "3"), market.teller).sell()


def test_late_figures_are_found_and_fined_again_and_again(market: Stage) -> None:
    act = Disclosures(market.people, money(market, {}, "4"), market.teller)
    act.punish()
    act.punish()

    assert market.told().count("a fine of 10,000.00 CNY") == 2
