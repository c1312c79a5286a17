"""Money in dispute over REST: who freezes, who releases, who is told, and what is followed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fairledger_contracts.records.payment import payment_name, provider_of
from fairledger_contracts.records.signatory import Signatory
from tests.support.escrow_service import trading
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import refusal
from tests.unit.client.api.test_escrow import DIVISION, carried, money, owner, posted, read
from tests.unit.client.api.test_privacy import warrant_terms

DAY = 86_400
WHOLE = {**DIVISION, "price_permille": 1_000}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    async with trading(tmp_path) as running:
        yield running


async def paid_after_dispute(service: RunningService) -> tuple[dict[str, Any], str]:
    """A disputed order whose money the seller has by agreement, and the seller's note."""
    at, order = await carried(service)
    await posted(service, f"{at}/deliver", {"weight_g": 450, "area": "wtw"}, "carrier")
    await posted(service, f"{at}/dispute", {"claim": "defect", "reason": "scratched"}, "buyer")
    await posted(service, f"{at}/propose", WHOLE, "buyer")
    await posted(service, f"{at}/agree", WHOLE, "seller")
    (note,) = (await read(service, "/notes", "seller")).json()
    return order, note["id"]


def new(order: dict[str, Any], *notes: str) -> dict[str, Any]:
    return {
        "origin": {"kind": "order", "key": [order["id"]]},
        "ground": {"kind": "dispute", "id": order["id"]},
        "notes": list(notes),
        "seconds": DAY,
    }


async def test_disputed_money_is_followed_frozen_and_released_by_whom_it_is_for(service: RunningService) -> None:
    order, first = await paid_after_dispute(service)
    passed_on = {"notes": [first], "payments": [{"owner": owner(service, "rival"), "amount_minor": 110_002}]}
    (note,) = await posted(service, "/notes/pay", passed_on, "seller")
    body = new(order, note["id"])
    for name in ("buyer", "seller", "carrier", "officer", "impostor", "pretender", "provider"):
        assert refusal(await service.post("/escrow/freezes", body, name)) == (403, "ESCROW_ROLE_DENIED"), name
    assert refusal(await service.post("/escrow/freezes", body, "competitor")) == (403, "ESCROW_DENIED")
    freeze = await posted(service, "/freezes", body, "steward")
    assert (freeze["notes"], freeze["released_at"]) == ([note["id"]], None)

    spending = {"notes": [note["id"]], "payments": passed_on["payments"]}
    assert refusal(await service.post("/escrow/notes/pay", spending, "rival")) == (409, "ESCROW_NOTE_FROZEN")
    (held,) = (await read(service, "/notes", "rival")).json()
    assert [stop["freeze"] for stop in held["stops"]] == [freeze["id"]]
    at = f"/freezes/{freeze['id']}"
    for name in ("rival", "steward", "officer", "regulator"):
        assert (await read(service, at, name)).json() == freeze, name
    for name in ("buyer", "competitor", "stranger", "impostor"):
        assert refusal(await read(service, at, name)) == (403, "ESCROW_DENIED"), name
    assert refusal(await read(service, f"/freezes/{'0' * 64}", "rival")) == (404, "ESCROW_FREEZE_UNKNOWN")
    for name, seen in {"steward": 1, "competitor": 0, "officer": 1, "regulator": 1}.items():
        assert len((await read(service, "/freezes", name, note=note["id"])).json()) == seen, name
    assert refusal(await read(service, "/freezes", "seller")) == (403, "ESCROW_DENIED")

    for name in ("rival", "buyer", "officer", "impostor"):
        assert refusal(await service.post(f"/escrow{at}/release", None, name)) == (403, "ESCROW_ROLE_DENIED"), name
    assert refusal(await service.post(f"/escrow{at}/release", None, "competitor")) == (403, "ESCROW_DENIED")
    released = await posted(service, f"{at}/release", None, "steward")
    assert released["released_by"]["role"] == "platform-officer"
    assert refusal(await service.post(f"/escrow{at}/release", None, "regulator")) == (409, "ESCROW_FREEZE_OVER")
    await posted(service, "/notes/pay", spending, "rival")


