"""Licences, tags, papers, recalls and scans on the real consortium: told at one organisation, alike at all of them."""

import asyncio
import hashlib
import json
import secrets
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fairledger.api.ledger import GatewayLedger
from fairledger.digital_link.link import DigitalLink
from fairledger.gateway.errors import EndorseError, EvaluateError
from fairledger.tags import Tag
from fairledger_contracts.lineage.limits import SCANS_A_THING
from fairledger_contracts.records.item_id import canonical_item
from fairledger_network.demo.goods import CAN, COPIED, FARM_LOT, PHONE
from fairledger_network.identities import Identities
from tests.network.ledger_load import CHANNEL
from tests.network.rest_client import Api
from tests.network.running_consortium import RunningConsortium
from tests.network.test_proof import ALL_STEPS, fairledger
from tests.network.told_goods import ToldGoods
from tests.support.captures import document, event

ORGANIZATIONS = ("PlatformA", "PlatformB", "Association", "Regulator")
HOMES = {"producer": "PlatformA", "officer": "Association", "regulator": "Regulator", "service": "PlatformA"}
MADE = {"action": "ADD", "bizStep": "commissioning"}
RESERVED = ("\x00", "\U0010ffff")


def new_item() -> str:
    return f"urn:epc:id:sgtin:9521000.012345.{secrets.token_hex(6).upper()}"


def paper(content: bytes = b"") -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(content or secrets.token_bytes(8)).hexdigest(),
        "kind": "quality_report",
        "title": "质检报告",
        "media_type": "text/plain",
        "size_bytes": len(content),
    }


