"""The demo's goods on the consortium of the tests: for each page that a reader can come to, a tag that leads there."""

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from fairledger_network.demo.chain import chains_in
from fairledger_network.demo.fresh_goods import FreshGoods
from fairledger_network.demo.goods import CAN, COPIED, NEVER_MADE, PHONE, Goods
from fairledger_network.demo.people import People
from fairledger_network.demo.service import Service
from fairledger_network.demo.story import Story, examples_of
from fairledger_network.demo.teller import Teller
from tests.network.running_consortium import RunningConsortium
from tests.support.captures import document, event

WORDY = "https://example.com/goods/" + "a-very-long-identifier-without-any-space-" * 6 + "9"
SETTLED_DEADLINE_S = 60.0
MARKUP = '<img src=x onerror="document.title=\'harmed\'"><script>document.title="harmed"</script>'


@dataclass(frozen=True)
class ToldGoods:
    """``tags`` are what is scanned, by the state of the page behind: genuine, recalled, warm, forged and so on."""

    services: Mapping[str, Service]
    people: People
    fresh: FreshGoods
    tags: Mapping[str, str]

    def page(self, state: str, language: str, organization: str = "PlatformA") -> str:
        """The address of a state's page."""
        return f"{self.services[organization].scan_page(self.tags[state], known=state != 'unknown')}&lang={language}"

    def settled(self, path: str, **parameters: str) -> Any:
        """What all four services answer to a GET, once they answer alike: each knows at once what was written there."""
        deadline = time.monotonic() + SETTLED_DEADLINE_S
        while True:
            answers = [self.people.at(name).get(path, **parameters) for name in self.services]
            if all(answer == answers[0] for answer in answers):
                return answers[0]
            assert time.monotonic() < deadline, f"{path} {parameters} differs between organisations"
            time.sleep(0.1)


def tell_goods(site: RunningConsortium) -> ToldGoods:
    """Do what the demo does with goods. Raises ``DemoFailed`` where it sees something else than it should."""
    console = Console(file=io.StringIO())
    teller = Teller(console)
    apis = site.of_kind("api")
    services = {
        node.organization.name: Service(node.organization.name, f"http://localhost:{node.port}", site.layout)
        for node in apis
    }
    people = People(site.consortium, services, teller)
    goods = Goods(services, people, teller, examples_of(site))
    goods.license(Story(site, console).glns)
    names = [person for organization in site.consortium.organizations for person in organization.people]
    for chain in chains_in(examples_of(site), names):
        for chapter in chain.chapters:
            people.record(chapter.recorder, chapter.title, chapter.file.read_text(encoding="utf-8"))
    fresh = FreshGoods(datetime.now(UTC))
    for person, what, captured in fresh.documents():
        people.record(person, what, captured)
    goods.anchor()
    goods.counterfeit()
    goods.recall()
    _tell_wordy(people)
    box = fresh.boxes[0]
    tags = {
        "genuine": _signed(people, "processor", PHONE),
        "recalled": _signed(people, "processor", CAN),
        "warm": _signed(people, "producer", box),
        "forged": _signed(people, "merchant", PHONE),
        "copied": _signed(people, "processor", COPIED),
        "unknown": _signed(people, "processor", NEVER_MADE),
        "wordy": WORDY,
    }
    told = ToldGoods(services, people, fresh, tags)
    for item in (PHONE, CAN, COPIED, box, WORDY):
        told.settled("/trace/history", epc=item)
    return told


def _signed(people: People, person: str, epc: str) -> str:
    (tag,) = people.home(person).post(person, "/tags", json={"epcs": [epc]}).json()
    link: str = tag["link"]
    return link


def _tell_wordy(people: People) -> None:
    """Goods with the longest texts that are taken, and with markup in all of them."""
    long = "https://example.com/steps/" + "x" * 300
    place = {"id": "https://example.com/places/" + "y" * 300}
    made = event(1, epcList=[WORDY], action="ADD", bizStep=long, readPoint=place, eventID="urn:example:wordy")
    people.record("producer", "tells much", document(made))
    title = (MARKUP + "z" * 200)[:200]
    paper = {"sha256": "ab" * 32, "kind": "other", "title": title, "media_type": "text/html", "size_bytes": 1}
    people.write("inspector", "vouches at length", "/trace/anchors", {"document": paper, "items": [WORDY]})
    reason = (MARKUP + "z" * 2_000)[:2_000]
    people.write(
        "regulator",
        "recalls at length",
        "/trace/recalls",
        {"items": [WORDY], "measure": "stop_sale", "reason": reason},
    )
