"""How the demo's story looks on a terminal."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

Result = TypeVar("Result")


class Teller:
    """Writes acts, sentences, links and commands to ``console``."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._act = ""
        self._outcomes: list[tuple[str, str, str]] = []

    def act(self, title: str) -> None:
        """A new act begins."""
        self._act = title
        self.console.print()
        self.console.print(Rule(f"[bold]{title}[/]", align="left", style="blue"))

    def say(self, text: str) -> None:
        """A sentence, with rich's markup."""
        self.console.print(f"  {text}", soft_wrap=True)

    def show(self, what: RenderableType) -> None:
        """A table or a tree."""
        self.console.print(Padding(what, (0, 0, 0, 2)))

    def link(self, address: str, signed_in: str = "") -> str:
        """An address to be opened in a browser, ``signed_in`` by what that command prints; the address."""
        self.console.print("  ", end="")
        told = Text(address, style="blue underline")
        if signed_in:
            told.append(f"  sign in: {signed_in}", style="not underline dim")
        self.console.print(told, soft_wrap=True)
        return address

    def came_to(self, what: str, address: str) -> None:
        """What the act came to, and the page to look at, for the table at the end."""
        self._outcomes.append((self._act, what, address))

    def outcomes(self) -> None:
        """What all acts came to, in their order; addresses stand in lines of their own, so that none breaks."""
        told = ""
        for act, what, address in self._outcomes:
            self.console.print(f"  [bold]{'' if act == told else act:<{self._width}}[/]  {what}", soft_wrap=True)
            told = act
            self.console.print(Text(f"  {'':<{self._width}}  {address}", style="blue"), soft_wrap=True)

    @property
    def _width(self) -> int:
        return max((len(act) for act, _what, _address in self._outcomes), default=0)

    def command(self, command: str) -> None:
        """A command to be tried."""
        self.console.print("  $ ", style="dim", end="")
        self.console.print(command, style="bold", soft_wrap=True, markup=False)

    def done(self, who: str, what: str, where: str) -> None:
        """Somebody did something, and where it is on the ledger."""
        self.console.print(f"  [green]✓[/] {who:<24} {what:<32} [dim]{where}[/]", soft_wrap=True)

    def refused(self, text: str) -> None:
        """Something bad that showed, as it should."""
        self.console.print(f"  [red]✗[/] {text}", soft_wrap=True)

    def together(self, tales: Sequence[Callable[[], Result]]) -> list[Result]:
        """Do several things at once, and tell them one after the other; raises what the first that failed raised."""
        with ThreadPoolExecutor(len(tales) or 1) as pool:
            heard = list(pool.map(self._heard, tales))
        for _result, told in heard:
            self.console.print(Text.from_ansi(told), soft_wrap=True, end="\n" if told else "")
        return [result for result, _told in heard]

    def _heard(self, tale: Callable[[], Result]) -> tuple[Result, str]:
        """What comes of a tale, and what it wrote; a console keeps apart what its threads write."""
        with self.console.capture() as capture:
            result = tale()
        return result, capture.get().rstrip("\n")
