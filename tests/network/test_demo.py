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
    assert told.count("✓ inspector (Association)") == 7  # whoever did it records it, in their own name
    assert told.count("Both tell the same") == len(chains)
    assert "grade B, at all 4 organisations" in told
    assert "in 12 cans" in told
    assert "grade A" in told  # of what was recorded as it happened
    assert "there is a copy" in told
    assert "the signature is not the maker's" in told
    assert "2 of them sold" in told  # of what is recalled
    assert "10 ok " in told  # steps of the proof
    assert "✗ step " in told
    assert "peer0.PlatformB is back with" in told
    assert "✗ peer0.Regulator, block" in told
    assert told.count("4 peers agree on") == 2
