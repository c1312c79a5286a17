"""``fairledger tag commission``: recorded at a running service, signed, drawn, and the same when it is repeated."""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.root import app
from fairledger.cli.state import STATE
from fairledger.digital_link.qr import qr_svg
from fairledger.trace import remote
from tests.support.served import served
from tests.support.simulated_service import ORGANIZATION, ServiceUnderTest
from tests.unit.client.api.papers import LICENCE
from tests.unit.client.cli.test_docs import AT_A_SERVICE

THING = "urn:epc:id:sgtin:9521000.012345."
LOT = "urn:epc:class:lgtin:9521000.012345.L7"
LINK = "https://id.gs1.org/01/09521000123458/"


class Workshop:
    """The program at an organisation whose service listens; ``labels`` is a folder for pictures."""

    def __init__(self, under_test: ServiceUnderTest, address: str, labels: Path) -> None:
        self._officer = under_test.bearer("officer")
        self._address = address
        self.labels = labels

    async def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """Exit status of ``fairledger tag``, and the lines it printed and told on the side."""
        result = await asyncio.to_thread(CliRunner().invoke, app, ["tag", *arguments])
        return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()

    async def commission(self, *arguments: str, name: str = "maker") -> tuple[int, list[str], list[str]]:
        return await self.run("commission", *arguments, "--as", name, "--qr", str(self.labels))

    async def refused(self, *arguments: str, name: str = "maker") -> str:
        status, out, err = await self.commission(*arguments, name=name)
        assert (status, out) == (1, []), err
        return err[0].partition(":")[0]

    async def license(self, **told: str) -> None:
        """Register who may name goods."""
        async with httpx.AsyncClient(base_url=self._address) as client:
            answer = await client.post("/trace/licences", json={**LICENCE, **told}, headers=self._officer)
            assert answer.status_code == 201, answer.text

    async def events(self) -> list[dict[str, Any]]:
        """What is commissioned, as the service tells it."""
        async with httpx.AsyncClient(base_url=self._address) as client:
            told = (await client.get("/epcis/events", params={"EQ_bizStep": "commissioning"})).json()
        found: list[dict[str, Any]] = told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return found


@pytest.fixture
async def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workshop]:
    under_test = ServiceUnderTest(tmp_path)
    root = tmp_path / "state"
    for kind, folder in (("wallets", under_test.settings.wallet), ("api", under_test.settings.data)):
        (root / kind).mkdir(parents=True)
        (root / kind / ORGANIZATION).symlink_to(folder, target_is_directory=True)
    commands.installed_commands.cache_clear()
    monkeypatch.setenv(STATE, str(root))
    monkeypatch.setenv("COLUMNS", "300")
    async with served(under_test.app()) as address:
        (root / "services.json").write_text(json.dumps({ORGANIZATION: address}))
        yield Workshop(under_test, address, tmp_path / "labels")
    await under_test.ledger.simulator.close()


async def test_things_are_recorded_signed_and_drawn(workshop: Workshop) -> None:
    status, links, told = await workshop.commission(f"{THING}1", f"{THING}2")

    assert status == 0, told
    assert [told[0].partition(" (")[0], len(told)] == ["2 of 2 commissioned", 1]
    (event,) = await workshop.events()
    assert (event["type"], event["action"], event["epcList"]) == ("ObjectEvent", "ADD", [f"{THING}1", f"{THING}2"])
    assert event["readPoint"] == {"id": "https://id.gs1.org/414/9521000000018"}
    names = [f"01-09521000123458-21-{number}.svg" for number in (1, 2)]
    assert [(workshop.labels / name).read_bytes() for name in names] == [qr_svg(link) for link in links]
    for link in links:
        status, found, _ = await workshop.run("check", link)
        assert (status, found[0]) == (0, "SIGNED_BY_MAKER: The tag has its maker's signature.")


async def test_a_lot_has_its_quantity_and_a_picture_that_a_scanner_reads(workshop: Workshop) -> None:
    status, links, _ = await workshop.commission(LOT, "--quantity", "12.5", "--unit", "KGM", "--format", "png")

    assert status == 0
    (event,) = await workshop.events()
    assert event["quantityList"] == [{"epcClass": LOT, "quantity": 12.5, "uom": "KGM"}]
    (picture,) = workshop.labels.iterdir()
    codes = zxingcpp.read_barcodes(Image.open(picture))
    assert [code.text for code in codes if code.format is zxingcpp.BarcodeFormat.QRCode] == links


async def test_many_are_named_in_a_file_and_go_in_several_events(workshop: Workshop, tmp_path: Path) -> None:
    file = tmp_path / "serials.txt"
    file.write_text("\n".join(f"{THING}{number}" for number in range(501)) + "\n\n")

    status, links, told = await workshop.commission("--file", str(file))

    assert (status, len(set(links))) == (0, 501)
    assert [line.partition(" (")[0] for line in told] == ["500 of 501 commissioned", "501 of 501 commissioned"]
    assert len(list(workshop.labels.iterdir())) == 501
    assert [len(event["epcList"]) for event in await workshop.events()] == [500, 1]


