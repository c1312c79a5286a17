"""Money in dispute at the desk: who is offered to freeze and release it, and that nobody else can."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.support.browser import DESKTOP, PHONE, check_reads_well
from tests.support.enrolled import Attributes
from tests.support.escrow import standard
from tests.support.escrow_service import trading
from tests.support.licensed import licences_for
from tests.support.served import served
from tests.support.simulated_service import RunningService
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.desk.test_funds import signed_in, started
from tests.unit.client.api.papers import refusal
from tests.unit.client.api.test_escrow import carried, money, owner, posted, read
from tests.unit.client.api.test_freezes import new, paid_after_dispute

FUNDS = "/desk/funds"
LOOKS = {"phone-zh": (PHONE, "zh"), "desktop-en": (DESKTOP, "en")}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    async with trading(tmp_path) as running:
        yield running


async def form_at(service: RunningService, name: str, order: dict[str, Any]) -> dict[str, str]:
    """The form to freeze money of an order as that person has it; its ``action`` too."""
    (form,) = forms_of((await Visitor(service, name).get(FUNDS, order=order["id"])).text, "/freeze")
    return form


async def test_money_is_frozen_and_released_by_who_may(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    steward = Visitor(service, "steward")
    page = f"{FUNDS}?lang=en&order={order['id']}"
    told = {f"note-{note}": "yes", "ground": "dispute", "ground_id": "", "days": "7"}
    form = await form_at(service, "steward", order)
    path = form.pop("action")
    answers = [await steward.send(path, {**form, **told}) for _ in range(2)]
    leads_to = f"{FUNDS}?order={order['id']}&lang=en&done=yes"
    assert [(each.status_code, each.headers["Location"]) for each in answers] == [(303, leads_to)] * 2
    (freeze,) = (await read(service, "/freezes", "regulator")).json()
    assert (freeze["notes"], freeze["origin"]["key"]) == ([note], [order["id"]])
    assert freeze["recorder"]["role"] == "platform-officer"

    seen = (await steward.get(FUNDS, order=order["id"], done="yes")).text
    assert ("It is on the ledger." in seen, "1 note(s), " in seen, "frozen until" in seen) == (True, True, True)
    for name, releases in {"steward": 1, "regulator": 1, "competitor": 0, "officer": 0, "seller": 0}.items():
        assert len(forms_of((await Visitor(service, name).get(FUNDS)).text, "/release")) == releases, name
    released = await Visitor(service, "regulator").act(FUNDS, "/release")
    assert (released.status_code, released.headers["Location"]) == (303, f"{FUNDS}?lang=en&done=yes")
    assert (await read(service, f"/freezes/{freeze['id']}", "steward")).json()["released_by"]["role"] == "regulator"
    assert forms_of((await steward.get(page)).text, "/release") == []


async def test_a_form_is_offered_to_who_may_freeze_with_what_came_out(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    offered = {"steward": (1, False), "regulator": (1, True), "officer": (0, False), "buyer": (0, False)}
    for name, (forms, by_warrant) in offered.items():
        page = await Visitor(service, name).get(FUNDS, order=order["id"])
        assert (page.status_code, len(forms_of(page.text, "/freeze"))) == (200, forms), name
        assert ('value="warrant"' in page.text) is by_warrant, name
        assert page.text.count('name="note-') == 2 * forms, name  # the seller's and the carrier's
        assert (f'name="note-{note}"' in page.text) is bool(forms), name


async def test_an_order_without_a_dispute_needs_another_ground(service: RunningService) -> None:
    at, order = await carried(service)
    await posted(service, f"{at}/deliver", {"weight_g": 450, "area": "wtw"}, "carrier")
    await posted(service, f"{at}/confirm", {}, "buyer")
    page = await Visitor(service, "steward").get(FUNDS, order=order["id"])
    assert len(forms_of(page.text, "/freeze")) == 1
    offered = [each for each in ("dispute", "complaint", "warrant") if f'<option value="{each}"' in page.text]
    assert offered == ["complaint"]


async def test_a_dispute_is_ground_only_for_the_time_that_the_standard_sets(service: RunningService) -> None:
    order, _ = await paid_after_dispute(service)
    steward = Visitor(service, "steward")
    assert '<option value="dispute"' in (await steward.get(FUNDS, order=order["id"])).text
    brief = standard("0002", dispute_ground_s=1).model_dump_json()
    await service.service.writes.write(service.service.wallet.get("service"), "rulebook:standard", brief)
    async with asyncio.timeout(60):
        while '<option value="dispute"' in (await steward.get(FUNDS, order=order["id"])).text:  # noqa: ASYNC110  the clock
            await asyncio.sleep(0.1)
    page = await steward.get(FUNDS, order=order["id"])
    assert ('<option value="complaint"' in page.text, len(forms_of(page.text, "/freeze"))) == (True, 1)


async def test_money_of_a_payment_is_offered_where_it_is_now(service: RunningService) -> None:
    await paid_after_dispute(service)
    await money(service, "rival", 500, "bank-8")
    for name, reference, offers in (
        ("steward", "bank-8", 1),
        ("steward", "bank-1", 0),  # the order has settled it, and others don't follow on through one
        ("regulator", "bank-1", 1),
        ("provider", "bank-8", 0),
    ):
        page = await Visitor(service, name).get(FUNDS, reference=reference)
        forms = forms_of(page.text, "/freeze")
        assert [form["reference"] for form in forms] == [reference] * offers, (name, reference)
        assert 'value="dispute"' not in page.text


async def test_of_two_payments_with_one_reference_officers_are_offered_their_own(service: RunningService) -> None:
    service.enrol("other_provider", Attributes("provider", "PlatformBMSP"))
    (licence,) = licences_for([service.service.wallet.get("other_provider").identity.serialized])
    assert (await service.post("/licences", licence, "officer")).status_code == 201
    await money(service, "rival", 500, "bank-8")
    payment = {"owner": owner(service, "twin"), "amount_minor": 700}
    await posted(service, "/notes", {"reference": "bank-8", "payment": payment, "currency": "CNY"}, "other_provider")
    for name, seen in {"steward": ["PlatformAMSP"], "regulator": ["PlatformAMSP", "PlatformBMSP"]}.items():
        forms = forms_of((await Visitor(service, name).get(FUNDS, reference="bank-8")).text, "/freeze")
        assert [form["provider"].partition(":")[0] for form in forms] == seen, name


async def test_others_are_refused_though_they_send_the_form(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    form = await form_at(service, "steward", order)
    path, told = form.pop("action"), {f"note-{note}": "yes", "ground": "dispute", "days": "7"}
    for name, code in {
        "buyer": "ESCROW_ROLE_DENIED",
        "officer": "ESCROW_ROLE_DENIED",
        "impostor": "ESCROW_ROLE_DENIED",
        "competitor": "ESCROW_DENIED",
    }.items():
        answer = await Visitor(service, name).send(path, {**form, **told})
        assert (answer.status_code, code in answer.text) == (403, True), name
    assert (await read(service, "/freezes", "regulator")).json() == []
    freeze = await posted(service, "/freezes", new(order, note), "steward")
    at = f"{FUNDS}/freezes/{freeze['id']}/release"
    for name, code in {"seller": "ESCROW_ROLE_DENIED", "competitor": "ESCROW_DENIED"}.items():
        answer = await Visitor(service, name).send(at, {"key": f"k-{name}"})
        assert (answer.status_code, code in answer.text) == (403, True), name
    assert (await read(service, f"/freezes/{freeze['id']}", "steward")).json()["released_at"] is None
    foreign = await Visitor(service, "steward").send(at, {"key": "k"}, **{"Sec-Fetch-Site": "cross-site"})
    assert refusal(foreign) == (403, "FORM_FOREIGN")
    assert refusal(await Visitor(service, "steward").send(at, {"days": "1"})) == (400, "REQUEST_INVALID")


async def test_what_is_filled_in_wrong_is_told_on_the_page(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    clean = await money(service, "rival", 500, "bank-8")
    right = {f"note-{note}": "yes", "ground": "dispute", "days": "7"}
    for change, status, said in (
        ({f"note-{note}": None}, 400, "look again at: notes"),
        ({"ground": "complaint"}, 400, "look again at: ground.id"),
        ({"days": "x"}, 400, "days: write a whole number"),
        ({"days": "300"}, 400, "ESCROW_FREEZE_LONG"),
        ({f"note-{clean}": "yes"}, 400, "ESCROW_FREEZE_TRAIL"),
    ):
        form = await form_at(service, "steward", order)
        path, told = form.pop("action"), {**form, **right, **change}
        answer = await Visitor(service, "steward").send(path, {k: v for k, v in told.items() if v is not None})
        assert (answer.status_code, said in answer.text) == (status, True), change
        assert len(forms_of(answer.text, "/freeze")) == 1, change
        assert f'href="{FUNDS}?lang=zh"' in answer.text  # the other language, where the page is
    assert (await read(service, "/freezes", "regulator")).json() == []


@pytest.mark.parametrize(("size", "language"), LOOKS.values(), ids=LOOKS)
async def test_the_forms_read_well(
    service: RunningService, chromium: Browser, size: ViewportSize, language: str
) -> None:
    order, note = await paid_after_dispute(service)
    async with served(started(service)) as address:
        context = await chromium.new_context(viewport=size)
        name, _, value = signed_in(service, "steward")["Cookie"].partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": f"{address}/desk"}])
        page = await context.new_page()
        await page.goto(str(httpx.URL(f"{address}{FUNDS}", params={"order": order["id"], "lang": language})))
        await check_reads_well(page, size, f"freeze-{language}-{size['width']}", scripts=True)
        await page.check(f"[name='note-{note}']")
        await page.click("form[action*='/freeze?'] button")
        await expect(page.locator("section[role=status]")).to_be_visible()
        await expect(page.locator(".record form")).to_have_count(1)
        await check_reads_well(page, size, f"frozen-{language}-{size['width']}", scripts=True)
        await page.click(".record button")
        await expect(page.locator(".record")).to_have_count(0)
        await context.close()
