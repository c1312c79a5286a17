"""Asking services for heights and blocks."""

import json

import httpx
import pytest

from fairledger.gateway import block_hash
from fairledger.watch import nodes
from tests.support.blocks import Chain

SERVICES = {"A": "http://a", "B": "http://b", "C": "http://c", "D": "http://d"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "BETWEEN_ASKS_S", 0)


async def test_the_newest_block_of_each_is_compared_with_those_of_all_who_have_it() -> None:
    chain = Chain()
    chain.add([])
    heights = {"a": 2, "b": 1, "d": 2}
    asked: list[str] = []
    kept: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.host not in heights:
            raise httpx.ConnectError("nobody is there")
        if request.url.path == "/readyz":
            return httpx.Response(200, json={"gateway": {"ok": True, "height": heights[request.url.host]}})
        return httpx.Response(200, content=chain.blocks[int(request.url.path[-1])].SerializeToString())

    def keep(content: bytes) -> str:
        kept.append(content)
        return nodes.forget(content)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        seen = await nodes.sight(SERVICES, 3, client, keep)
    assert [(each.node, each.height, sorted(each.blocks)) for each in seen] == [
        ("A", 2, [0, 1]),
        ("B", 1, [0]),
        ("C", None, []),
        ("D", 2, [0, 1]),
    ]
    hashes = {seen[at].blocks[0].hash for at in (0, 1, 3)}
    assert hashes == {block_hash(chain.blocks[0].header).hex()}
    evidence = {each.sha256 for each in seen if each.sha256} | {b.sha256 for each in seen for b in each.blocks.values()}
    assert {nodes.forget(content) for content in kept} == evidence
    assert asked.count("http://c/readyz") == 3


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        json.dumps({"gateway": {"ok": False}}),
        json.dumps({"gateway": 7}),
        '{"gateway": {"height": 1e400}}',
        json.dumps({"gateway": {"height": 2**60}}),
    ],
)
async def test_an_answer_without_a_height_is_none(body: str) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(503, text=body))
    async with httpx.AsyncClient(transport=transport) as client:
        assert [each.height for each in await nodes.sight({"A": "http://a"}, 1, client)] == [None]
