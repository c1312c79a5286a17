"""The main job, on the consortium of the tests."""

import io
import re

import httpx
import pytest
from rich.console import Console

from fairledger.tokens import TokenAuthority
from fairledger_network.demo.chain import chains_in
from fairledger_network.demo.story import examples_of, tell
from tests.network.running_consortium import RunningConsortium
from tests.support.visitor import OWN

LINK = re.compile(r"(http://localhost:\d+)(/\S*)(?:  sign in: fairledger token (\w+))?")
NEVER_MADE = "FP99999999"  # whose page tells, as page not found, that nobody made it


@pytest.mark.timeout(900)  # more than a minute where nothing else runs
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
    assert told.count("by signed webhook: ") == 3  # two buyers' payments, and the seller's payout
    assert "by signatures that no service could make" in told
    assert "/escrow/flow?" not in told  # a person looks at pages
    assert answers(consortium, told) == {}


def answers(consortium: RunningConsortium, told: str) -> dict[str, int]:
    """The links that answer otherwise than they should, with what they answer; the desk's are followed signed in."""
    links: dict[tuple[str, str], str] = {}
    for service, path, person in LINK.findall(told):
        links[service, path] = person or links.get((service, path), "")
    assert {*links.values()} == {"", "consumer", "merchant", "officer", "regulator"}
    found = {}
    for (service, path), person in links.items():
        with httpx.Client(base_url=service, timeout=60) as client:
            if person:
                sign_in(consortium, client, person)
            status = client.get(path, follow_redirects=not person).status_code
        if status != (404 if NEVER_MADE in path else 200):
            found[service + path] = status
    return found


def sign_in(consortium: RunningConsortium, client: httpx.Client, person: str) -> None:
    """At the desk, by what ``fairledger token`` prints."""
    home = next(each.name for each in consortium.consortium.organizations if person in each.people)
    token = TokenAuthority.load(home, consortium.layout.api(home) / "token.key").issue(person)
    answer = client.post("/desk/sign-in", data={"token": token, "next": "/desk"}, headers=OWN)
    assert answer.status_code == 303, answer.text
