"""What goods were made of, or what became of them, as a tree."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text
from rich.tree import Tree

from fairledger.cli.plain import party, plain, when

if TYPE_CHECKING:
    from fairledger_contracts.lineage.history import ToldLink
    from fairledger_contracts.lineage.walk import Heading

BRANCHES_MAX: Final = 1_000  # that a terminal shows; --json has all
DEPTH_MAX: Final = 16  # levels: deeper ones would have no room left on a line
Branches = Mapping[str, Sequence[tuple[str, "ToldLink"]]]


def lineage_tree(start: str, links: Sequence["ToldLink"], heading: "Heading") -> tuple[Tree, int]:
    """The tree from ``start`` on, and how many branches of what it shows were left out.

    An item that is reached on several ways branches out once; the other times it refers to that.
    """
    branches = _branches(links, heading)
    root = Tree(Text(plain(start), style="bold"))
    shown, cut = 0, 0
    expanded = {start}
    waiting = deque([(root, start, 0)])
    while waiting:
        node, item, depth = waiting.popleft()
        for other, link in branches.get(item, ()):
            if shown == BRANCHES_MAX or depth == DEPTH_MAX:
                cut += 1
                continue
            shown += 1
            again = other in expanded
            branch = node.add(_label(other, link, again=again and other in branches))
            if not again:
                expanded.add(other)
                waiting.append((branch, other, depth + 1))
    return root, cut


def _branches(links: Sequence["ToldLink"], heading: "Heading") -> Branches:
    branches: dict[str, list[tuple[str, ToldLink]]] = {}
    for link in links:
        here, there = (link.target, link.source) if heading == "upstream" else (link.source, link.target)
        branches.setdefault(here, []).append((there, link))
    return branches


def _label(item: str, link: "ToldLink", *, again: bool) -> Text:
    from fairledger.words import word  # noqa: PLC0415  only these commands pay for it

    label = Text(plain(item))
    told = (f"{word(link.relation, 'en')}, {when(link.at)}", link.place, f"by {party(link.recorder)}")
    label.append(f"  {', '.join(plain(each) for each in told if each)}", style="dim")
    return label.append("  (as shown elsewhere)", style="dim") if again else label
