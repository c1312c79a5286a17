"""What the desk offers where a licence counts: who has one is named, and who has none meets no form in vain."""

from typing import Any

from fairledger.api.desk.escrow.fields import as_json
from fairledger.api.parties import signatory_of
from tests.support.escrow import CARRIER, PHONE
from tests.support.founded import adopt
from tests.support.supervised import parameters_of
from tests.support.trading import Trade

GRANTED = "No licence in force names your key"


def party(desk: Trade, name: str) -> dict[str, str]:
    person = signatory_of(desk.running.service.wallet.get(name))
    return {"service": person.role, **person.party._asdict()}


async def ended(desk: Trade, name: str) -> None:
    """End the licence of a person's party."""
    await desk.call("officer", "end_licence", {**party(desk, name), "ground": "it has stopped trading"})


async def renamed(desk: Trade, name: str, called: str) -> None:
    """Give a person's licence a name of its own."""
    (licence,) = [each for each in await licences(desk) if party(desk, name).items() <= each.items()]
    told = {**party(desk, name), "name": called, "keys": licence["keys"]}
    await desk.call("officer", "license_service", told)


async def licences(desk: Trade) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.running.client.get("/licences")).json()
    return found


async def test_a_payout_is_asked_of_a_licensed_provider_by_its_name(desk: Trade) -> None:
    await desk.money("buyer", 5_000)
    await renamed(desk, "provider", "Bank of Shenzhen")
    page = await desk.page("buyer", "/desk/notes")
    place = ":".join(signatory_of(desk.running.service.wallet.get("provider")).party)
    assert f'<option value="{place}">Bank of Shenzhen (PlatformA)</option>' in page.text
    asked = {"draft": "ask_payout", "to": place, "sum": "20", "in": "CNY"}
    page = await desk.page("buyer", "/desk/notes", **asked)
    assert "Bank of Shenzhen (PlatformA) is to pay 20.00 CNY to you." in page.text
    page = await desk.sent("buyer", page.form("ask_payout"))
    assert "Payment provider: Bank of Shenzhen (PlatformA)" in page.text
    await ended(desk, "provider")
    page = await desk.page("buyer", "/desk/notes")
    assert ("No payment provider is licensed yet." in page.text, '<option value="Platform' in page.text) == (
        True,
        False,
    )
    assert "Payment provider: Bank of Shenzhen (PlatformA)" in page.text  # of the payout that is under way


async def test_a_parcel_is_given_to_a_licensed_carrier_by_its_name(desk: Trade) -> None:
    order = await desk.accepted()
    await renamed(desk, "carrier", "Express of Chengdu")
    page = await desk.page("seller", f"/desk/orders/{order}")
    value = as_json(CARRIER).replace('"', "&#34;")
    assert f'<option value="{value}">Express of Chengdu (PlatformB, 9521000000032)</option>' in page.text
    await ended(desk, "carrier")
    await ended(desk, "other_carrier")
    page = await desk.page("seller", f"/desk/orders/{order}")
    assert ("No carrier is licensed yet." in page.text, "9521000000032" in page.text) == (True, False)


async def test_a_seller_is_not_offered_as_carrier_of_its_own_parcels(desk: Trade) -> None:
    order = await desk.accepted()
    own = {"service": "carrier", "msp_id": "PlatformBMSP", "place": "9521000000049"}
    await desk.call("officer", "license_service", {**own, "name": "Fleet of the shop", "keys": ["ab" * 32]})
    assert "Fleet of the shop" not in (await desk.page("seller", f"/desk/orders/{order}")).text


async def test_a_carrier_whose_licence_ended_meets_no_form_and_is_told_why(desk: Trade) -> None:
    shipped, carried = await desk.shipped(), await desk.carried("FP2")
    await desk.money("carrier", PHONE["carrier_bond_minor"])
    await ended(desk, "carrier")
    for order in (shipped, carried):
        page = await desk.page("carrier", f"/desk/orders/{order}")
        assert (page.functions, GRANTED in page.text) == ([], True)
    waiting = (await desk.page("carrier")).text.partition('id="others"')[0]
    assert (shipped in waiting, carried in waiting) == (False, False)


async def test_a_provider_whose_licence_ended_meets_no_form_that_makes_or_pays_money(desk: Trade) -> None:
    note = await desk.money("buyer", 5_000)
    place = ":".join(signatory_of(desk.running.service.wallet.get("provider")).party)
    await desk.call("buyer", "ask_payout", [note], 5_000, "CNY", place)
    assert (await desk.page("provider", "/desk/notes")).functions == ["redeem", "return_payout"]
    await ended(desk, "provider")
    page = await desk.page("provider", "/desk/notes")
    assert (page.functions, 'id="issue-title"' in page.text) == ([], False)


async def test_an_inspector_whose_licence_ended_reports_nothing(desk: Trade) -> None:
    numbers = {"supervision": parameters_of("supervision")}
    await adopt(desk.running, **numbers)
    order = await desk.disputed()
    target = {"target": {"kind": "merchant", "id": "9521000000056"}, "platform": "PlatformAMSP", "place": "online"}
    assert (await desk.running.post("/inspections", target, "officer")).status_code == 201
    report = "/desk/supervision/report_inspection"
    assert (await desk.page("inspector", f"/desk/orders/{order}")).functions == ["inspect"]
    assert report in (await desk.page("inspector", "/desk/supervision")).text
    await ended(desk, "inspector")
    assert (await desk.page("inspector", f"/desk/orders/{order}")).functions == []
    assert report not in (await desk.page("inspector", "/desk/supervision")).text
