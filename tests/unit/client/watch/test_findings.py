"""What a watcher finds out of line, of what it saw."""

from fairledger.readmodel.complaint_figures import ComplaintFigures
from fairledger.watch.findings import Found, Sighting, of_nodes, of_platforms
from fairledger_contracts.records.monitoring import AnomalyKind
from tests.support.supervised import parameters_of

NUMBERS = parameters_of("supervision")
LAG = NUMBERS["height_lag_blocks"]


def seen(node: str, height: int | None = 100, block_hash: str = "aa") -> Sighting:
    return Sighting(node, height, 99, block_hash, f"evidence {block_hash}") if height else Sighting(node, None)


def test_nodes_that_agree_are_in_line() -> None:
    assert of_nodes([seen("A"), seen("B", 100 - LAG), seen("C")], NUMBERS) == []


def test_a_node_that_lags_or_does_not_answer_is_found() -> None:
    assert of_nodes([seen("A"), seen("B", 99 - LAG), seen("C", None)], NUMBERS) == [
        Found("node:B", AnomalyKind.HEIGHT, {"height": 99 - LAG, "highest": 100}),
        Found("node:C", AnomalyKind.AVAILABILITY, {"asked": NUMBERS["unavailable_rounds"], "answered": 0}),
    ]


def test_the_node_with_another_block_than_most_is_found_with_both_as_evidence() -> None:
    found = of_nodes([seen("A"), seen("B", 100, "bb"), seen("C")], NUMBERS)
    assert found == [Found("node:B", AnomalyKind.HASH, {"block": 99}, ("evidence aa", "evidence bb"))]


def test_of_two_that_differ_nobody_says_which_is_right() -> None:
    found = of_nodes([seen("A"), seen("B", 100, "bb")], NUMBERS)
    assert [each.key for each in found] == [("node:A", "hash"), ("node:B", "hash")]


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
