"""The acts of the demo. Each does the real thing, shows what it saw, and fails when it saw something else."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from fairledger_network.demo.chain import Chain
from fairledger_network.demo.fresh_goods import FreshGoods
from fairledger_network.demo.goods import Goods
from fairledger_network.demo.history import busiest_item, history_table
from fairledger_network.demo.market import Market
from fairledger_network.demo.people import People
from fairledger_network.demo.personal_data import Held
from fairledger_network.demo.proof import ProofFile
from fairledger_network.demo.service import Service
from fairledger_network.demo.tamper import edit_block_file
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed
from fairledger_network.heal import heal
from fairledger_network.nodes import peer_name
from fairledger_network.site import Site
from fairledger_network.status import status
from fairledger_network.up import up
from fairledger_network.verify import Verification, verify

WIPED = "PlatformB"  # the small platform whose machine is lost
TAMPERED = "Regulator"
ASKED = ("PlatformA", "Association")  # two who would both have to lie
PAGES = (
    ("PlatformA", "/board", "platforms, anomalies, what is overdue"),
    ("PlatformA", "/complain", "complain, without an account"),
    ("Association", "/desk/supervision", "act in your own name, signed in by token"),
    ("Regulator", "/funds", "the money on the ledger, added up"),
)
MEBIBYTE = 1024 * 1024


class Story:
    """Tells the demo on ``console`` and does it on ``site``."""

    def __init__(self, site: Site, console: Console) -> None:
        self._site = site
        self._console = console
        self._teller = Teller(console)
        self._services = {
            node.organization.name: Service(node.organization.name, f"http://localhost:{node.port}", site.layout)
            for node in site.of_kind("api")
        }
        self._people = People(site.consortium, self._services, self._teller)
        self._shown: list[str] = []
        self._purged: Held | None = None

    @cached_property
    def market(self) -> Market:
        """The acts about trade, and about who watches it; people have to have identities."""
        return Market(self._site, self._services, self._people, self._teller)

    @property
    def goods(self) -> Goods:
        """The acts about goods."""
        return Goods(self._services, self._people, self._teller, examples_of(self._site))

    @property
    def glns(self) -> dict[str, str]:
        """The GLN of each person who has one."""
        return {
            name: person.gln
            for organization in self._site.consortium.organizations
            for name, person in organization.people.items()
            if person.gln
        }

    def raise_consortium(self) -> None:
        """Every certificate, node and service of the consortium."""
        self._teller.act("A consortium comes to life")
        organizations = ", ".join(organization.name for organization in self._site.consortium.organizations)
        self._teller.say(f"{organizations} start their nodes; each has its own certificate authority.")
        up(self._site, lambda step, seconds: self._console.print(f"  [green]✓[/] {step} [dim]{seconds:.1f} s[/]"))
        nodes = status(self._site)
        memory = sum(node.memory_bytes for node in nodes) / MEBIBYTE
        self._teller.say(f"{len(nodes)} processes run, with {memory:.0f} MiB of memory in all.")
        page = self._teller.link(f"{self._services[ASKED[0]].url}/")
        self._teller.came_to(f"{len(nodes)} processes", page)

    def record(self, chains: Sequence[Chain]) -> None:
        """Each person records what they saw, signed with their own key."""
        self._teller.act("Everybody records what they did")
        for chain in chains:
            self._console.print(f"  [bold]{chain.name}[/]")
            before = self._events_recorded()
            for chapter in chain.chapters:
                self._people.record(chapter.recorder, chapter.title, chapter.file.read_text(encoding="utf-8"))
            events = self._events_recorded()
            self._teller.say(f"{events - before} new events, {events} on the ledger.")
            if item := busiest_item(chain.events()):
                page = self._teller.link(self._people.at(ASKED[0]).scan_page(item))
                self._teller.came_to(f"{chain.name}: {events} events on the ledger", page)

    def ask_two(self, chains: Sequence[Chain]) -> None:
        """The history of an item of each chain, as two organisations tell it."""
        self._teller.act(f"{ASKED[0]} and {ASKED[1]} are asked about the same goods")
        for chain in chains:
            item = busiest_item(chain.events())
            if item is None:
                continue
            one, other = (list(self._people.at(name).events(MATCH_anyEPC=item)) for name in ASKED)
            if not one or one != other:
                raise DemoFailed(f"{ASKED[0]} and {ASKED[1]} tell different histories of {item}")
            self._console.print(f"  [bold]{item}[/]", soft_wrap=True)
            self._teller.show(history_table(one))
            self._teller.say(f"Both tell the same {len(one)} events.")
            self._teller.say("It is what a buyer sees after scanning it, and can verify in the browser:")
            pages = [self._teller.link(self._services[name].scan_page(item)) for name in ASKED]
            self._teller.came_to(f"the same {len(one)} events at both", pages[0])
            self._shown.append(item)

    def trade(self, fresh: FreshGoods) -> None:
        """Standards, money, escrow, supervision, and personal data."""
        self._purged = self.market.tell(fresh)

    def prove(self) -> None:
        """A proof that needs nobody's word; with one byte changed it is refused."""
        if not self._shown:
            return
        item = self._shown[0]
        proof = ProofFile(self._site.layout)
        self._teller.act("A proof for whoever trusts none of them")
        self._teller.command(f"fairledger proof {item} -o {proof.file.name}")
        proof.export(item)
        self._teller.command(f"fairledger verify {proof.file.name} --roots {self._site.layout.organizations}")
        for step in proof.verify():
            self._console.print(f"  [green]{escape(step)}[/]", soft_wrap=True)
        self._teller.say("The same file with one byte changed:")
        self._console.print(f"  [red]{escape(proof.verify_changed())}[/]", soft_wrap=True)
        page = self._teller.link(self._services[ASKED[0]].scan_page(item))
        self._teller.came_to("verified by files alone, refused with one byte changed", page)

    def lose_a_peer(self) -> None:
        """A peer loses all its data and gets them back from the others."""
        peer = peer_name(WIPED)
        self._teller.act(f"{WIPED}'s machine is lost")
        self._teller.say(f"All data of {peer} are deleted; it joins again with nothing but its certificate.")
        blocks = 0

        def caught(has: int, _of: int) -> None:
            nonlocal blocks
            blocks = has

        with self._console.status(f"  {peer} fetches the blocks from the others"):
            heal(self._site, peer, caught)
        self._teller.say(f"[green]✓[/] {peer} is back with {blocks} blocks, none of them from its own disk.")
        self._sound(verify(self._site))
        page = self._teller.link(f"{self._services[WIPED].url}/")
        self._teller.came_to(f"{blocks} blocks fetched from the others", page)

    def tamper(self) -> None:
        """One byte of a peer's block file is changed, found, named and healed."""
        peer = peer_name(TAMPERED)
        self._teller.act(f"Somebody changes one byte on {TAMPERED}'s disk")
        edit = edit_block_file(self._site.layout.node_data(peer), self._site.consortium.channel.name)
        self._teller.say(
            f"The year of an event: …{edit.was} becomes …{edit.now}, byte {edit.offset} of {edit.file.name}."
        )
        self._teller.command("fairledger network verify")
        found = verify(self._site).differences
        if not found or any(difference.peer != peer for difference in found):
            raise DemoFailed(f"the edit at {peer} was not found, or another peer was blamed: {found}")
        for difference in found:
            self._console.print(f"  [red]✗ {difference.peer}, block {difference.block}[/]: {difference.what}")
        self._teller.command(f"fairledger network heal {peer}")
        with self._console.status(f"  {peer} throws its data away and fetches them from the others"):
            heal(self._site, peer)
        self._sound(verify(self._site))
        if self._purged is not None:
            self.market.personal_data.check_healed(self._purged, peer)
        page = self._teller.link(f"{self._services[TAMPERED].url}/")
        self._teller.came_to(f"found and named: {peer}; healed", page)

    def end(self) -> None:
        """What all came to, what to look at and what to try next."""
        self._teller.act("What it all came to")
        self._teller.outcomes()
        self._teller.act("Now you")
        for service in self._services.values():
            self._console.print(f"  {service.organization:<12} ", end="")
            self._teller.link(service.url + "/")
        item = self._shown[0] if self._shown else "EPC"
        for organization, page, what in PAGES:
            self._console.print(f"  {what:<40} ", end="")
            self._teller.link(f"{self._services[organization].url}{page}")
        for command in (
            'export PATH="$PWD/.venv/bin:$PATH"',
            "fairledger network status",
            f"fairledger trace show {item}",
            "fairledger token officer # sign in with it at the Association's desk",
            "fairledger identity list",
            "make down          # stop everything; make down WIPE=1 forgets it",
        ):
            self._teller.command(command)

    def _events_recorded(self) -> int:
        return sum(1 for _ in self._people.at(ASKED[0]).events())

    def _sound(self, verification: Verification) -> None:
        if not verification.sound:
            raise DemoFailed(f"the peers differ: {verification.differences or verification.unchecked}")
        peers = len(verification.peers)
        self._teller.say(
            f"[green]✓[/] {peers} peers agree on {verification.blocks} blocks and on the state they lead to."
        )


def tell(site: Site, console: Console, chains: Sequence[Chain], *, examples: bool = True) -> None:
    """The whole story; acts about goods belong to the ``examples``. Raises ``NetworkError`` where it can't go on."""
    story = Story(site, console)
    story.raise_consortium()
    if examples:
        story.goods.license(story.glns)
    story.record(chains)
    story.ask_two(chains)
    if examples:
        story.goods.tag()
        story.goods.anchor()
        story.goods.believe()
        story.goods.trace()
        fresh = story.goods.break_the_cold_chain()
        story.goods.counterfeit()
        story.goods.recall()
        story.trade(fresh)
    story.prove()
    story.lose_a_peer()
    story.tamper()
    story.end()


def examples_of(site: Site) -> Path:
    """The project's own documents."""
    return site.root / "examples"
