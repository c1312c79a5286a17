"""The main job, on the consortium of the tests."""

import io

from rich.console import Console

from fairledger_network.demo.chain import chains_in
from fairledger_network.demo.story import examples_of, tell
from tests.network.running_consortium import RunningConsortium


def test_the_story_is_told_to_its_end(consortium: RunningConsortium) -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    people = [person for organization in consortium.consortium.organizations for person in organization.people]
    chains = chains_in(examples_of(consortium), people)

    tell(consortium, console, chains)

    told = console.export_text()
    assert [chain.name for chain in chains] == ["milk-powder", "phone"]
    assert told.count("✓ inspector (Association)") == 8  # whoever did it records it, in their own name
    assert told.count("Both tell the same") == len(chains)
    assert "grade B, at all 4 organisations" in told
    assert "in 12 cans" in told
    assert "grade A" in told  # of what was recorded as it happened
    assert "there is a copy" in told
    assert "the signature is not the maker's" in told
    assert "2 of them sold" in told  # of what is recalled
    assert told.count("in force: ") == 6
    assert "For the demo alone: escrow with periods of seconds" in told
    assert "settle  the order 3,899.00" in told  # led back to the buyer's payment
    assert [line.split()[1].rstrip(",") for line in told.splitlines() if line.startswith("    rule ")] == [
        "confirmed",
        "too_light",
        "other_item",
        "not_shipped",
        "false_claim",
        "confirmed",
        "wrong_key",
    ]
    assert "4 decided" in told  # by the keeper
    assert "All 4 organisations add up the same" in told
    assert "a fine of 10,000.00 CNY" in told
    assert "The recall reaches" in told
    for code in ("PRIVACY_WARRANT_UNKNOWN", "PRIVACY_WARRANT_OWN", "PRIVACY_WARRANT_FIELDS", "PRIVACY_PURGED"):
        assert told.count(f": {code}") == 1
    assert "10 ok " in told  # steps of the proof
    assert "✗ step " in told
    assert "peer0.PlatformB is back with" in told
    assert "✗ peer0.Regulator, block" in told
    assert told.count("4 peers agree on") == 2
    assert "had purged did not come back to peer0.Regulator's disk" in told
