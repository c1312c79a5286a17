"""Licences of GS1 keys: the association says who may give identities to goods."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.records.item_id import is_product, product_of
from fairledger_contracts.records.licence import Holder, Licence, prefixes_of
from fairledger_contracts.records.signatory import Party, Signatory
from tests.unit.contracts.conftest import TraceLedger

PRODUCER = {"prefix": "9521000", "msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "Parts Ltd."}
PROCESSOR = {**PRODUCER, "gln": "9521000000025", "name": "Phones Ltd."}
NOBODY = {**PRODUCER, "gln": "", "name": "membership ended"}
OFFICER = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")
GTIN = "https://id.gs1.org/01/09521000001107"
DAY = datetime(2026, 3, 1, tzinfo=UTC)


async def test_an_officer_of_the_association_registers_a_licence(trace: TraceLedger) -> None:
    officer = trace.person("officer", "AssociationMSP")
    at = datetime.now(UTC)
    trace.ledger.clock.set(at)
    licence = Licence.model_validate_json(await trace.submit("license_prefix", PRODUCER, by=officer))
    (holder,) = licence.holders
    assert (holder.party, holder.name, holder.since) == (
        Party("PlatformAMSP", "9521000000018"),
        "Parts Ltd.",
        at,
    )
    assert (licence.prefix, licence.recorder.role, licence.recorder.msp_id) == ("9521000", "officer", "AssociationMSP")


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [
        ("officer", "PlatformAMSP"),
        ("officer", "RegulatorMSP"),
        ("regulator", "RegulatorMSP"),
        ("producer", "AssociationMSP"),
        ("service", "AssociationMSP"),
    ],
)
async def test_nobody_else_does_whatever_another_organisation_certifies(
    trace: TraceLedger, role: str, msp_id: str
) -> None:
    assert await trace.refused("license_prefix", PRODUCER, by=trace.person(role, msp_id)) == "TRACE_ROLE_DENIED"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"gln": "9521000000019"}, "TRACE_LICENCE_GLN"),
        ({"gln": "952100000001"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": "952"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": "9521000000000"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": "9521\x00"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": "9521\U0010ffff"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": "٩٥٢١٠"}, "CHAINCODE_ARGUMENTS"),
        ({"prefix": ""}, "CHAINCODE_ARGUMENTS"),
        ({"name": ""}, "CHAINCODE_ARGUMENTS"),
        ({"name": "N" * 201}, "CHAINCODE_ARGUMENTS"),
        ({"msp_id": ""}, "CHAINCODE_ARGUMENTS"),
        ({"since": "2020-01-01T00:00:00Z"}, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_licence_is_refused(trace: TraceLedger, wrong: dict[str, str], code: str) -> None:
    officer = trace.person("officer", "AssociationMSP")
    assert await trace.refused("license_prefix", {**PRODUCER, **wrong}, by=officer) == code


async def test_a_licence_is_transferred_and_ended_but_not_given_twice(trace: TraceLedger) -> None:
    officer = trace.person("officer", "AssociationMSP")
    await trace.submit("license_prefix", PRODUCER, by=officer)
    assert await trace.refused("license_prefix", {**PRODUCER, "name": "x"}, by=officer) == "TRACE_LICENCE_HELD"
    await trace.submit("license_prefix", PROCESSOR, by=officer)
    licence = Licence.model_validate_json(await trace.submit("license_prefix", NOBODY, by=officer))
    assert [holder.gln for holder in licence.holders] == ["9521000000018", "9521000000025", ""]
    assert licence.holder_at(datetime.now(UTC) + timedelta(days=1)) is None


def held(*days: tuple[int, str]) -> Licence:
    holders = tuple(
        Holder(msp_id="PlatformAMSP", gln=gln, name="x", since=DAY + timedelta(days=day)) for day, gln in days
    )
    return Licence(prefix="9521000", holders=holders, recorder=OFFICER)


def test_the_holder_of_a_moment_is_the_last_one_who_held_it_and_the_first_reaches_back() -> None:
    licence = held((0, "a"), (5, "b"), (9, ""))

    def holder(day: int) -> str | None:
        found = licence.holder_at(DAY + timedelta(days=day))
        return found.gln if found else None

    assert [holder(day) for day in (-99, 0, 4, 5, 8, 9, 99)] == ["a", "a", "a", "b", "b", None, None]


def test_the_longest_registered_prefix_of_a_trade_item_counts() -> None:
    expected = ("952100000110", "95210000011", "9521000001", "952100000", "95210000", "9521000", "952100", "95210")
    for item in (GTIN, f"{GTIN}/21/1", f"{GTIN}/10/L"):
        assert prefixes_of(item) == (*expected, "9521")
        assert product_of(item) == GTIN
        assert is_product(item) == (item == GTIN)
    assert prefixes_of("https://id.gs1.org/8006/095210000011070102/21/1")[0] == "952100000110"


@pytest.mark.parametrize(
    "other",
    [
        "https://id.gs1.org/00/095210000000000018",
        "https://id.gs1.org/414/9521000000018",
        "https://example.com/01/09521000001107/21/1",
        "https://id.gs1.org/01/x\x00y/21/1",
        "urn:x:/01/09521000001107",
        "",
    ],
)
def test_what_is_no_trade_item_has_no_licence(other: str) -> None:
    assert (prefixes_of(other), product_of(other), is_product(other)) == ((), "", False)


@given(st.text())
def test_prefixes_are_digits_whatever_the_id(tail: str) -> None:
    for item in (tail, f"https://id.gs1.org/01/{tail}"):
        assert all(prefix.isascii() and prefix.isdigit() for prefix in prefixes_of(item))
