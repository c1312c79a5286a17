"""A phone and a licence, sold on the desk alone: each page shows each person what is theirs to do."""

from fairledger.api.desk.escrow.fields import as_json
from tests.support.escrow import AREA, CARRIER, KEY, LICENCE, PHONE, SERIAL, commitment
from tests.support.trading import Trade

OFFER = {
    "kind": "standard",
    "model": "FP-1 phone",
    "gtin": PHONE["gtin"],
    "binding": "tag",
    "weight_g": "300",
    "price": "1,000.01",
    "bond": "100.01",
    "carrier_bond": "500.01",
    "currency": "cny",
    "accept": "24",
    "ship": "48",
    "delivery": "5",
    "cooling_off": "7",
    "evidence": "3",
    "undecided": "50",
}


async def test_a_phone_is_sold(desk: Trade) -> None:
    for name, amount in (("buyer", 150_000), ("seller", 20_000), ("carrier", 50_001)):
        await desk.money(name, amount)
    offer = await desk.page("seller", "/desk/listings/new", **OFFER)
    assert (offer.status, offer.functions) == (200, ["list_goods"]), offer.text
    await desk.sent("seller", offer.form("list_goods"))

    (listing,) = (await desk.running.client.get("/escrow/listings")).json()
    assert listing["terms"] == PHONE
    page = await desk.page("buyer", f"/desk/listings/{listing['id']}")
    assert page.functions == ["order"]
    assert listing["terms_sha256"] in page.text
    assert "This locks CNY 1,000.01, from 1 of your notes worth CNY 1,500.00; CNY 499.99 come back." in page.text
    page = await desk.sent("buyer", page.form("order"), area=AREA)
    assert page.functions == ["cancel"]
    path = page.form("cancel").action.partition("?")[0]

    page = await desk.page("seller", path)
    assert page.functions == ["accept", "decline"]
    page = await desk.sent("seller", page.form("accept"))
    assert page.functions == ["ship"]
    page = await desk.page("seller", path, carrier="PlatformBMSP:9521000000032")
    page = await desk.sent("seller", page.form("ship"), serial=SERIAL, parcel="P-0001", carrier=as_json(CARRIER))
    assert page.functions == []

    page = await desk.page("carrier", path)
    assert page.functions == ["take_over"]
    page = await desk.sent("carrier", page.form("take_over"), weight_g="450", area=AREA)
    assert page.functions == ["scan", "deliver", "lose", "refuse"]
    page = await desk.sent("carrier", page.form("scan"), area=AREA)
    page = await desk.sent("carrier", page.form("deliver"), weight_g="450", area=AREA)
    assert page.functions == []

    page = await desk.page("buyer", path)
    assert page.functions == ["check_tag", "confirm", "dispute"]
    page = await desk.sent("buyer", page.form("check_tag"), serial=SERIAL, genuine="true")
    page = await desk.sent("buyer", page.form("confirm"))
    assert page.functions == []
    for said in ("confirmed by the buyer", "CNY 1,100.02", "CNY 500.01", "tag read by the buyer", "weight 450 g"):
        assert said in page.text, said


async def test_a_licence_is_sold_by_its_key(desk: Trade) -> None:
    order = await desk.ordered(LICENCE)
    await desk.money("seller", 5_000)
    path = f"/desk/orders/{order}"
    page = await desk.page("seller", path)
    page = await desk.sent("seller", page.form("accept"), commitment=as_json(commitment()))
    page = await desk.page("buyer", path)
    assert page.functions == ["hold"]
    await desk.sent("buyer", page.form("hold"))
    page = await desk.page("seller", path)
    assert page.functions == ["release_key"]
    page = await desk.sent("seller", page.form("release_key"), key=KEY.hex())
    assert "key released, and the price paid" in page.text
    page = await desk.page("buyer", path)
    assert page.functions == ["confirm", "dispute"]
    assert "escrow:prove_wrong_key" in page.text