async def test_a_repetition_records_only_what_was_left(workshop: Workshop) -> None:
    await workshop.commission(f"{THING}1", LOT)
    status, links, told = await workshop.commission(f"{THING}1", f"{LINK}21/1", LOT, name="colleague")
    assert (status, len(links), told) == (0, 2, ["2 of 2 are commissioned already"])
    status, _, told = await workshop.commission(f"{THING}1", f"{THING}2")
    assert [line.partition(" (")[0] for line in told] == ["1 of 2 are commissioned already", "1 of 1 commissioned"]
    assert [event["epcList"] for event in await workshop.events()] == [[f"{THING}1"], [f"{THING}2"]]


@pytest.mark.parametrize("is_sent", [False, True])
async def test_what_was_broken_off_is_finished_and_recorded_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, *, is_sent: bool
) -> None:
    """The program ends after, or right before, the event goes to the service; its repetition comes at once."""

    def broken_off(http: httpx.Client, bearer: dict[str, str], document: str) -> dict[str, Any]:
        if is_sent:
            headers = {**bearer, "Content-Type": remote.MEDIA_TYPE}
            http.post("/epcis/capture", content=document.encode(), headers=headers).raise_for_status()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(remote, "capture_at", broken_off)
        assert (await workshop.commission(f"{THING}1", f"{THING}2"))[0] != 0
    begun = json.loads((workshop.labels / "commissioning.json").read_text())["epcisBody"]["eventList"]

    status, links, told = await workshop.commission(f"{THING}1", f"{THING}2", f"{THING}3")

    assert (status, len(links)) == (0, 3)
    assert [line.partition(" (")[0] for line in told] == [
        "what was broken off is finished",
        "2 of 3 are commissioned already",
        "1 of 1 commissioned",
    ]
    first, second = await workshop.events()
    assert (first["epcList"], first["eventTime"]) == (begun[0]["epcList"], begun[0]["eventTime"])
    assert second["epcList"] == [f"{THING}3"]
    assert {path.suffix for path in workshop.labels.iterdir()} == {".svg"}


async def test_what_another_business_made_is_refused_and_nothing_recorded(workshop: Workshop) -> None:
    await workshop.commission(f"{THING}1")
    assert await workshop.refused(f"{THING}1", f"{THING}2", name="rival") == "TAG_COMMISSIONED"
    assert len(await workshop.events()) == 1


async def test_what_another_business_has_the_licence_to_name_is_refused_and_nothing_recorded(
    workshop: Workshop,
) -> None:
    await workshop.license(prefix="952100012345", gln="9521000000018")
    assert await workshop.refused(f"{THING}1", f"{THING}2", name="rival") == "TAG_UNLICENSED"
    assert await workshop.events() == []
    status, links, _ = await workshop.commission(f"{THING}1")
    assert (status, len(links)) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "name", "code"),
    [
        ((), "maker", "TAG_EPC"),
        (("urn:epc:idpat:sgtin:9521000.012345.*",), "maker", "TAG_EPC"),
        (("urn:uuid:1",), "maker", "TAG_EPC"),
        (("https://id.gs1.org/01/09521000123459/21/1",), "maker", "LINK_CHECK_DIGIT"),
        ((LOT, "--quantity", "many"), "maker", "TAG_QUANTITY"),
        ((LOT, "--quantity", "-1"), "maker", "TAG_QUANTITY"),
        ((LOT, "--place", "here"), "maker", "TRACE_DOCUMENT_INVALID"),
        ((LOT,), "consumer", "TRACE_ROLE_DENIED"),
        ((LOT,), "nobody", "CLI_IDENTITY_UNKNOWN"),
        (("--file", "/nowhere"), "maker", "TAG_FILE"),
    ],
)
async def test_what_cannot_be_commissioned_says_why(
    workshop: Workshop, arguments: tuple[str, ...], name: str, code: str
) -> None:
    assert await workshop.refused(*arguments, name=name) == code
    assert await workshop.events() == []


async def test_where_pictures_cannot_go_nothing_is_recorded(workshop: Workshop) -> None:
    workshop.labels = Path("/dev/null/x")
    assert await workshop.refused(LOT) == "TAG_PICTURE"
    assert await workshop.events() == []


async def test_without_the_service_nothing_is_done(workshop: Workshop, tmp_path: Path) -> None:
    services = tmp_path / "state" / "services.json"
    services.write_text(json.dumps({ORGANIZATION: "http://127.0.0.1:9"}))
    assert await workshop.refused(LOT) == "SERVICE_UNREACHABLE"
    services.unlink()
    assert await workshop.refused(LOT, "--resolver", "https://shop.example") == "CLI_SERVICE_UNKNOWN"
    assert [path.name for path in workshop.labels.iterdir()] == ["commissioning.json"]  # it may have come through


async def test_the_commands_of_the_page_commission_and_draw(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "serials.txt").write_text(f"{THING}1\n{THING}2\n")
    for line in AT_A_SERVICE:
        status, out, err = await workshop.run(*shlex.split(line)[1:])
        assert status == 0, (line, err)
        assert out, line
    assert len(await workshop.events()) == len(AT_A_SERVICE)
    assert len(list((tmp_path / "labels").iterdir())) == 4
