"""The acts about goods: who may name them, their tags and papers, where they come from, and what goes wrong."""

import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.text import Text
from rich.tree import Tree

from fairledger.digital_link.qr import qr_terminal
from fairledger_network.demo.fresh_goods import FreshGoods
from fairledger_network.demo.people import People
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

LICENCES = (  # prefix behind the indicator digit, whose, and for what
    ("95210000010", "producer", "phone parts and oysters"),
    ("95210000011", "processor", "phones"),
    ("952100000201", "producer", "raw milk"),
    ("952100000203", "processor", "milk powder"),
    ("952100000204", "processor", "milk powder in cans"),
)
PHONE = "https://id.gs1.org/01/09521000001107/21/FP26100001"
COPIED = "https://id.gs1.org/01/09521000001107/21/FP26100002"
NEVER_MADE = "https://id.gs1.org/01/09521000001107/21/FP99999999"
CAN = "https://id.gs1.org/01/09521000002043/21/MP2609030001"
POWDER = "urn:epc:class:lgtin:9521000.000203.MP260903"
PALLET = "urn:epc:id:sscc:9521000.0026090611"
FARM_LOT = "urn:epc:class:lgtin:9521000.000201.RM20260901A"
PAPERS = (  # folder, file, who vouches, kind, title, about
    ("milk-powder", "quality-report.txt", "inspector", "quality_report", "Milk powder MP260903, laboratory", POWDER),
    ("milk-powder", "customs-export.txt", "carrier", "customs_declaration", "Export entry NZ-EXP-2609-118", PALLET),
    ("milk-powder", "customs-import.txt", "inspector", "customs_declaration", "Import entry CN-IMP-2609-774", PALLET),
    ("milk-powder", "temperature-log.csv", "carrier", "sensor_log", "Container temperatures at sea", PALLET),
    ("milk-powder", "quality-report.txt", "processor", "quality_report", "Laboratory report of the lot", CAN),
    ("phone", "test-report.txt", "inspector", "inspection_certificate", "Phones, climate chamber", PHONE),
)
SHANGHAI, BEIJING, URUMQI = "wtw", "wx4", "tzy"
REPORTED_DEADLINE_S = 30.0


