"""Members at the desk: the association enrols platforms, the regulator strikes them off, nobody else does either."""

import pytest

from tests.support.simulated_service import RunningService
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.papers import refusal

DESK = "/desk/members"
SHOP = {"msp_id": "PlatformAMSP", "name": "Shop of Shenzhen <深圳>"}


async def test_the_association_enrols_a_platform_once(running: RunningService) -> None:
    officer = Visitor(running, "officer")
    assert "None." in (await officer.get(DESK)).text
    enrolled = await officer.act(DESK, "/enrol", **SHOP)
    assert (enrolled.status_code, enrolled.headers["Location"]) == (303, f"{DESK}?lang=en&done=yes")
    page = (await officer.get(DESK, done="yes")).text
    assert ("Shop of Shenzhen &lt;深圳&gt;" in page, "It is on the ledger." in page) == (True, True)
    (member,) = (await running.client.get("/members")).json()
    assert (member["msp_id"], member["recorder"]["msp_id"]) == (SHOP["msp_id"], "AssociationMSP")
    again = await officer.act(DESK, "/enrol", **SHOP)
    assert (again.status_code, "DISCLOSURE_MEMBER_ENROLLED" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"msp_id": "Platform A"}, 400, "look again at: msp_id"),
        ({"msp_id": ""}, 400, "look again at: msp_id"),
        ({"name": " "}, 400, "look again at: name"),
        ({"name": "x" * 201}, 400, "look again at: name"),
        ({"msp_id": "RegulatorMSP"}, 400, "DISCLOSURE_MEMBER"),
    ],
)
async def test_a_form_that_does_not_fit_is_told(
    running: RunningService, changed: dict[str, str], status: int, said: str
) -> None:
    answer = await Visitor(running, "officer").act(DESK, "/enrol", **{**SHOP, **changed})
    assert (answer.status_code, said in answer.text) == (status, True)
    assert (await running.client.get("/members")).json() == []


async def test_the_regulator_alone_strikes_off_and_the_association_may_enrol_anew(running: RunningService) -> None:
    officer, regulator = Visitor(running, "officer"), Visitor(running, "regulator")
    await officer.act(DESK, "/enrol", **SHOP)
    assert forms_of((await officer.get(DESK)).text, "/strike") == []
    by_officer = await officer.send(f"{DESK}/strike", {"key": "k", "msp_id": SHOP["msp_id"], "sure": "yes"})
    assert (by_officer.status_code, "DISCLOSURE_ROLE_DENIED" in by_officer.text) == (403, True)
    unsure = await regulator.act(DESK, "/strike")
    assert (unsure.status_code, "look again at: sure" in unsure.text) == (400, True)
    assert (await regulator.act(DESK, "/strike", sure="yes")).status_code == 303
    (member,) = (await running.client.get("/members")).json()
    assert member["left_at"] is not None
    assert forms_of((await regulator.get(DESK)).text, "/strike") == []
    assert (await officer.act(DESK, "/enrol", **SHOP)).status_code == 303
    assert (await running.client.get("/members")).json()[0]["left_at"] is None


@pytest.mark.parametrize("name", ["regulator", "steward"])
async def test_other_members_see_who_is_one_and_enrol_nobody(running: RunningService, name: str) -> None:
    await Visitor(running, "officer").act(DESK, "/enrol", **SHOP)
    visitor = Visitor(running, name)
    page = (await visitor.get(DESK)).text
    assert ("Shop of Shenzhen" in page, forms_of(page, "/enrol")) == (True, [])
    refused = await visitor.send(f"{DESK}/enrol", {"key": "k", "msp_id": "PlatformBMSP", "name": "B"})
    assert (refused.status_code, "DISCLOSURE_ROLE_DENIED" in refused.text) == (403, True)


@pytest.mark.parametrize("name", ["consumer", "impostor", "pretender", "producer"])
async def test_others_see_nothing_here(running: RunningService, name: str) -> None:
    await Visitor(running, "officer").act(DESK, "/enrol", **SHOP)
    answer = await Visitor(running, name).get(DESK)
    assert (answer.status_code, "Shop of Shenzhen" in answer.text) == (403, False)


async def test_forms_of_other_sites_and_unknown_moves_are_refused(running: RunningService) -> None:
    officer = Visitor(running, "officer")
    foreign = await officer.send(f"{DESK}/enrol", {"key": "x", **SHOP}, **{"Sec-Fetch-Site": "cross-site"})
    assert refusal(foreign) == (403, "FORM_FOREIGN")
    unknown = await officer.send(f"{DESK}/vote", {"key": "x"})
    assert (unknown.status_code, "REQUEST_INVALID" in unknown.text) == (400, True)
