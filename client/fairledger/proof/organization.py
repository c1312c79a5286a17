"""An organisation as the channel's configuration has it (its MSP), and who is a member of it in which role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from fabric_protos.msp import identities_pb2, msp_config_pb2

from fairledger.identity import P256_ORDER
from fairledger.proof.errors import ProofError
from fairledger_chaincode.certificate import read_certificate, unreadable_as_value_error

_ROLES: Final = ("client", "peer", "admin", "orderer")


@dataclass(frozen=True)
class Member:
    """Somebody whose certificate an organisation issued; ``role`` by the certificate's organisational unit."""

    msp_id: str
    role: str
    certificate: x509.Certificate

    def check_signature(self, signature: bytes, message: bytes) -> None:
        """ECDSA P-256 over SHA-256, DER, low S as Fabric demands. Raises ``ProofError`` (PROOF_SIGNATURE)."""
        key = self.certificate.public_key()
        try:
            if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
                raise ProofError("PROOF_SIGNATURE", f"{self.name} signs with a key that is not on P-256")
            r, s = decode_dss_signature(signature)
            if s > P256_ORDER // 2 or encode_dss_signature(r, s) != signature:
                raise ProofError(
                    "PROOF_SIGNATURE", f"the signature of {self.name} is not in the form that Fabric takes"
                )
            key.verify(signature, message, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError) as error:
            raise ProofError("PROOF_SIGNATURE", f"the signature of {self.name} does not fit") from error

    @property
    def name(self) -> str:
        """The certificate's subject and the organisation."""
        return f"{self.certificate.subject.rfc4514_string()} of {self.msp_id}"


@dataclass(frozen=True)
class Organization:
    """``units`` are roles by organisational unit (Fabric's node OUs); ``known`` keeps who was identified already."""

    msp_id: str
    roots: tuple[x509.Certificate, ...]
    units: Mapping[str, str]
    revocations: tuple[x509.CertificateRevocationList, ...]
    known: dict[bytes, Member] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, config: bytes) -> Self:
        """Read ``msp.MSPConfig``. Raises ``ProofError`` (PROOF_CONFIG) for what is not evaluated here."""
        msp = msp_config_pb2.FabricMSPConfig.FromString(msp_config_pb2.MSPConfig.FromString(config).config)
        if msp.intermediate_certs or not msp.fabric_node_ous.enable:
            raise ProofError("PROOF_CONFIG", f"{msp.name} has intermediate certificates or no node OUs: not supported")
        roots = tuple(read_certificate(root) for root in msp.root_certs)
        units = {
            getattr(msp.fabric_node_ous, f"{role}_ou_identifier").organizational_unit_identifier: role
            for role in _ROLES
            if msp.fabric_node_ous.HasField(f"{role}_ou_identifier")
        }
        if any(unit != role for unit, role in units.items()):  # nobody signs a genesis block: it can't rename roles
            raise ProofError("PROOF_CONFIG", f"{msp.name} gives roles to units of other names: not supported")
        with unreadable_as_value_error():
            revocations = tuple(x509.load_pem_x509_crl(each) for each in msp.revocation_list)
        return cls(msp.name, roots, units, revocations)

    def member(self, id_bytes: bytes, at: datetime | None = None) -> Member:
        """Who holds this certificate; ``at`` a time at which it must have been valid.

        As in Fabric, a certificate's time is asked of creators only, and nobody has two roles.
        Raises ``ProofError`` (PROOF_IDENTITY).
        """
        member = self.known.get(id_bytes) or self.known.setdefault(id_bytes, self._identified(id_bytes))
        certificate = member.certificate
        if at is not None and not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            subject = certificate.subject.rfc4514_string()
            raise ProofError("PROOF_IDENTITY", f"the certificate of {subject} was not valid at {at.isoformat()}")
        return member

    def _identified(self, id_bytes: bytes) -> Member:
        certificate = read_certificate(id_bytes)
        subject = certificate.subject.rfc4514_string()
        root = next((root for root in self.roots if _issued(certificate, root)), None)
        if root is None:
            raise ProofError("PROOF_IDENTITY", f"the certificate of {subject} is not issued by {self.msp_id}")
        if any(_revokes(each, certificate, root) for each in self.revocations):
            raise ProofError("PROOF_IDENTITY", f"the certificate of {subject} is revoked by {self.msp_id}")
        found = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
        roles = [self.units[str(unit.value)] for unit in found if unit.value in self.units]
        if len(roles) != 1:
            raise ProofError("PROOF_IDENTITY", f"the certificate of {subject} has {len(roles)} roles, not one")
        return Member(self.msp_id, roles[0], certificate)


def member_of(organizations: Mapping[str, Organization], serialized: bytes, at: datetime | None = None) -> Member:
    """Who ``serialized`` (``msp.SerializedIdentity``) is. Raises as ``Organization.member``."""
    identity: Any = identities_pb2.SerializedIdentity.FromString(serialized)
    organization = organizations.get(identity.mspid)
    if organization is None:
        raise ProofError("PROOF_IDENTITY", f"{identity.mspid or 'nobody'} is not part of the channel")
    return organization.member(identity.id_bytes, at)


def _issued(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _revokes(
    revocations: x509.CertificateRevocationList, certificate: x509.Certificate, root: x509.Certificate
) -> bool:
    key = root.public_key()
    if revocations.issuer != root.subject or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    if not revocations.is_signature_valid(key):
        return False
    return revocations.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
