"""A phone and a licence, sold on the desk alone: each page shows each person what is theirs to do."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import quote

from fairledger.api.desk.escrow.fields import as_json
from fairledger.api.parties import signatory_of
from tests.support.escrow import AREA, CARRIER, KEY, LICENCE, PHONE, SERIAL, commitment
from tests.support.trading import Page, ShownForm, Trade

OFFER = {
    "kind": "standard",
    "model": "FP-1 phone",
    "gtin": PHONE["gtin"],
    "binding": "tag",
    "weight_g": "300",
    "price": "1000.01",
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
    assert "This locks 1000.01 CNY, from 1 of your notes worth 1500.00 CNY; 499.99 CNY come back." in page.text
    page = await desk.sent("buyer", page.form("order"), area=AREA)
    assert page.functions == ["cancel"]
    path = page.form("cancel").action.partition("?")[0]

    page = await desk.page("seller", path)
    assert page.functions == ["accept", "decline"]
    page = await desk.sent("seller", page.form("accept"))
    assert page.functions == ["ship"]
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
    assert page.functions == ["confirm", "dispute"]
    page = await desk.sent("buyer", page.form("confirm"))
    assert page.functions == []
    for said in ("confirmed by the buyer", "1100.02 CNY", "500.01 CNY", "tag read by the buyer", "weight 450 g"):
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
    assert page.functions == ["prove_wrong_key", "confirm", "dispute"]


async def test_each_sees_what_waits_for_them_and_what_waits_for_others(desk: Trade) -> None:
    funded, shipped = await desk.ordered(), await desk.shipped()
    disputed = await desk.disputed("FP2")
    provider = ":".join(signatory_of(desk.running.service.wallet.get("provider")).party)
    note = await desk.money("buyer", 5_000)
    await desk.call("buyer", "ask_payout", [note], 5_000, "CNY", provider)
    waits = {  # orders that wait for them, then others of their own under way, by deadline
        "buyer": ([disputed], [funded, shipped]),
        "seller": ([funded, disputed], [shipped]),
        "carrier": ([shipped], [disputed]),
        "inspector": ([disputed], []),
        "officer": ([], []),
        "provider": ([], []),
        "stranger": ([], []),
    }
    for name, (own, others) in waits.items():
        page = await desk.page(name)
        assert page.status == 200
        ids = re.findall(r'class="card"><p><a href="/desk/orders/([0-9a-f]{64})', page.text)
        assert ids == [*own, *others], name
        waiting, _, rest = page.text.partition('id="others"')
        assert [id_ in waiting for id_ in own] + [id_ in rest for id_ in others] == [True] * len(ids), name
    assert "50.00 CNY" in (await desk.page("provider")).text
    assert "/desk/listings/new" in (await desk.page("seller")).text
    assert "/desk/listings/new" not in (await desk.page("buyer")).text
    assert "等我处理" in (await desk.page("buyer", language="zh")).text


async def test_an_officer_sees_what_is_before_the_panel_with_its_votes(desk: Trade) -> None:
    order = await desk.disputed()
    desk.running.ledger.simulator.clock.advance(timedelta(days=4))
    await desk.call("stranger", "due", order)
    page = await desk.page("officer")
    assert "0 votes of 3 that are needed" in page.text
    page = await desk.page("officer", f"/desk/orders/{order}")
    assert page.functions == ["vote"]
    shares = {"price_permille": "250", "bond_permille": "1000", "carrier_permille": "400"}
    page = await desk.sent("officer", page.form("vote"), **shares)
    assert page.functions == []
    assert "of the price 250.00 CNY to the seller, of the bond 100.01 CNY to the buyer" in page.text
    assert ", of the carrier&#39;s bond 200.00 CNY to the seller" in page.text
    assert "1 votes of 3" in (await desk.page("officer_2")).text


async def test_others_do_not_see_an_order(desk: Trade) -> None:
    order = await desk.delivered()
    for name in ("stranger", "rival", "other_carrier", "provider", "impostor"):
        page = await desk.page(name, f"/desk/orders/{order}")
        assert (page.status, page.functions) == (403, []), name
        assert "FP-1" not in page.text
    assert (await desk.page("buyer", f"/desk/orders/{'0' * 64}")).status == 404
    assert (await desk.page("buyer", "/desk/listings/none")).status == 404
    assert (await desk.page("buyer", "/desk/listings/new")).status == 403
    answer = await desk.running.client.get(f"/desk/orders/{order}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/sign-in?next=%2Fdesk%2Forders%2F{order}")


async def test_a_form_sent_twice_takes_effect_once(desk: Trade) -> None:
    await desk.money("buyer", 10_000)
    draft = {"draft": "pay", "to": desk.owner("seller"), "sum": "12.34", "in": "CNY"}
    form = (await desk.page("buyer", "/desk/notes", **draft)).form("pay")
    answers = await asyncio.gather(*(desk.send("buyer", form) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert "87.66 CNY" in (await desk.page("buyer", "/desk/notes")).text
    assert "12.34 CNY" in (await desk.page("seller", "/desk/notes")).text


async def test_a_refusal_is_shown_on_the_page_with_what_was_filled_in(desk: Trade) -> None:
    order = await desk.delivered()
    path = f"/desk/orders/{order}"
    form = (await desk.page("buyer", path)).form("dispute")
    await desk.call("buyer", "confirm", order)
    page = Page(await desk.send("buyer", form, claim='"empty"', reason="<b>nothing</b> in it"))
    assert page.status == 409
    assert "The order is in another state." in page.text
    assert "(ESCROW_WRONG_STATE)" in page.text
    assert "<b>nothing" not in page.text

    await desk.money("seller", 20_000)
    order = await desk.accepted()
    form = (await desk.page("seller", f"/desk/orders/{order}")).form("ship")
    own = as_json({"msp_id": "PlatformAMSP", "place": "9521000000049"})
    page = Page(await desk.send("seller", form, serial="FP7", parcel="P-0007", carrier=own))
    assert (page.status, page.form("ship").fields["serial"]) == (400, "FP7")
    assert "ESCROW_OWN_CARRIER" in page.text
    form = (await desk.page("seller", f"/desk/orders/{order}", "zh")).form("ship")
    page = Page(await desk.send("seller", form, serial="FP7", parcel="P-0007", carrier=own))
    assert "没有成功：买卖双方不能做承运人。 <small" in page.text
    page = await desk.page("seller", f"/desk/orders/{order}")
    assert page.form("ship").fields["once"] != form.fields["once"]


async def test_forms_of_other_sites_and_other_pages_are_refused(desk: Trade) -> None:
    order, other = await desk.ordered(), await desk.ordered()
    form = (await desk.page("buyer", f"/desk/orders/{order}")).form("cancel")
    answer = await desk.running.client.post(form.action, data=form.fields, headers=desk.cookie("buyer"))
    assert (answer.status_code, answer.json()["code"]) == (403, "FORM_FOREIGN")
    form.fields["subject"] = other
    answer = await desk.send("buyer", form)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")
    form.fields |= {"subject": order, "once": ""}
    answer = await desk.send("buyer", form)
    assert answer.status_code == 400
    assert "IDEMPOTENCY_KEY_INVALID" in answer.text


async def test_a_script_can_sign_what_a_form_asks_instead_of_sending_it(desk: Trade) -> None:
    """The attributes of forms alone tell the call: the function, and the arguments as the contract reads them."""
    await desk.money("buyer", 200_000)
    await desk.money("seller", 20_000)
    await desk.money("carrier", 60_000)

    async def signed(name: str, form: ShownForm, **values: str) -> str:
        person = desk.running.service.wallet.get(name)
        return (await desk.running.service.writes.write(person, form.function, *form.signed(**values))).tx_id

    async def form(name: str, path: str, function: str, **query: str) -> ShownForm:
        return (await desk.page(name, path, **query)).form(function)

    listing = await signed("seller", await form("seller", "/desk/listings/new", "list_goods", **OFFER))
    order = await signed("buyer", await form("buyer", f"/desk/listings/{listing}", "order"), area=AREA)
    at = f"/desk/orders/{order}"
    carrier = as_json(CARRIER)
    await signed("seller", await form("seller", at, "accept"))
    await signed("seller", await form("seller", at, "ship"), serial=SERIAL, parcel="P-0001", carrier=carrier)
    await signed("carrier", await form("carrier", at, "take_over"), weight_g="450", area=AREA)
    await signed("carrier", await form("carrier", at, "scan"), area=AREA)
    await signed("carrier", await form("carrier", at, "deliver"), weight_g="450", area=AREA)
    await signed("buyer", await form("buyer", at, "check_tag"), serial="FP2", genuine="false")
    await signed("buyer", await form("buyer", at, "dispute"), claim='"other_item"', reason="另一部手机")
    report = {"finding": '"conformant"', "report_sha256": "ab" * 32}
    await signed("inspector", await form("inspector", at, "inspect"), **report)
    await signed("seller", await form("seller", at, "propose"), price_permille="500", bond_permille="0")
    agreeing = await form("buyer", at, "agree")
    assert [name for name, is_json in agreeing.arguments if is_json] == ["price_permille", "bond_permille"]
    await signed("buyer", agreeing)
    page = await desk.page("buyer", at)
    assert "agreed by both" in page.text
    assert "Agreed on" in page.text
    await signed("seller", await form("seller", f"/desk/listings/{listing}", "withdraw"))
    assert "Withdrawn" in (await desk.page("buyer", f"/desk/listings/{listing}")).text


async def test_money_comes_in_and_goes_out_by_its_provider(desk: Trade) -> None:
    draft = {"draft": "issue", "number": "bank-7", "to": desk.owner("buyer"), "sum": "50", "in": "cny"}
    page = await desk.page("provider", "/desk/notes", **draft)
    assert "will have a note of 50.00 CNY" in page.text
    page = await desk.sent("provider", page.form("issue"))
    assert "It is on the ledger." in page.text
    answer = await desk.send("provider", (await desk.page("provider", "/desk/notes", **draft)).form("issue"))
    assert answer.status_code == 409
    assert "ESCROW_REFERENCE_USED" in answer.text
    assert "bank-7" in answer.text

    provider = ":".join(signatory_of(desk.running.service.wallet.get("provider")).party)
    asked = {"draft": "ask_payout", "to": provider, "sum": "20", "in": "CNY"}
    page = await desk.page("buyer", "/desk/notes", **asked)
    assert "This locks 20.00 CNY, from 1 of your notes worth 50.00 CNY; 30.00 CNY come back." in page.text
    for _ in range(2):
        await desk.sent("buyer", (await desk.page("buyer", "/desk/notes", **asked)).form("ask_payout"))
    assert (await desk.page("buyer", "/desk/notes")).functions == []
    page = await desk.page("provider", "/desk/notes")
    assert page.functions == ["redeem", "return_payout"] * 2
    page = await desk.sent("provider", page.forms[1], reference="out-1")
    page = await desk.sent("provider", page.form("return_payout"))
    assert page.functions == []
    assert "30.00 CNY" in (await desk.page("buyer", "/desk/notes")).text
    for bad, code in ({"sum": "x"}, "ESCROW_AMOUNT"), ({"sum": "0"}, "REQUEST_INVALID"), ({"sum": "99"}, "SHORT"):
        assert code in (await desk.page("buyer", "/desk/notes", **{**asked, **bad})).text


async def test_whoever_lacks_money_is_told_so_before(desk: Trade) -> None:
    order = await desk.ordered()
    form = (await desk.page("seller", f"/desk/orders/{order}")).form("accept")
    page = await desk.page("seller", f"/desk/orders/{order}")
    assert "ESCROW_NOTE_SHORT" in page.text
    page = Page(await desk.send("seller", form))
    assert page.status == 400
    assert "ESCROW_NOTE_INPUTS" in page.text
    listing = await desk.listed()
    assert "ESCROW_NOTE_SHORT" in (await desk.page("buyer", f"/desk/listings/{listing['id']}")).text


async def test_terms_against_the_standard_are_refused_before_they_are_signed(desk: Trade) -> None:
    for wrong, said in (
        ({"bond": "1"}, "the bond is at least 100 permille of the price"),
        ({"gtin": "09521000001108"}, "ESCROW_TERMS"),
        ({"cooling_off": "6"}, "ESCROW_TERMS"),
        ({"price": "1.001"}, "ESCROW_AMOUNT"),
        ({"weight_g": "heavy"}, "weight_g: write a whole number"),
    ):
        page = await desk.page("seller", "/desk/listings/new", **{**OFFER, **wrong})
        assert page.functions == []
        assert said in page.text
        assert next(iter(wrong.values())) in page.forms[-1].fields.values()


async def test_an_order_and_a_note_lead_to_the_way_of_their_money_and_to_a_complaint(desk: Trade) -> None:
    order = await desk.delivered()
    note = await desk.money("buyer", 5_000)
    page = await desk.page("buyer", f"/desk/orders/{order}")
    assert f'href="/desk/funds?lang=en&amp;order={order}"' in page.text
    complaint = f"/complain?lang=en&amp;about=order&amp;about_id={order}&amp;platform=PlatformAMSP"
    assert f'href="{complaint}"' in page.text
    assert (
        f'href="/desk/funds?lang=en&amp;note={quote(note, safe="")}"' in (await desk.page("buyer", "/desk/notes")).text
    )
    for name in ("buyer", "seller", "carrier", "inspector", "officer"):  # who sees the order sees its money
        followed = await desk.page(name, "/desk/funds", order=order)
        assert (followed.status, "1000.01" in followed.text.replace(",", "")) == (200, True), name
    assert (await desk.page("buyer", "/desk/funds", note=note)).status == 200


async def test_an_account_that_is_none_is_told_before_anybody_signs(desk: Trade) -> None:
    await desk.money("buyer", 5_000)
    for name, function in (("buyer", "pay"), ("provider", "issue")):
        draft = {"draft": function, "to": "Ms Li", "sum": "10", "in": "CNY", "number": "bank-77"}
        page = await desk.page(name, "/desk/notes", **draft)
        assert (page.status, page.functions) == (400, []), name
        assert "There is no such account to pay to." in page.text
        assert 'value="Ms Li"' in page.text  # to be mended


async def test_what_names_no_money_is_told_in_the_readers_language(desk: Trade) -> None:
    page = await desk.page("buyer", "/desk/funds", "zh", order="17")
    assert (page.status, "编号的写法不对，请核对后再查。" in page.text) == (400, True)
    page = await desk.page("buyer", "/desk/funds", "zh", order="ab" * 32, payout="ab" * 32)
    assert (page.status, "请只填写其中一项。" in page.text) == (400, True)
