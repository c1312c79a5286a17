"""Asking services for heights and blocks."""

import json

import httpx
import pytest

from fairledger.gateway import block_hash
from fairledger.watch import nodes
from tests.support.blocks import Chain

SERVICES = {"A": "http://a", "B": "http://b", "C": "http://c"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "BETWEEN_ASKS_S", 0)


async def test_the_newest_block_that_all_hold_is_compared() -> None:
    chain = Chain()
    chain.add([])
    heights = {"a": 2, "b": 1}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.host not in heights:
            raise httpx.ConnectError("nobody is there")
        if request.url.path == "/readyz":
            return httpx.Response(200, json={"gateway": {"ok": True, "height": heights[request.url.host]}})
        return httpx.Response(200, content=chain.blocks[0].SerializeToString())

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        seen = await nodes.sight(SERVICES, 3, client)
    assert [(each.node, each.height, each.block) for each in seen] == [("A", 2, 0), ("B", 1, 0), ("C", None, None)]
    assert seen[0].hash == seen[1].hash == block_hash(chain.blocks[0].header).hex()
    assert asked.count("http://c/readyz") == 3


@pytest.mark.parametrize("body", ["", "[]", json.dumps({"gateway": {"ok": False}}), json.dumps({"gateway": 7})])
async def test_an_answer_without_a_height_is_none(body: str) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(503, text=body))
    async with httpx.AsyncClient(transport=transport) as client:
        assert [each.height for each in await nodes.sight({"A": "http://a"}, 1, client)] == [None]
