"""Private data collections: who holds, reads and writes them, and for how long."""

from dataclasses import dataclass

IMPLICIT_PREFIX = "_implicit_org_"  # every organisation has a collection of its own without defining it


@dataclass(frozen=True, slots=True)
class Collection:
    """A private data collection, with the settings of Fabric's collection configuration.

    ``members`` is a policy such as ``OR('PlatformAMSP.member', 'RegulatorMSP.member')``: peers of these organisations
    hold the data. ``endorsement_policy`` replaces the chaincode's policy for writes to the collection when it is set.
    ``block_to_live`` counts blocks; 0 keeps data for ever.
    """

    name: str
    members: str
    endorsement_policy: str | None = None
    member_only_read: bool = True
    member_only_write: bool = False
    block_to_live: int = 0


def implicit_collection(name: str) -> Collection | None:
    """Return the implicit collection called ``name``, or ``None`` if that is no name of one."""
    if not name.startswith(IMPLICIT_PREFIX):
        return None
    msp_id = name.removeprefix(IMPLICIT_PREFIX)
    return Collection(name, members=f"OR('{msp_id}.member')", member_only_read=False)