def licence(prefix: str = "") -> dict[str, str]:
    new = prefix or f"9521000{secrets.randbelow(10**5):05d}"
    return {"prefix": new, "msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "Parts Ltd."}


def scanned(item: str, count: int = 1, day: date | None = None) -> list[dict[str, Any]]:
    return [{"item": item, "day": (day or datetime.now(UTC).date()).isoformat(), "area": "wtw", "count": count}]


def calls_on(item: str) -> dict[str, tuple[str, str, Sequence[str]]]:
    """A call of each function that writes about goods: who may make it, its name, and its arguments."""
    return {
        "license_prefix": ("officer", "license_prefix", [json.dumps(licence())]),
        "anchor": ("producer", "anchor", [json.dumps(paper()), json.dumps([item])]),
        "recall": ("regulator", "recall", [json.dumps([item]), '"return"', "may burst"]),
        "count_scans": ("service", "count_scans", [json.dumps(scanned(item))]),
    }


async def call(consortium: RunningConsortium, person: str, function: str, arguments: Sequence[str]) -> bytes:
    async with consortium.gateway(HOMES[person], person) as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        return await contract.submit(function, *arguments)


@pytest.mark.parametrize("item", [PHONE, CAN, COPIED, FARM_LOT])
async def test_every_peer_and_every_service_tells_the_same_history_and_grade(
    consortium: RunningConsortium, goods: ToldGoods, item: str
) -> None:
    told = goods.settled("/trace/history", epc=item)
    for organization, person in (("PlatformB", "merchant"), ("Regulator", "regulator")):
        async with consortium.gateway(organization, person) as gateway:
            contract = gateway.network(CHANNEL).contract("credit", "trace")
            assert json.loads(await contract.evaluate("history", item)) == told


def test_all_services_lead_back_to_the_farms_and_forward_to_all_cans(goods: ToldGoods) -> None:
    upstream = goods.settled("/trace/upstream", epc=CAN)
    downstream = goods.settled("/trace/downstream", epc=FARM_LOT)
    farm = downstream["item"]
    assert farm in upstream["items"]
    assert upstream["item"] in downstream["items"]
    assert {link["relation"] for link in upstream["links"]} == {"made", "lot"}
    assert (upstream["complete"], downstream["complete"]) == (True, True)


def test_a_recall_and_its_end_are_told_by_all_organisations(goods: ToldGoods) -> None:
    box, lot = goods.fresh.boxes[1], goods.fresh.lot
    recalled = goods.people.write(
        "producer", "recalls", "/trace/recalls", {"items": [box, lot], "measure": "destroy", "reason": "too warm"}
    )
    told = goods.settled(f"/trace/recalls/{recalled['id']}")
    assert told["recall"] == recalled
    assert {party["party"]["role"] for party in told["scope"]["liable"]} >= {"producer", "carrier", "merchant"}
    assert "recalled" in [warning["code"] for warning in goods.settled("/trace/history", epc=box)["warnings"]]

    path = f"/trace/recalls/{recalled['id']}/end"
    ended = goods.people.write("officer", "ends it", path, {"reason": "all destroyed"})

    assert goods.settled(f"/trace/recalls/{recalled['id']}")["recall"] == ended
    assert "recalled" not in [warning["code"] for warning in goods.settled("/trace/history", epc=box)["warnings"]]


async def test_a_document_comes_from_another_organisation_and_a_damaged_one_is_healed(
    consortium: RunningConsortium, goods: ToldGoods
) -> None:
    content = secrets.token_bytes(50_000)
    described = paper(content)
    goods.people.home("producer").post("producer", "/documents", content=content)
    goods.people.write("producer", "vouches", "/trace/anchors", {"document": described, "items": [new_item()]})
    path = f"/documents/{described['sha256']}"
    goods.settled(f"{path}/anchors")

    for organization in ORGANIZATIONS:
        assert goods.services[organization].content(path) == content

    sha256: str = described["sha256"]
    kept = consortium.layout.api("Regulator") / "documents" / sha256[:2] / sha256[2:]
    kept.write_bytes(content[:-1] + b"\x00" + b"more")
    assert goods.services["Regulator"].content(path) == content
    assert kept.read_bytes() == content


@pytest.mark.parametrize("what", ["recall", "anchor", "licence"])
async def test_a_request_that_is_sent_again_with_its_key_takes_effect_once(
    consortium: RunningConsortium, goods: ToldGoods, what: str
) -> None:
    """Case 10: the same key and body have the same answer; with another body it is a conflict."""
    item = new_item()
    asked: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "recall": ("/trace/recalls", {"items": [item], "measure": "return", "reason": "x"}, {"reason": "y"}),
        "anchor": ("/trace/anchors", {"document": paper(), "items": [item]}, {"items": [new_item()]}),
        "licence": ("/trace/licences", licence(), {"name": "Others Ltd."}),
    }
    path, body, other = asked[what]
    key = secrets.token_hex(8)
    officer = Api(consortium, "Association", "officer")

    first, again = [await officer.send(path, body, key=key) for _ in range(2)]
    conflict = await officer.send(path, {**body, **other}, key=key)
    await officer.client.aclose()

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["Fairledger-Transaction"] == again.headers["Fairledger-Transaction"]
    assert (conflict.status_code, conflict.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    if what == "recall":
        assert len(goods.settled("/trace/history", epc=item)["recalls"]) == 1
    elif what == "anchor":
        assert len(goods.settled("/trace/history", epc=item)["anchors"]) == 1
    else:
        (kept,) = [each for each in goods.settled("/trace/licences") if each["prefix"] == body["prefix"]]
        assert [holder["name"] for holder in kept["holders"]] == ["Parts Ltd."]


@pytest.mark.parametrize("function", calls_on(""))
@pytest.mark.parametrize(
    "off", [timedelta(days=-800), timedelta(days=800), timedelta(minutes=-5), timedelta(minutes=5)]
)
async def test_no_function_takes_a_proposal_of_another_time(
    consortium: RunningConsortium, function: str, off: timedelta
) -> None:
    """Case 8: whoever dates a licence, a recall or a paper back is refused by every endorser."""
    person, name, arguments = calls_on(new_item())[function]
    async with consortium.gateway(HOMES[person], person) as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        proposal = contract.new_proposal(name, *arguments, at=datetime.now(UTC) + off)
        with pytest.raises(EndorseError) as refusal:
            await gateway.endorse(proposal)
    assert refusal.value.code == "CHAINCODE_CLOCK"


async def test_a_revoked_key_signs_for_goods_that_the_ledger_had_before_and_for_no_others(
    consortium: RunningConsortium, goods: ToldGoods
) -> None:
    identities, name = Identities(consortium), f"maker-{secrets.token_hex(4)}"
    identities.register(name, "PlatformA", role="producer", gln="9521000000018")
    identities.enroll(name)
    before, after = new_item(), new_item()
    async with consortium.gateway("PlatformA", name) as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        await contract.submit("capture", document(event(1, epcList=[before], eventID=new_item(), **MADE)))
    maker = consortium.wallet("PlatformA").get(name)

    def checked(item: str) -> tuple[str, set[str]]:
        link = DigitalLink.parse(canonical_item(item).id)
        tag = Tag.sign(link, maker.identity.certificate, maker.signer).on("http://shop.example")
        finding = goods.settled("/tags/check", link=tag)["finding"]
        return finding["code"], {name for name, _ in finding["values"]}

    goods.people.record("producer", "comes after it", document(event(1, epcList=[new_item()], eventID=new_item())))
    assert checked(before) == ("SIGNED_BY_MAKER", set())

    await asyncio.to_thread(identities.revoke, name, reason="keycompromise")
    goods.people.record("producer", "makes another", document(event(1, epcList=[after], eventID=new_item(), **MADE)))

    assert checked(before) == ("SIGNED_BY_MAKER", {"revoked"})
    assert checked(after) == ("KEY_REVOKED", {"revoked"})


async def test_scans_that_are_reported_twice_in_one_envelope_count_once(
    consortium: RunningConsortium, goods: ToldGoods
) -> None:
    """Case 9, where a second effect would show in a sum."""
    box, many = goods.fresh.boxes[2], SCANS_A_THING + 1
    service = consortium.wallet("PlatformA").get("service")
    async with consortium.gateway("PlatformA", "service") as gateway:
        ledger = GatewayLedger(gateway)
        transaction = await ledger.endorse(service, "trace:count_scans", json.dumps(scanned(box, many)))
        for _ in range(2):
            await ledger.submit(transaction)
            assert (await ledger.status(transaction)).name == "VALID"
    goods.people.record("producer", "comes after it", document(event(1, epcList=[new_item()], eventID=new_item())))

    findings = goods.settled("/trace/history", epc=box)["findings"]

    (often,) = [dict(each["values"]) for each in findings if each["code"] == "SCANNED_TOO_OFTEN"]
    assert often == {"scans": str(many), "goods": "1"}


@pytest.mark.parametrize("character", RESERVED, ids=["U+0000", "U+10FFFF"])
@pytest.mark.parametrize("where", ["urn:x:{}1", "{}urn:x:1", "urn:x:1{}", "{}trace-recall{}x{}"])
async def test_no_key_can_be_made_of_reserved_characters(
    consortium: RunningConsortium, character: str, where: str
) -> None:
    """Case 28: straight at the contract, past everything that the services check."""
    item = where.replace("{}", character)
    for person, name, arguments in (
        ("producer", "anchor", [json.dumps(paper()), json.dumps([item])]),
        ("regulator", "recall", [json.dumps([item]), '"return"', "x"]),
        ("regulator", "end_recall", [item, "x"]),
        ("officer", "license_prefix", [json.dumps(licence(f"9521{character}"))]),
        ("service", "count_scans", [json.dumps(scanned(item))]),
    ):
        with pytest.raises(EndorseError) as refusal:
            await call(consortium, person, name, arguments)
        assert refusal.value.code in {"CHAINCODE_KEY", "CHAINCODE_ARGUMENTS", "TRACE_ITEMS"}, name
    async with consortium.gateway("PlatformA", "producer") as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        for name in ("history", "item_events", "recall_scope"):
            with pytest.raises(EvaluateError) as unanswered:
                await contract.evaluate(name, item)
            assert unanswered.value.code == "CHAINCODE_KEY", name


@pytest.mark.parametrize(
    ("person", "name", "arguments"),
    [
        ("producer", "anchor", [json.dumps(paper()), json.dumps([""])]),
        ("producer", "anchor", [json.dumps(paper()), "[]"]),
        ("regulator", "recall", [json.dumps(["urn:x:1", ""]), '"return"', "x"]),
        ("service", "count_scans", [json.dumps(scanned(""))]),
        ("service", "count_scans", ["[]"]),
        ("officer", "license_prefix", [json.dumps({**licence(), "prefix": ""})]),
    ],
)
async def test_empty_parts_are_refused(
    consortium: RunningConsortium, person: str, name: str, arguments: Sequence[str]
) -> None:
    with pytest.raises(EndorseError) as refusal:
        await call(consortium, person, name, arguments)
    assert refusal.value.code in {"TRACE_ITEMS", "TRACE_SCANS", "CHAINCODE_ARGUMENTS", "CHAINCODE_KEY"}


@pytest.mark.parametrize("function", ["license_prefix", "recall", "count_scans"])
async def test_who_has_not_the_role_is_denied_by_the_contract(consortium: RunningConsortium, function: str) -> None:
    _, name, arguments = calls_on(new_item())[function]
    with pytest.raises(EndorseError) as refusal:
        await call(consortium, "producer", name, arguments)
    assert refusal.value.code in {"TRACE_ROLE_DENIED", "TRACE_RECALL_DENIED"}


@pytest.mark.parametrize("path", ["/trace/recalls", "/trace/licences", "/trace/anchors", "/tags"])
async def test_what_may_not_be_is_refused_and_leaves_nothing(
    consortium: RunningConsortium, goods: ToldGoods, path: str
) -> None:
    """Cases 24 and 25 for what is written about goods."""
    item = new_item()
    bodies: dict[str, dict[str, Any]] = {
        "/trace/recalls": {"items": [item], "measure": "return", "reason": "x"},
        "/trace/licences": licence(),
        "/trace/anchors": {"document": paper(), "items": [item]},
        "/tags": {"epcs": [item]},
    }
    body = bodies[path]
    before = goods.settled("/trace/recalls"), goods.settled("/trace/licences")
    consumer, foreign = Api(consortium, "PlatformB", "consumer"), Api(consortium, "PlatformA")
    bearer = consumer.bearer["Authorization"]
    hostile = ("'; DROP TABLE records; --", "<script>alert(1)</script>", "urn:x:\x00", "urn:x:\U0010ffff", "x" * 5_000)
    field, at_once = ("prefix", hostile) if path == "/trace/licences" else (list(body)[-1], [[bad] for bad in hostile])
    if path == "/trace/recalls":
        field = "items"
    answers = {
        "missing": await consumer.client.post(path, json=body),
        "forged": await consumer.client.post(path, json=body, headers={"Authorization": f"{bearer[:-4]}AAAA"}),
        "foreign": await consumer.client.post(path, json=body, headers=foreign.bearer),
        "malformed": await consumer.client.post(
            path, content=b"{'a'", headers={**consumer.bearer, "Content-Type": "application/json"}
        ),
        "too large": await consumer.client.post(path, json={**body, field: "x" * 4 * 2**20}, headers=consumer.bearer),
        **{f"hostile {number}": await consumer.send(path, {**body, field: bad}) for number, bad in enumerate(at_once)},
    }
    if path != "/tags":
        answers["role"] = await consumer.send(path, body)
    for api in (consumer, foreign):
        await api.client.aclose()

    statuses = {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}
    expected = {
        "missing": (401, "TOKEN_MISSING"),
        "forged": (401, "TOKEN_INVALID"),
        "foreign": (401, "TOKEN_INVALID"),
        "malformed": (400, "REQUEST_INVALID"),
        "too large": (413, "REQUEST_TOO_LARGE"),
        **{f"hostile {number}": (400, "REQUEST_INVALID") for number in range(len(hostile))},
        **({} if path == "/tags" else {"role": (403, "TRACE_ROLE_DENIED")}),
    }
    assert statuses == expected
    assert {answer.headers["Content-Type"] for answer in answers.values()} == {"application/problem+json"}
    assert (goods.settled("/trace/recalls"), goods.settled("/trace/licences")) == before
    assert goods.settled("/trace/history", epc=item)["anchors"] == []


async def test_each_kind_of_transaction_about_goods_has_a_proof_that_no_byte_of_can_change(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    """Case 27 for licences, papers, recalls, their ends, and scans."""
    item, roots = new_item(), consortium.layout.root / "organizations"
    written = {}
    for function, (person, name, arguments) in calls_on(item).items():
        written[function] = (await _transaction(consortium, person, name, arguments), person)
    recalled = written["recall"][0]
    written["end_recall"] = (await _transaction(consortium, "officer", "end_recall", [recalled, "over"]), "officer")

    for function, (tx_id, person) in written.items():
        file = tmp_path / f"{function}.json"
        exported = fairledger(consortium, "proof", tx_id, "-o", file, "--organization", "PlatformB")
        assert exported.returncode == 0, exported.stderr
        verified = fairledger(consortium, "verify", file, "--roots", roots)
        assert verified.returncode == 0, verified.stderr
        assert [step[:2] for step in map(str.split, verified.stdout.splitlines()) if step[0].isdigit()] == ALL_STEPS
        signed = f"{person} of {HOMES[person]}MSP"
        assert f"10 ok recorder and role: {signed}" in verified.stdout, function
        for refused in _changed(consortium, file, roots):
            assert refused.returncode in {1, 2}  # 2 where the byte is of the file's own form
            assert "✗ step " in refused.stderr


async def _transaction(consortium: RunningConsortium, person: str, name: str, arguments: Sequence[str]) -> str:
    async with consortium.gateway(HOMES[person], person) as gateway:
        contract = gateway.network(CHANNEL).contract("credit", "trace")
        submitted = await contract.submit_async(name, *arguments)
        status = await submitted.status()
    assert status.successful
    return status.tx_id


def _changed(consortium: RunningConsortium, file: Path, roots: Path) -> list[subprocess.CompletedProcess[str]]:
    """What is said of the bundle with one byte changed, at three places of it."""
    content = file.read_bytes()
    said = []
    for place in (len(content) // 5, len(content) // 2, len(content) - 40):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(bytes(changed))
        said.append(fairledger(consortium, "verify", file, "--roots", roots))
    return said
