"""Who may call what: by the role in the caller's certificate, and by organisation where the role is an authority's."""

from collections.abc import Collection

from cryptography.hazmat.primitives.serialization import Encoding

from fairledger_chaincode.errors import NotAllowed
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.records.signatory import Signatory

ASSOCIATION = "AssociationMSP"
REGULATOR = "RegulatorMSP"
ROLES_THAT_RECORD = frozenset({"producer", "processor", "carrier", "inspector", "merchant"})
ROLES_OF_AUTHORITY = {"officer": ASSOCIATION, "regulator": REGULATOR}  # an organisation's CA can write any role
ROLE_OF_SERVICES = "service"


def recorder(caller: ClientIdentity) -> Recorder:
    """The caller as one who records events. Raises ``NotAllowed`` (TRACE_ROLE_DENIED)."""
    person = signatory(caller, ROLES_THAT_RECORD, "events are recorded")
    certificate = caller.certificate.public_bytes(Encoding.PEM).decode()
    return Recorder(**person.model_dump(), certificate=certificate)


def signatory(caller: ClientIdentity, roles: Collection[str], what: str) -> Signatory:
    """The caller, who has one of ``roles``. Raises ``NotAllowed`` (TRACE_ROLE_DENIED), which says ``what`` is refused.

    An officer is the association's and a regulator the regulator's, whatever other organisations' CAs certify.
    """
    role = caller.attributes.get("role", "")
    if role not in roles or ROLES_OF_AUTHORITY.get(role, caller.msp_id) != caller.msp_id:
        permitted = ", ".join(sorted(roles))
        raise NotAllowed("TRACE_ROLE_DENIED", f"{what} by {permitted}, not by {role or 'no role'} of {caller.msp_id}")
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=role, gln=caller.attributes.get("gln", ""))
