"""Licences of services at the desk: officers of the association give and end them by form; all who sign in see them."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.api.parties import signatory_of
from fairledger_contracts.records.service_licence import signing_key
from tests.support.enrolled import Attributes
from tests.support.simulated_service import RunningService
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.papers import refusal

DESK = "/desk/licences"
GLN = "9521000000032"
CARRIERS = {"driver": Attributes("carrier", "PlatformBMSP", GLN), "packer": Attributes("carrier", "PlatformBMSP", GLN)}


@pytest.fixture
def pem(running: RunningService) -> Callable[..., str]:
    """The certificates of people, one after the other."""
    for name, person in CARRIERS.items():
        running.enrol(name, person)

    def certificates(*names: str) -> str:
        found = (running.service.wallet.get(name).identity.certificate for name in names)
        return "".join(each.public_bytes(Encoding.PEM).decode() for each in found)

    return certificates


def key_of(running: RunningService, name: str) -> str:
    return signing_key(running.service.wallet.get(name).identity.certificate)


async def listed(running: RunningService) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await running.client.get("/licences")).json()
    return found


async def test_an_officer_licenses_a_party_by_the_certificates_of_its_people(
    running: RunningService, pem: Callable[..., str]
) -> None:
    officer = Visitor(running, "officer")
    assert (await officer.get(DESK)).text.count("None.") == 3
    form = {"msp_id": "PlatformBMSP", "certificates": pem("driver", "packer"), "name": "Express <成都>"}
    answer = await officer.act(DESK, "/license", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}?lang=en&done=yes")
    (licence,) = await listed(running)
    told = {name: licence[name] for name in ("service", "msp_id", "place", "name")}
    assert told == {"service": "carrier", "msp_id": "PlatformBMSP", "place": GLN, "name": "Express <成都>"}
    assert licence["keys"] == [key_of(running, "driver"), key_of(running, "packer")]
    page = (await officer.get(DESK, done="yes")).text
    assert "<dt>Keys</dt><dd>2</dd>" in page
    for said in ("Express &lt;成都&gt;", f"PlatformBMSP:{GLN}", "in force", "It is on the ledger."):
        assert said in page


async def test_a_renewed_key_takes_the_place_of_the_one_before(
    running: RunningService, pem: Callable[..., str]
) -> None:
    officer = Visitor(running, "officer")
    party = {"msp_id": "PlatformBMSP", "name": "Express"}
    for name in CARRIERS:
        assert (await officer.act(DESK, "/license", certificates=pem(name), **party)).status_code == 303
    (licence,) = await listed(running)
    assert (licence["keys"], len(licence["validities"])) == ([key_of(running, "packer")], 1)
    again = await officer.act(DESK, "/license", certificates=pem("packer"), **party)
    assert (again.status_code, "ESCROW_LICENCE_HELD" in again.text) == (409, True)


async def test_an_officer_ends_a_licence_and_says_why(running: RunningService, pem: Callable[..., str]) -> None:
    officer = Visitor(running, "officer")
    await officer.act(DESK, "/license", msp_id="PlatformBMSP", certificates=pem("driver"), name="Express")
    later = await officer.act(DESK, "/end_licence", ground="it stops trading", valid_until="2099-01-01T00:00")
    assert later.status_code == 303
    page = (await officer.get(DESK)).text
    assert ("2099-01-01 00:00</time> UTC" in page, "it stops trading" in page, ">in force<" in page) == (True,) * 3
    assert (await officer.act(DESK, "/end_licence", ground="at once", valid_until="")).status_code == 303
    page = (await officer.get(DESK)).text
    assert (">ended<" in page, forms_of(page, "/end_licence")) == (True, [])
    (licence,) = await listed(running)
    assert licence["validities"][0]["ground"] == "at once"


@pytest.mark.parametrize(
    ("names", "changed", "said"),
    [
        (("driver",), {"certificates": "no certificate"}, "SIGNING_CERTIFICATE"),
        (("driver",), {"msp_id": "PlatformAMSP"}, "SIGNING_CERTIFICATE"),  # which did not issue it
        (("driver",), {"msp_id": "NobodyMSP"}, "SIGNING_CERTIFICATE"),
        (("provider", "producer"), {"msp_id": "PlatformAMSP"}, "ESCROW_LICENCE_PARTIES"),
        (("producer",), {"msp_id": "PlatformAMSP"}, "ESCROW_LICENCE_ROLE"),
        (("driver",), {"name": " "}, "look again at: name"),
        (("driver",), {"valid_from": "2020-01-01T00:00"}, "ESCROW_LICENCE_DATES"),
        (("driver",), {"valid_from": "tomorrow"}, "look again at: valid_from"),
    ],
)
async def test_what_is_no_licence_is_told_and_what_was_filled_in_stays(
    running: RunningService, pem: Callable[..., str], names: tuple[str, ...], changed: dict[str, str], said: str
) -> None:
    form = {"msp_id": "PlatformBMSP", "certificates": pem(*names), "name": "Express of Chengdu", **changed}
    answer = await Visitor(running, "officer").act(DESK, "/license", **form)
    assert (answer.status_code >= 400, said in answer.text) == (True, True), answer.text
    assert form["certificates"].partition("\n")[0] in answer.text
    assert f'value="{form["name"].strip()}"' in answer.text or form["name"] == " "
    assert await listed(running) == []


@pytest.mark.parametrize("name", ["consumer", "provider", "steward", "regulator", "impostor"])
async def test_others_see_who_is_licensed_and_license_nobody(
    running: RunningService, pem: Callable[..., str], name: str
) -> None:
    form = {"msp_id": "PlatformBMSP", "certificates": pem("driver"), "name": "Express"}
    await Visitor(running, "officer").act(DESK, "/license", **form)
    visitor = Visitor(running, name)
    page = (await visitor.get(DESK)).text
    assert ("Express" in page, forms_of(page, "/license"), forms_of(page, "/end_licence")) == (True, [], [])
    more = {"msp_id": "PlatformAMSP", "certificates": pem("provider"), "name": "Bank"}
    end = {"service": "carrier", "msp_id": "PlatformBMSP", "place": GLN, "ground": "a rival"}
    for move, sent in (("license", more), ("end_licence", end)):
        refused = await visitor.send(f"{DESK}/{move}", {"key": f"k-{move}", **sent})
        assert (refused.status_code, "ESCROW_ROLE_DENIED" in refused.text) == (403, True), move


async def test_forms_of_other_sites_are_refused(running: RunningService, pem: Callable[..., str]) -> None:
    form = {"key": "x", "msp_id": "PlatformBMSP", "certificates": pem("driver"), "name": "Express"}
    foreign = await Visitor(running, "officer").send(f"{DESK}/license", form, **{"Sec-Fetch-Site": "cross-site"})
    assert refusal(foreign) == (403, "FORM_FOREIGN")


async def test_who_needs_a_licence_and_has_none_is_told_so_on_every_page(
    running: RunningService, pem: Callable[..., str]
) -> None:
    told = "No licence in force names your key"
    assert told not in (await Visitor(running, "consumer").get("/desk")).text
    provider = Visitor(running, "provider")
    for page in ("/desk", "/desk/notes", "/desk/funds", DESK):
        assert told in (await provider.get(page)).text, page
    form = {"msp_id": "PlatformAMSP", "certificates": pem("provider"), "name": "Bank"}
    await Visitor(running, "officer").act(DESK, "/license", **form)
    (licence,) = await listed(running)
    person = signatory_of(running.service.wallet.get("provider"))
    assert (licence["service"], licence["place"]) == ("provider", person.party.place)
    assert told not in (await provider.get("/desk")).text
