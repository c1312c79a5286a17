"""The demo's client of one REST service."""

import pytest

from fairledger_network.demo import service
from tests.unit.network.demo.conftest import Stage


@pytest.mark.parametrize("rows", [2, 3, 5, 9])
def test_a_list_is_read_page_after_page(stage: Stage, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(service, "PAGE_ROWS", rows)
    items = [f"urn:x:{number}" for number in range(5)]
    body = {"items": items, "measure": "return", "reason": "Glass"}
    recall = stage.people.write("officer", "recalls", "/trace/recalls", body)
    affected = stage.services["PlatformA"].get_all(f"/trace/recalls/{recall['id']}/affected")
    assert [each["item"] for each in affected] == items