class Goods:
    """Acts that tell goods; each fails when it sees something else than it says."""

    def __init__(self, services: Mapping[str, Service], people: People, teller: Teller, examples: Path) -> None:
        self._services = services
        self._people = people
        self._teller = teller
        self._examples = examples

    def license(self, glns: Mapping[str, str]) -> None:
        """The association registers who may give identities to which goods; ``glns`` by person."""
        self._teller.act("The association registers who may name goods")
        held = {licence["prefix"] for licence in self._people.at("Association").get("/trace/licences")}
        for prefix, person, what in LICENCES:
            home = self._people.home(person).organization
            if prefix in held:
                self._teller.say(f"{person} ({home}) holds {prefix}… for {what} already.")
                continue
            body = {"prefix": prefix, "msp_id": f"{home}MSP", "gln": glns[person], "name": f"{person} ({home})"}
            self._people.write("officer", f"{prefix}… to {person}: {what}", "/trace/licences", body)
        page = self._teller.link(f"{self._services['Association'].url}/trace/licences")
        self._teller.came_to(f"{len(LICENCES)} prefixes, whose they are", page)

    def tag(self) -> None:
        """The phones' maker signs their tags; one is shown as a QR code."""
        self._teller.act("The maker signs the phones' tags")
        (tag,) = self._signed("processor", PHONE)
        self._teller.show(Text.from_ansi(qr_terminal(tag["link"])))
        self._teller.say("Print it, or scan it from the screen on this machine. It leads to:")
        self._teller.link(tag["link"])
        self._teller.say("The picture for the label, as SVG and PNG:")
        self._teller.link(tag["qr"])
        self._teller.link(f"{tag['qr']}&format=png")
        self._expect_tag(tag["link"], "SIGNED_BY_MAKER")
        self._teller.came_to("signed by the maker", tag["link"])

    def anchor(self) -> None:
        """Papers are stored by content and anchored; another organisation hands one out, checked."""
        self._teller.act("Customs papers, cold chain readings and quality reports are anchored")
        addresses = [self._anchor(*paper) for paper in PAPERS]
        reader = self._people.at("Regulator")  # it was sent none of them
        content = reader.content(f"/documents/{addresses[0]}")
        if hashlib.sha256(content).hexdigest() != addresses[0]:
            raise DemoFailed("the Regulator handed out another document than was anchored")
        self._teller.say("The Regulator, who was sent none of them, gets them from the others and checks each byte:")
        self._teller.link(f"{reader.url}/documents/{addresses[0]}")
        page = self._teller.link(self._people.at("Regulator").scan_page(CAN))
        self._teller.came_to(f"{len(PAPERS)} papers, each checked by its hash", page)

    def believe(self) -> None:
        """All organisations grade the same history alike."""
        self._teller.act("How far can that be believed?")
        for item in (PHONE, CAN):
            histories = [self._people.at(name).get("/trace/history", epc=item) for name in self._services]
            if any(history != histories[0] for history in histories):
                raise DemoFailed(f"the organisations tell different histories of {item}")
            history = histories[0]
            self._teller.say(
                f"[bold]{item}[/]: grade [bold]{history['grade']}[/], at all {len(histories)} organisations"
            )
            for finding in history["findings"]:
                if finding["outcome"] in ("missing", "contradicted"):
                    told = ", ".join(f"{name} {value}" for name, value in finding["values"])
                    self._teller.say(f"  {finding['check']}: {finding['code']} {told}")
            self._teller.say(f"  held by {' → '.join(each['party']['role'] for each in history['holdings'])}")
            page = self._teller.link(self._people.at("PlatformA").scan_page(item))
            self._teller.came_to(f"grade {history['grade']} at all {len(histories)} organisations", page)

    def trace(self) -> None:
        """From a can back to the farms, and from a farm's milk forward to all cans."""
        self._teller.act("From the can back to the cow, and forward again")
        service = self._people.at("PlatformB")
        origin = service.get("/trace/upstream", epc=CAN)
        self._teller.show(_tree(CAN, origin["links"], "target", "source"))
        self._teller.link(f"{service.url}/trace/upstream?epc={CAN}")
        made = service.get("/trace/downstream", epc=FARM_LOT)
        cans = [item for item in made["items"] if item.startswith(CAN.rpartition("/")[0])]
        self._teller.say(f"The milk of one farm that morning is in {len(cans)} cans:")
        page = self._teller.link(f"{service.url}/trace/downstream?epc={FARM_LOT}")
        self._teller.came_to(f"one farm's milk is in {len(cans)} cans", page)

    def break_the_cold_chain(self) -> FreshGoods:
        """Fresh goods, recorded as it happens: the best grade, and a warning all the same."""
        self._teller.act("Oysters on ice, and the ice melts")
        fresh = FreshGoods(datetime.now(UTC))
        for person, what, document in fresh.documents():
            self._people.record(person, what, document)
        (tag,) = self._signed("producer", fresh.boxes[0])
        reader = self._people.at("PlatformA")
        checked = reader.get("/tags/check", link=tag["link"])
        history = reader.get("/trace/history", epc=fresh.boxes[0])
        warnings = [warning["code"] for warning in history["warnings"]]
        if checked["grade"] != "A" or warnings != ["alarm"]:
            raise DemoFailed(f"expected grade A with an alarm, not {checked['grade']} with {warnings}")
        self._teller.say("Everything about them is told and vouched for: grade [bold]A[/]. And so is the alarm:")
        self._teller.refused("11.4 °C on the road, reported by the carrier's own sensor (alarm)")
        page = self._teller.link(reader.scan_page(tag["link"]))
        self._teller.came_to("grade A, and a warning", page)
        return fresh

    def counterfeit(self) -> None:
        """Copies show: by a wrong signature, by goods that were never made, by scans that can't be of one thing."""
        self._teller.act("Counterfeits show")
        (genuine,) = self._signed("processor", COPIED)
        (forged,) = self._signed("merchant", COPIED)
        (invented,) = self._signed("processor", NEVER_MADE)
        self._expect_tag(forged["link"], "SIGNED_BY_ANOTHER")
        self._teller.refused("a label printed by somebody else: the signature is not the maker's. Grade E")
        self._teller.link(self._people.at("PlatformA").scan_page(forged["link"]))
        history = self._people.at("PlatformA").get("/trace/history", epc=NEVER_MADE)
        self._teller.refused(f"a serial number that was never made: grade {history['grade']}, no history at all")
        self._teller.say("Its page tells that nobody made it, as page not found:")
        self._teller.link(self._people.at("PlatformA").scan_page(invented["link"], known=False))
        self._teller.say("A perfect copy of a genuine label is scanned in Shanghai and in Urumqi on one day:")
        for service, area in (("PlatformA", SHANGHAI), ("PlatformB", URUMQI)):
            self._services[service].scanned(genuine["link"], area)
        finding = self._until_apart()
        self._teller.refused(f"scanned {finding['km']} km apart on one day: there is a copy. Grade C")
        page = self._teller.link(self._people.at("PlatformA").scan_page(genuine["link"]))
        self._teller.came_to("a forged label, goods never made, and a copy", page)

    def recall(self) -> None:
        """A lot of raw milk is recalled: all that was made of it, where it is now, and who answers for it."""
        self._teller.act("Listeria in a farm's tank: a recall")
        service = self._people.at("Association")
        in_force = service.get("/trace/recalls", inForce="true")
        item = "https://id.gs1.org/01/09521000002012/10/RM20260901A"
        recall = next((each for each in in_force if item in each["items"]), None)
        if recall is None:
            body = {"items": [FARM_LOT], "measure": "return", "reason": "Listeria monocytogenes in the tank sample"}
            recall = self._people.write("officer", "recalls the morning's milk", "/trace/recalls", body)
        told = self._people.at("Association").get(f"/trace/recalls/{recall['id']}")["scope"]
        affected = service.get_all(f"/trace/recalls/{recall['id']}/affected")
        goods = [each for each in affected if not each["carrier"]]
        sold = [each for each in goods if each["last_step"] == "retail_selling"]
        self._teller.say(f"{len(goods)} lots and things are concerned, {len(sold)} of them sold. Who dealt with them:")
        for party in told["liable"]:
            deeds = ", ".join(party["deeds"])
            self._teller.say(
                f"  {party['party']['role']:<10} GLN {party['party']['gln']}: {deeds} ({party['items']} items)"
            )
        self._teller.link(f"{service.url}/trace/recalls/{recall['id']}")
        self._teller.say("Whoever scans a can is warned:")
        page = self._teller.link(self._people.at("PlatformB").scan_page(CAN))
        self._teller.came_to(f"{len(goods)} lots and things called back, {len(sold)} of them sold", page)

    def _signed(self, person: str, epc: str) -> list[dict[str, str]]:
        tags: list[dict[str, str]] = self._people.home(person).post(person, "/tags", json={"epcs": [epc]}).json()
        self._people.tell(person, "signs a tag", epc.rpartition("/")[2].rpartition(".")[2])
        return tags

    def _expect_tag(self, link: str, code: str) -> None:
        checked = self._people.at("PlatformA").get("/tags/check", link=link)
        if checked["finding"]["code"] != code:
            raise DemoFailed(f"the tag should be found {code}, not {checked['finding']['code']}")

    def _anchor(self, folder: str, file: str, person: str, kind: str, title: str, about: str) -> str:  # noqa: PLR0917
        content = (self._examples / folder / "papers" / file).read_bytes()
        home = self._people.home(person)
        sha256: str = home.post(person, "/documents", content=content).json()["sha256"]
        media_type = "text/csv" if file.endswith(".csv") else "text/plain"
        document = {
            "sha256": sha256,
            "kind": kind,
            "title": title,
            "media_type": media_type,
            "size_bytes": len(content),
        }
        self._people.write(person, title, "/trace/anchors", {"document": document, "items": [about]})
        return sha256

    def _until_apart(self) -> dict[str, Any]:
        """What the scans show, once both services have reported theirs."""
        deadline = time.monotonic() + REPORTED_DEADLINE_S
        while time.monotonic() < deadline:
            history = self._people.at("PlatformA").get("/trace/history", epc=COPIED)
            for finding in history["findings"]:
                if finding["code"] == "SCANNED_FAR_APART":
                    return dict(finding["values"])
            time.sleep(0.5)
        raise DemoFailed("the scans of the copied tag did not show")


def _tree(item: str, links: list[dict[str, Any]], parent: str, child: str) -> Tree:
    """Links as a tree from an item, each item once."""
    shown = {item}

    def grow(branch: Tree, at: str) -> None:
        for link in links:
            if link[parent] == at and link[child] not in shown:
                shown.add(link[child])
                grow(branch.add(f"{link[child]} [dim]{link['relation']}[/]"), link[child])

    tree = Tree(item)
    grow(tree, item)
    return tree
