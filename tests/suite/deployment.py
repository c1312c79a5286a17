"""What the suite needs deployed, in the words of consortium.yaml."""

from typing import Any

from tests.suite.ledger import (
    CALLEE,
    CALLEE_POLICY,
    COLLECTIONS,
    MEMBERS_POLICY,
    POLICY,
    PROBE,
    CollectionSettings,
)

COMMAND = ["{python}", "-m", "tests.network.probe"]  # the repository's root is on PYTHONPATH


def add_probe(consortium: dict[str, Any]) -> None:
    """Add the probe, its callee and their policies to the content of a consortium.yaml."""
    policies = consortium["channel"]["policies"]
    policies["ProbeEndorsement"] = POLICY
    policies["ProbeCalleeEndorsement"] = CALLEE_POLICY
    consortium["chaincodes"] += [
        _chaincode(PROBE, "ProbeEndorsement", [_collection(settings) for settings in COLLECTIONS]),
        _chaincode(CALLEE, "ProbeCalleeEndorsement", []),
    ]


def _chaincode(name: str, policy: str, collections: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "version": "1",
        "server": [*COMMAND, "serve"],
        "digest": [*COMMAND, "digest"],
        "policy": f"/Channel/Application/{policy}",
        "collections": collections,
    }


def _collection(settings: CollectionSettings) -> dict[str, Any]:
    return {
        "name": settings.name,
        "policy": MEMBERS_POLICY,
        "member_only_read": settings.member_only,
        "member_only_write": settings.member_only,
        "block_to_live": settings.block_to_live,
        "endorsement_policy": settings.endorsement_policy,
    }
