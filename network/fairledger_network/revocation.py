"""Revocation lists: in the channel's MSP definitions, where they count, and in the local MSP folders."""

from cryptography import x509
from fabric_protos.common import configtx_pb2

from fairledger_network.channel_config import organization_msps, replace_msp
from fairledger_network.config_update import update_channel
from fairledger_network.files import write_atomically
from fairledger_network.site import Site

CRL_FILE = "ca.pem"


def publish_revocations(site: Site, organization: str, crl_pem: bytes) -> int:
    """Put an organisation's revocation list into the channel; the sequence of the configuration that has it.

    The organisation's definition among the peers' organisations and, if it runs an orderer, the one among the orderers'
    change in one update: Fabric refuses two definitions of one MSP that differ. Both are the organisation's own to
    change, so its administrator's signature suffices. From then on peers and orderers refuse what the listed
    certificates sign.
    Afterwards the local MSP folders get the list; a node reads its own when it next starts.

    Raises:
        CommandFailed, NotReady: as ``update_channel``; the local folders are then as before.
    """
    msp_id = site.consortium.organization(organization).msp_id
    sequence = update_channel(site, lambda config: set_revocations(config, msp_id, crl_pem), admins=[organization])
    own = site.layout.organization(organization)
    for folder in (own / "msp", *own.glob("nodes/*/msp"), *own.glob("people/*/msp")):
        write_atomically(folder / "crls" / CRL_FILE, crl_pem)
    return sequence


def set_revocations(config: configtx_pb2.Config, msp_id: str, crl_pem: bytes) -> None:
    """Replace the lists of the same issuer in the MSP's definitions, unless they list the same certificates already."""
    new = x509.load_pem_x509_crl(crl_pem)
    for _parent, _name, value, msp in organization_msps(config):
        if msp.name != msp_id:
            continue
        known = [x509.load_pem_x509_crl(pem) for pem in msp.revocation_list]
        same_issuer = [crl for crl in known if crl.issuer == new.issuer]
        if _serials(same_issuer) == _serials([new]):
            continue
        kept = [pem for pem, crl in zip(msp.revocation_list, known, strict=True) if crl.issuer != new.issuer]
        del msp.revocation_list[:]
        msp.revocation_list.extend([*kept, crl_pem])
        replace_msp(value, msp)


def revoked_locally(site: Site, organization: str) -> frozenset[int]:
    """Serial numbers on the organisation's list as kept on this machine, which needs no node to run."""
    file = site.layout.msp(organization) / "crls" / CRL_FILE
    return _serials([x509.load_pem_x509_crl(file.read_bytes())]) if file.is_file() else frozenset()


def _serials(crls: list[x509.CertificateRevocationList]) -> frozenset[int]:
    return frozenset(entry.serial_number for crl in crls for entry in crl)
