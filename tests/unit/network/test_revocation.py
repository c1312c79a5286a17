"""Revocation lists in a channel configuration, as messages; with real nodes it is shown on a real network."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2
from hypothesis import given
from hypothesis import strategies as st

from fairledger_network.channel_config import config_of_block, msp_definition, organization_msps
from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.revocation import set_revocations

KEY = ec.generate_private_key(ec.SECP256R1())
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def crl(serials: Iterable[int], issuer: str = "ca.PlatformA", at: datetime = NOW) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)])
    builder = x509.CertificateRevocationListBuilder(name, at, at + timedelta(days=1))
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(revoked)
    return builder.sign(KEY, SHA256()).public_bytes(Encoding.PEM)


def config(**lists: list[bytes]) -> configtx_pb2.Config:
    """PlatformA with an orderer, PlatformB without; ``lists`` are the revocation lists by organisation."""
    made = configtx_pb2.Config(sequence=4)
    for parent, organizations in (("Application", ("PlatformA", "PlatformB")), ("Orderer", ("PlatformA",))):
        for organization in organizations:
            msp = msp_config_pb2.FabricMSPConfig(
                name=f"{organization}MSP", root_certs=[b"root"], revocation_list=lists.get(organization, [])
            )
            wrapped = msp_config_pb2.MSPConfig(config=msp.SerializeToString())
            group = made.channel_group.groups[parent].groups[f"{organization}MSP"]
            group.values["MSP"].CopyFrom(
                configtx_pb2.ConfigValue(version=3, mod_policy="Admins", value=wrapped.SerializeToString())
            )
    return made


def lists_of(changed: configtx_pb2.Config) -> dict[tuple[str, str], list[bytes]]:
    return {(parent, name): list(msp.revocation_list) for parent, name, _value, msp in organization_msps(changed)}


class TestSetRevocations:
    def test_reaches_both_definitions_of_the_organization_and_no_other(self) -> None:
        changed = config()
        set_revocations(changed, "PlatformAMSP", crl([7]))
        assert lists_of(changed) == {
            ("Application", "PlatformAMSP"): [crl_of(changed, "PlatformAMSP")],
            ("Application", "PlatformBMSP"): [],
            ("Orderer", "PlatformAMSP"): [crl_of(changed, "PlatformAMSP")],
        }
        assert serials(crl_of(changed, "PlatformAMSP")) == {7}

    def test_rest_of_the_definition_stays(self) -> None:
        changed = config()
        set_revocations(changed, "PlatformBMSP", crl([7], "ca.PlatformB"))
        assert list(msp_definition(changed, "PlatformBMSP").root_certs) == [b"root"]
        value = changed.channel_group.groups["Application"].groups["PlatformBMSP"].values["MSP"]
        assert (value.version, value.mod_policy) == (3, "Admins")

    def test_same_certificates_under_a_later_date_change_nothing(self) -> None:
        before = config(PlatformA=[crl([7, 8])])
        changed = configtx_pb2.Config.FromString(before.SerializeToString())
        set_revocations(changed, "PlatformAMSP", crl([8, 7], at=NOW + timedelta(days=1)))
        assert changed == before

    def test_nothing_revoked_changes_nothing(self) -> None:
        changed = config()
        set_revocations(changed, "PlatformAMSP", crl([]))
        assert changed == config()

    def test_lists_of_other_issuers_stay(self) -> None:
        other = crl([7], "ca.Another")
        changed = config(PlatformA=[crl([7]), other])
        new = crl([7, 9])
        set_revocations(changed, "PlatformAMSP", new)
        assert lists_of(changed)["Orderer", "PlatformAMSP"] == [other, new]

    @given(st.lists(st.sets(st.integers(min_value=1, max_value=2**159 - 1), max_size=4), max_size=4))
    def test_last_list_counts_however_often_it_was_set(self, revoked: list[set[int]]) -> None:
        changed = config()
        for numbers in revoked:
            set_revocations(changed, "PlatformAMSP", crl(numbers))
        expected = revoked[-1] if revoked else set()
        for key in (("Application", "PlatformAMSP"), ("Orderer", "PlatformAMSP")):
            assert set().union(*(serials(pem) for pem in lists_of(changed)[key])) == expected


def crl_of(changed: configtx_pb2.Config, msp_id: str) -> bytes:
    (pem,) = msp_definition(changed, msp_id).revocation_list
    return bytes(pem)


def serials(pem: bytes) -> set[int]:
    return {entry.serial_number for entry in x509.load_pem_x509_crl(pem)}


def block(kind: int, data: bytes) -> bytes:
    header = common_pb2.Header(channel_header=common_pb2.ChannelHeader(type=kind).SerializeToString())
    payload = common_pb2.Payload(header=header, data=data).SerializeToString()
    envelope = common_pb2.Envelope(payload=payload).SerializeToString()
    made = common_pb2.Block(header=common_pb2.BlockHeader(number=9), data=common_pb2.BlockData(data=[envelope]))
    return bytes(made.SerializeToString())


class TestConfigOfBlock:
    def test_is_what_the_block_carries(self) -> None:
        carried = configtx_pb2.ConfigEnvelope(config=config()).SerializeToString()
        assert config_of_block(block(common_pb2.HeaderType.CONFIG, carried)) == config()

    def test_block_of_transactions_is_refused(self) -> None:
        with pytest.raises(CommandFailed, match="block 9 is no configuration block"):
            config_of_block(block(common_pb2.HeaderType.ENDORSER_TRANSACTION, b""))

    @pytest.mark.parametrize("content", [b"", b"\xff", b"\x0a\x00"])
    def test_what_is_no_block_is_refused(self, content: bytes) -> None:
        with pytest.raises(CommandFailed, match="can't be read"):
            config_of_block(content)

    def test_unknown_organization(self) -> None:
        with pytest.raises(NotReady, match="knows no RegulatorMSP"):
            msp_definition(config(), "RegulatorMSP")
