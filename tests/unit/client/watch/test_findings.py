"""What a watcher finds out of line, of what it saw."""

import pytest

from fairledger.readmodel.complaint_figures import ComplaintFigures
from fairledger.watch.findings import Found, SeenBlock, Sighting, common_height, of_nodes, of_platforms, over
from fairledger_contracts.records.monitoring import AnomalyKind
from tests.support.supervised import parameters_of

NUMBERS = parameters_of("supervision")
LAG = NUMBERS["height_lag_blocks"]


def seen(node: str, height: int | None = 100, block_hash: str = "aa", block: int = 99) -> Sighting:
    if height is None:
        return Sighting(node, None)
    return Sighting(node, height, f"said {height}", {block: SeenBlock(block_hash, f"evidence {block_hash}")})


def test_nodes_that_agree_are_in_line() -> None:
    assert of_nodes([seen("A"), seen("B", 100 - LAG), seen("C")], NUMBERS) == []


def test_a_node_that_lags_or_does_not_answer_is_found() -> None:
    assert of_nodes([seen("A"), seen("B", 99 - LAG), seen("C", None), seen("D")], NUMBERS) == [
        Found("node:B", AnomalyKind.HEIGHT, {"height": 99 - LAG, "common": 100}, ("said 100", f"said {99 - LAG}")),
        Found("node:C", AnomalyKind.AVAILABILITY, {"asked": NUMBERS["unavailable_rounds"], "answered": 0}),
    ]


@pytest.mark.parametrize("claimed", [101 + LAG, 10**9, 2**53 - 1])
def test_a_node_that_claims_a_height_which_no_other_has_is_found_and_none_of_the_others(claimed: int) -> None:
    sightings = [seen("A"), seen("B", claimed), seen("C"), seen("D")]
    assert common_height(sightings) == 100
    assert [each.key for each in of_nodes(sightings, NUMBERS)] == [("node:B", "height")]


def test_the_node_with_another_block_than_most_is_found_with_both_as_evidence() -> None:
    found = of_nodes([seen("A"), seen("B", 100, "bb"), seen("C")], NUMBERS)
    assert found == [Found("node:B", AnomalyKind.HASH, {"block": 99}, ("evidence aa", "evidence bb"))]


def test_a_node_that_stands_still_with_another_block_is_found_for_both() -> None:
    both = {50: SeenBlock("aa", "evidence"), 99: SeenBlock("cc", "evidence")}
    others = [Sighting(node, 100, "said 100", both) for node in ("A", "C", "D")]
    found = of_nodes([*others, seen("B", 51, "bb", block=50)], NUMBERS)
    assert [each.key for each in found] == [("node:B", "height"), ("node:B", "hash")]
    assert found[1].observed == {"block": 50}


def test_of_two_that_differ_nobody_says_which_is_right() -> None:
    found = of_nodes([seen("A"), seen("B", 100, "bb")], NUMBERS)
    assert [each.key for each in found] == [("node:A", "hash"), ("node:B", "hash")]


def test_only_what_a_round_could_have_seen_is_over() -> None:
    still_open = {
        ("node:A", "hash"),
        ("node:A", "height"),
        ("node:B", "hash"),
        ("node:B", "height"),
        ("node:B", "availability"),
        ("node:E", "hash"),
        ("merchant:shop", "complaints"),
        ("platform:PlatformAMSP", "lateness"),
        ("platform:PlatformBMSP", "lateness"),
    }
    late = Found("platform:PlatformAMSP", AnomalyKind.LATENESS)
    assert over(still_open, [late], [seen("A"), seen("B", None)]) == [
        ("node:A", "hash"),
        ("node:A", "height"),
        ("node:B", "availability"),
        ("platform:PlatformBMSP", "lateness"),
    ]


def figures(complaints: int, upheld: int, late: int) -> ComplaintFigures:
    return ComplaintFigures("PlatformAMSP", 365, complaints, late, upheld, {})


def test_platforms_with_late_disclosures_or_too_many_complaints_upheld_are_found() -> None:
    found = of_platforms(["PlatformBMSP", "PlatformBMSP"], [figures(10, 1, 0)], NUMBERS)
    assert found == [
        Found("platform:PlatformBMSP", AnomalyKind.LATENESS, {"missing": 2}),
        Found("platform:PlatformAMSP", AnomalyKind.COMPLAINTS, {"complaints": 10, "upheld": 1, "answered_late": 0}),
    ]


def test_few_complaints_or_a_small_share_are_in_line() -> None:
    assert of_platforms([], [figures(4, 4, 4)], NUMBERS) == []
    assert of_platforms([], [figures(20, 1, 1)], NUMBERS) == []
    assert len(of_platforms([], [figures(19, 0, 1)], NUMBERS)) == 1
