"""The scan page and what its button asks for."""

import json
from pathlib import Path

from fairledger.api.settings import Settings
from fairledger.api.witnesses import witnesses
from fairledger.gateway import block_hash
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService

SITE = "urn:epc:id:sgln:9521000.00001.0"


def item_of(number: int) -> str:
    (item,) = event(number)["epcList"]
    return str(item)


async def test_a_known_item_has_a_page_with_its_journey(running: RunningService) -> None:
    job = await running.captured(document(event(1)))
    assert job["success"]
    answer = await running.client.get("/scan", params={"link": item_of(1), "lang": "en"})
    assert (answer.status_code, answer.headers["content-language"]) == (200, "en")
    assert "Records about it on the ledger: 1" in answer.text
    chinese = await running.client.get("/scan", params={"link": item_of(1)}, headers={"Accept-Language": "zh-CN"})
    assert 'lang="zh"' in chinese.text
    assert "账本上有 1 条关于它的记录" in chinese.text


def named(text: str) -> str:
    """A capture whose header calls the item's kind and its place so."""
    elements = [("urn:epc:idpat:sgtin:9521000.012345.*", "descriptionShort"), (SITE, "name")]
    listed = [
        {"id": element, "attributes": [{"id": f"urn:epcglobal:cbv:mda:{name}", "attribute": text}]}
        for element, name in elements
    ]
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": listed}
    whole = json.loads(document(event(1, readPoint={"id": f"{SITE[:-1]}DOCK-1"})))
    return json.dumps(whole | {"epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}}})


async def test_goods_and_places_have_the_names_that_headers_give_them(running: RunningService) -> None:
    await running.captured(named("Phone <b>26</b> \u202e手机"))
    answer = await running.client.get("/scan", params={"link": item_of(1), "lang": "en"})
    shown = "Phone &lt;b&gt;26&lt;/b&gt; 手机 (says "
    assert f"<dt>Name</dt><dd>{shown}" in answer.text
    assert f"GLN 9521000000018 · DOCK-1<br>{shown}" in answer.text


async def test_nothing_is_named_by_what_nobody_called(running: RunningService) -> None:
    await running.captured(named(" "))
    answer = await running.client.get("/scan", params={"link": item_of(1), "lang": "en"})
    assert "<dt>Name</dt>" not in answer.text
    assert "(says " not in answer.text


async def test_an_unknown_item_is_warned_of(running: RunningService) -> None:
    answer = await running.client.get("/scan", params={"link": "urn:epc:id:sgtin:9521000.000110.NONE", "lang": "en"})
    assert answer.status_code == 404
    assert "Nothing is recorded about it" in answer.text


async def test_what_is_asked_is_shown_as_text_never_as_markup(running: RunningService) -> None:
    answer = await running.client.get("/scan", params={"link": '"><script>alert(1)</script>', "lang": "en"})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


async def test_the_page_loads_nothing_from_elsewhere(running: RunningService) -> None:
    answer = await running.client.get("/scan", params={"link": item_of(1)})
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src")
    assert len(answer.headers.get_list("content-security-policy")) == 1
    for path, kind in (("/scan/scan.css", "text/css"), ("/scan/verify.js", "text/javascript")):
        part = await running.client.get(path)
        assert part.headers["content-type"].startswith(kind)
        assert "http" not in part.text


async def test_evidence_stands_in_the_block_that_it_names(running: RunningService) -> None:
    await running.captured(document(event(1), event(2)))
    answer = await running.client.get("/ledger/evidence", params={"epc": item_of(2)})
    assert answer.headers["access-control-allow-origin"] == "*"
    (found,) = answer.json()["events"]
    assert json.loads(found["event"])["eventID"] == event(2)["eventID"]
    block = running.ledger.chain.blocks[found["blockNumber"]]
    assert found["blockHash"] == block_hash(block.header).hex()
    told = await running.client.get(f"/ledger/blocks/{found['blockNumber']}")
    assert told.content == block.SerializeToString()
    assert found["event"].encode() in told.content


async def test_a_block_that_there_is_not_is_a_problem(running: RunningService) -> None:
    answer = await running.client.get("/ledger/blocks/999")
    assert (answer.status_code, answer.json()["code"]) == (404, "BLOCK_UNKNOWN")


def settings_of(services: Path | None) -> Settings:
    nowhere = Path("unused")
    return Settings("PlatformA", nowhere, nowhere, nowhere, "127.0.0.1", 8080, services)


def test_a_page_asks_its_own_service_and_one_that_sells_nothing(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    file.write_text(json.dumps({"PlatformA": "http://localhost:1", "PlatformB": "http://b", "Regulator": "http://r"}))
    assert witnesses(settings_of(file)) == (("PlatformA", "http://localhost:1"), ("Regulator", "http://r"))


def test_without_others_nobody_is_asked(tmp_path: Path) -> None:
    alone = tmp_path / "services.json"
    alone.write_text(json.dumps({"PlatformA": "http://localhost:1"}))
    assert (
        witnesses(settings_of(None)) == witnesses(settings_of(tmp_path / "none")) == witnesses(settings_of(alone)) == ()
    )
