"""Trees of goods: bounded, whatever the goods' history is like."""

from datetime import UTC, datetime

from rich.tree import Tree

from fairledger.cli.lineage_tree import DEPTH_MAX, lineage_tree
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.history import ToldLink
from fairledger_contracts.records.signatory import Signatory

AT = datetime(2026, 11, 1, tzinfo=UTC)


def link(source: str, target: str, place: str = "") -> ToldLink:
    recorder = Signatory(msp_id="PlatformAMSP", id="zhao", role="processor", gln="9521000000025")
    return ToldLink(
        source=source, target=target, relation=Relation.MADE, event_id="urn:x:e", at=AT, recorder=recorder, place=place
    )


def shape(tree: Tree) -> list[object]:
    """A tree as its label with its branches' shapes."""
    return [str(tree.label).partition("  made into")[0], *map(shape, tree.children)]


def test_what_is_reached_twice_branches_out_once() -> None:
    links = [link("a", "b"), link("a", "c"), link("b", "d"), link("c", "d"), link("d", "e")]
    tree, cut = lineage_tree("a", links, "downstream")
    assert (shape(tree), cut) == (["a", ["b", ["d", ["e"]]], ["c", ["d"]]], 0)
    assert str(tree.children[1].children[0].label) == (
        "d  made into, 2026-11-01 00:00:00, by PlatformA processor 9521000000025  (as shown elsewhere)"
    )
    assert shape(lineage_tree("e", links, "upstream")[0]) == ["e", ["d", ["b", ["a"]], ["c", ["a"]]]]


def test_a_branch_tells_where_it_happened_and_who_says_so() -> None:
    tree, _cut = lineage_tree("a", [link("a", "b", place="geo:31.2,\x1b121.5")], "downstream")
    assert str(tree.children[0].label) == (
        "b  made into, 2026-11-01 00:00:00, geo:31.2,\ufffd121.5, by PlatformA processor 9521000000025"
    )


def test_a_circle_ends() -> None:
    tree, cut = lineage_tree("a", [link("a", "b"), link("b", "a")], "downstream")
    assert (shape(tree), cut) == (["a", ["b", ["a"]]], 0)


def test_a_chain_ends_where_no_room_is_left() -> None:
    tree, cut = lineage_tree("0", [link(str(i), str(i + 1)) for i in range(1_000)], "downstream")
    depth = 0
    while tree.children:
        (tree,) = tree.children
        depth += 1
    assert (depth, cut) == (DEPTH_MAX, 1)
