"""Measures for Prometheus: what is counted, and what must never be in a label."""

from prometheus_client.parser import text_string_to_metric_families

from tests.support.captures import document, event
from tests.support.simulated_service import RunningService


async def measured(running: RunningService) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = await running.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_the_pattern_of_their_route(running: RunningService) -> None:
    for serial in ("A1", "A2"):
        await running.client.get(f"/epcis/events/urn:example:{serial}")
    labels = (("method", "GET"), ("route", "/epcis/events/{eventID:path}"), ("status", "404"))
    counted = await measured(running)
    assert counted["fairledger_requests_total", labels] == 2
    assert counted["fairledger_request_duration_seconds_count", (labels[1],)] == 2


async def test_the_read_models_height_is_told(running: RunningService) -> None:
    await running.captured(document(event(1)))
    counted = await measured(running)
    assert counted["fairledger_readmodel_blocks", ()] == len(running.ledger.chain.blocks)
    assert counted["fairledger_readmodel_stopped", ()] == 0


async def test_no_label_holds_what_a_caller_sent(running: RunningService) -> None:
    secret = "13800138000"
    await running.client.get(f"/{secret}", params={secret: secret})
    await running.client.request(secret, "/epcis/events")
    await running.client.get(f"/01/{secret}")
    assert secret not in (await running.client.get("/metrics")).text
