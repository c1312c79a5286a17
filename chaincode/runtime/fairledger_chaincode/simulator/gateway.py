"""The gateway's part: who has to endorse, and whether those who did agree."""

from collections.abc import Sequence
from itertools import combinations

from fairledger_chaincode.simulator.definition import Definitions
from fairledger_chaincode.simulator.endorsement import Endorsement, differences
from fairledger_chaincode.simulator.errors import EndorsementMismatch, PolicyUnsatisfiable
from fairledger_chaincode.simulator.policy import Signer, is_satisfied
from fairledger_chaincode.simulator.requirements import requirements
from fairledger_chaincode.simulator.state import WorldState


def plan(
    first: Endorsement,
    chaincode: str,
    peers: Sequence[Signer],
    definitions: Definitions,
    world: WorldState,
    *,
    has_transient: bool,
) -> tuple[Signer, ...]:
    """Choose the fewest of ``peers`` whose signatures satisfy all policies, ``first`` among them.

    Where the transaction read a collection in clear, or carries transient data and touches one, only members of the
    collection are asked: others can't simulate it, or must not see it. Raises ``PolicyUnsatisfiable``.
    """
    needed = requirements(first.rwset, chaincode, definitions, world)
    fit = [
        peer for peer in peers if peer != first.peer and _may_see(peer, first, definitions, has_transient=has_transient)
    ]
    for count in range(len(fit) + 1):
        for others in combinations(fit, count):
            chosen = (first.peer, *others)
            if all(is_satisfied(requirement.policy, chosen) for requirement in needed):
                return chosen
    subjects = ", ".join(requirement.subject for requirement in needed)
    raise PolicyUnsatisfiable(
        f"no combination of peers can be derived which satisfy the endorsement policy: {subjects}; "
        f"peers asked: {', '.join(peer.name for peer in (first.peer, *fit))}"
    )


def check_agreement(endorsements: Sequence[Endorsement]) -> None:
    """Raise ``EndorsementMismatch`` unless all endorsers came to the same result."""
    first, *others = endorsements
    for other in others:
        found = differences(first, other)
        if found:
            raise EndorsementMismatch(first.peer.name, other.peer.name, found)


def _may_see(peer: Signer, first: Endorsement, definitions: Definitions, *, has_transient: bool) -> bool:
    seen = set(first.private_reads)
    if has_transient:
        seen |= {
            (part.namespace, collection.collection)
            for part in first.rwset.namespaces
            for collection in part.collections
        }
    return all(definitions.is_member(peer, namespace, name) for namespace, name in seen)