async def test_what_did_not_come_from_there_or_is_locked_is_not_frozen(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    clean = await money(service, "rival", 500, "bank-8")
    assert refusal(await service.post("/escrow/freezes", new(order, clean), "steward")) == (400, "ESCROW_FREEZE_TRAIL")
    groundless = {**new(order, note), "ground": {"kind": "complaint", "id": order["id"]}}
    assert refusal(await service.post("/escrow/freezes", groundless, "regulator")) == (400, "ESCROW_FREEZE_GROUND")
    too_long = {**new(order, note), "seconds": 300 * DAY}
    assert refusal(await service.post("/escrow/freezes", too_long, "regulator")) == (400, "ESCROW_FREEZE_LONG")
    unknown = {**new(order, note), "origin": {"kind": "order", "key": ["0" * 64]}}
    assert refusal(await service.post("/escrow/freezes", unknown, "regulator")) == (400, "ESCROW_FREEZE_TRAIL")


async def test_a_platforms_officer_follows_money_of_its_people_and_no_other(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    for parameters, issues in (({"order": order["id"]}, 3), ({"note": note}, 3), ({"reference": "bank-1"}, 1)):
        for name in ("steward", "officer", "regulator"):
            answer = await read(service, "/flow", name, direction="both", **parameters)
            kinds = [each["movement"] for each in answer.json()["movements"]]
            assert (kinds.count("issue"), kinds[-1]) == (issues, "settle"), (parameters, name)
        for name in ("stranger", "impostor", *(("competitor",) * ("note" not in parameters))):
            assert refusal(await read(service, "/flow", name, **parameters)) == (403, "ESCROW_DENIED"), name


async def in_force(service: RunningService, subject: dict[str, str]) -> None:
    """A warrant about that, made by one officer of the regulator and confirmed by another."""
    made = await service.post("/privacy/warrants", warrant_terms(subject=subject), "regulator")
    assert made.status_code == 201, made.text
    confirmed = await service.post(f"/privacy/warrants/{made.json()['id']}/confirm", None, "supervisor")
    assert confirmed.status_code == 200, confirmed.text


async def test_people_are_named_to_who_took_part_and_to_the_regulator_by_a_warrant_alone(
    service: RunningService,
) -> None:
    order, note = await paid_after_dispute(service)

    async def named(name: str, **begin: str) -> set[str]:
        """The owners that the list tells, and the people in the picture."""
        told = (await read(service, "/flow", name, direction="both", **begin)).json()["movements"]
        picture = (await read(service, "/flow.svg", name, lang="en", **begin)).text
        assert ("somebody of PlatformA" in picture) == ("seller · PlatformA" not in picture), name
        owners = {piece["owner"] for each in told for piece in (*each["taken"], *each["made"])}
        return {owner for owner in owners if not owner.startswith("order:")}

    people = {owner(service, name) for name in ("buyer", "seller", "carrier")}
    for name in ("buyer", "seller", "steward"):
        assert await named(name, order=order["id"]) == people, name
    without = {"PlatformAMSP:somebody", "PlatformBMSP:somebody"}
    for name in ("officer", "regulator"):
        assert await named(name, order=order["id"]) == without, name
    assert await named("regulator", note=note) == without

    await in_force(service, {"kind": "order", "value": order["id"]})
    assert await named("regulator", order=order["id"]) == people
    assert await named("regulator", reference="bank-1") == without  # another subject
    assert await named("officer", order=order["id"]) == without
    issue = (await read(service, "/flow", "buyer", reference="bank-1", direction="back")).json()["movements"][0]
    bank = payment_name(provider_of(Signatory.model_validate(issue["recorder"])), "bank-1")
    await in_force(service, {"kind": "payment", "value": bank})
    assert owner(service, "buyer") in await named("regulator", reference="bank-1")


async def test_a_flow_is_a_picture_for_whom_it_is_a_list(service: RunningService) -> None:
    order, _note = await paid_after_dispute(service)
    answer = await read(service, "/flow.svg", "buyer", order=order["id"], lang="en")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.text.count('class="box"') == 9  # three payments, three locks, the end, two notes that came of it
    assert "Flow of funds" in answer.text
    assert "carrier · PlatformB" in answer.text  # of one's own order the people are named
    chinese = await read(service, "/flow.svg", "buyer", order=order["id"], lang="zh")
    assert "资金流向" in chinese.text
    assert refusal(await read(service, "/flow.svg", "stranger", order=order["id"])) == (403, "ESCROW_DENIED")
    assert refusal(await read(service, "/flow.svg", "buyer", reference="bank-77")) == (404, "RESOURCE_UNKNOWN")
    assert refusal(await read(service, "/flow.svg", "buyer")) == (400, "QUERY_ORDER")


async def test_totals_say_as_of_which_block_and_are_readable_from_other_pages(service: RunningService) -> None:
    await money(service, "buyer", 500, "bank-1")
    answer = await service.client.get("/escrow/circulation")
    assert answer.headers["Fairledger-Block"] == str(service.service.follower.state.next_block - 1)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "Fairledger-Block"


async def test_an_organisations_account_is_shown_to_its_officials(service: RunningService) -> None:
    body = {"reference": "bank-1", "payment": {"owner": "PlatformAMSP:account", "amount_minor": 900}, "currency": "CNY"}
    note = await posted(service, "/notes", body, "provider")
    assert [each["id"] for each in (await read(service, "/notes", "steward", account="true")).json()] == [note["id"]]
    for name in ("competitor", "officer"):
        assert (await read(service, "/notes", name, account="true")).json() == []
    for name in ("buyer", "impostor"):
        assert refusal(await read(service, "/notes", name, account="true")) == (403, "ESCROW_DENIED")
