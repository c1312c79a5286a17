"""What was purged must not come back to a peer's disk."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from fairledger_network.demo.people import People
from fairledger_network.demo.personal_data import Held, PersonalData
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed
from fairledger_network.layout import Layout
from tests.unit.network.demo.conftest import consortium_of_demo

HELD = Held("web-17", "ab" * 32, b"Q2lwaGVydGV4dA==")


def test_what_comes_back_to_a_disk_fails_the_demo(tmp_path: Path) -> None:
    layout, console = Layout(tmp_path), Console(width=120, record=True, file=io.StringIO())
    teller = Teller(console)
    act = PersonalData({}, People(consortium_of_demo(), {}, teller), teller, layout)
    for node, content in (("peer0.PlatformA", b"\x00" + HELD.ciphertext), ("peer0.Regulator", b"\x00another")):
        file = layout.node_data(node) / "ledgersData" / "000001.log"
        file.parent.mkdir(parents=True)
        file.write_bytes(content)

    act.check_healed(HELD, "peer0.Regulator")
    assert "did not come back to peer0.Regulator" in console.export_text()
    with pytest.raises(DemoFailed, match="has got back what was purged"):
        act.check_healed(HELD, "peer0.PlatformA")
