"""Certificates that their organisations revoked, as the channel's configuration has them, and since when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from fabric_protos.common import configtx_pb2
from fabric_protos.msp import msp_config_pb2
from sqlalchemy import Connection, insert, select

from fairledger.readmodel import instants
from fairledger.readmodel.tables import revocations
from fairledger_chaincode.certificate import read_certificate, unreadable_as_value_error

FABRIC_MSP = 0  # the type of organisations by X.509 certificates
SERIAL_FORMAT = "x"


@dataclass(frozen=True)
class Revocation:
    """The channel refuses the certificate from block ``block_number`` on, which was made at ``at``."""

    block_number: int
    at: datetime


def revoked_in(config: bytes) -> Iterator[tuple[str, str]]:
    """MSP id and serial number of each certificate that a ``common.ConfigEnvelope`` says is revoked.

    As for peers, a list counts that an authority of the organisation signed. Raises protobuf's ``DecodeError`` and
    ``ValueError`` for what no peer takes for a configuration.
    """
    groups = configtx_pb2.ConfigEnvelope.FromString(config).config.channel_group.groups
    found: dict[tuple[str, str], None] = {}
    for part in ("Orderer", "Application"):
        for organization in groups[part].groups.values():
            msp = msp_config_pb2.MSPConfig.FromString(organization.values["MSP"].value)
            if msp.type == FABRIC_MSP:
                members = msp_config_pb2.FabricMSPConfig.FromString(msp.config)
                found.update(((members.name, serial), None) for serial in _serials(members))
    yield from found


def write_revocations(connection: Connection, revoked: Iterable[tuple[str, str]], since: Revocation) -> None:
    """Keep what is revoked from a block on; what was so before stays as it is, also when a later list leaves it out.

    Authorities take certificates off their lists when these have expired.
    """
    known = {(row.msp_id, row.serial) for row in connection.execute(select(revocations.c.msp_id, revocations.c.serial))}
    told = {"block_number": since.block_number, "revoked_at": instants.text_of(since.at)}
    rows = [{"msp_id": msp_id, "serial": serial, **told} for msp_id, serial in revoked if (msp_id, serial) not in known]
    if rows:
        connection.execute(insert(revocations), rows)


def revocation_of(connection: Connection, msp_id: str, certificate: x509.Certificate) -> Revocation | None:
    """Since when a certificate is revoked; None for one that is not."""
    serial = format(certificate.serial_number, SERIAL_FORMAT)
    query = select(revocations).where(revocations.c.msp_id == msp_id, revocations.c.serial == serial)
    row = connection.execute(query).one_or_none()
    return None if row is None else Revocation(row.block_number, datetime.fromisoformat(row.revoked_at))


def _serials(members: msp_config_pb2.FabricMSPConfig) -> Iterator[str]:
    authorities = [read_certificate(each) for each in (*members.root_certs, *members.intermediate_certs)]
    for each in members.revocation_list:
        with unreadable_as_value_error():
            listed = x509.load_pem_x509_crl(each)
        if any(_is_signed_by(listed, authority) for authority in authorities):
            for entry in listed:
                yield format(entry.serial_number, SERIAL_FORMAT)


def _is_signed_by(listed: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    if listed.issuer != authority.subject or not isinstance(key, EllipticCurvePublicKey):
        return False
    try:
        return listed.is_signature_valid(key)
    except InvalidSignature:
        return False
