"""People's identities on a real consortium: from registration to revocation, and who is refused."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from fabric_protos.common import configtx_pb2
from fabric_protos.orderer import configuration_pb2

from fairledger.gateway import Contract, Gateway
from fairledger.gateway.errors import EndorseError, EvaluateError, GatewayError, SubmitError
from fairledger.identity import Identity, KeySigner, Signer
from fairledger_network.channel_config import (
    config_at_orderer,
    config_at_peer,
    organization_msps,
    replace_msp,
)
from fairledger_network.config_update import latest_config, update_channel
from fairledger_network.credentials import Registry, authority
from fairledger_network.errors import CommandFailed
from fairledger_network.identities import Identities
from fairledger_network.identity_errors import IdentityState
from fairledger_network.person_record import State
from fairledger_network.revocation import CRL_FILE
from tests.network.running_consortium import RunningConsortium
from tests.support.fabric_ca import running_ca

CHAINCODE, CONTRACT = "probe", "calls"
CHANNEL = "credit-channel"
GLN = "9521000000018"
DENIED = "GATEWAY_DENIED"
OTHERS = ["AssociationMSP", "RegulatorMSP"]


@pytest.fixture(scope="module")
def identities(consortium: RunningConsortium) -> Identities:
    return Identities(consortium)


def new_name() -> str:
    return f"person-{secrets.token_hex(4)}"


@asynccontextmanager
async def contract_of(
    site: RunningConsortium, organization: str, identity: Identity, signer: Signer
) -> AsyncIterator[Contract]:
    """The probe's contract, called by whoever is named."""
    async with Gateway.connect(site.profile(organization), identity, signer) as gateway:
        yield gateway.network(CHANNEL).contract(CHAINCODE, CONTRACT)


@asynccontextmanager
async def person(site: RunningConsortium, name: str, organization: str = "PlatformA") -> AsyncIterator[Contract]:
    """The same, called by somebody of the organisation's wallet."""
    async with site.gateway(organization, name) as gateway:
        yield gateway.network(CHANNEL).contract(CHAINCODE, CONTRACT)


def enrolled(identities: Identities, organization: str = "PlatformA") -> str:
    name = new_name()
    identities.register(name, organization, role="producer", gln=GLN)
    identities.enroll(name)
    return name


async def test_registered_and_enrolled_submits_with_the_attributes_in_the_certificate(
    consortium: RunningConsortium, identities: Identities
) -> None:
    name = enrolled(identities)
    async with person(consortium, name) as contract:
        await contract.submit("put", name, b"first")
        assert await contract.evaluate("get", name) == b"first"
        caller = await contract.evaluate("caller")
    assert b'"gln":"9521000000018"' in caller
    assert b'"role":"producer"' in caller
    assert f'"subject":"CN={name},OU=client"'.encode() in caller


async def test_renewed_still_works_and_so_does_what_was_renewed(
    consortium: RunningConsortium, identities: Identities
) -> None:
    name = enrolled(identities)
    before = consortium.wallet("PlatformA").get(name)
    identities.renew(name)
    async with person(consortium, name) as contract:
        await contract.submit("put", name, b"renewed")
    async with contract_of(consortium, "PlatformA", before.identity, before.signer) as contract:
        assert await contract.evaluate("get", name) == b"renewed"


@pytest.fixture(scope="module")
def revoked(consortium: RunningConsortium, identities: Identities) -> str:
    """Somebody who wrote, renewed, and was revoked; both certificates are kept."""
    name = enrolled(identities)
    wallet = consortium.wallet("PlatformA")
    first = wallet.get(name)
    key = wallet.private_key_pem(name)
    identities.renew(name)
    wallet.put(f"{name}-first", first.identity, key)
    assert identities.revoke(name, reason="keycompromise").state is State.REVOKED
    return name


class TestRevoked:
    @pytest.mark.parametrize("suffix", ["", "-first"])
    @pytest.mark.parametrize("msp_id", ["PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP"])
    async def test_every_organizations_peer_refuses_to_endorse(
        self, consortium: RunningConsortium, revoked: str, msp_id: str, suffix: str
    ) -> None:
        async with person(consortium, revoked + suffix) as contract:
            with pytest.raises(EndorseError, match="creator org \\[PlatformAMSP\\]") as refused:
                await contract.submit("put", revoked, b"after", endorsing_organizations=[msp_id])
        assert refused.value.code == DENIED

    async def test_query_is_refused(self, consortium: RunningConsortium, revoked: str) -> None:
        async with person(consortium, revoked) as contract:
            with pytest.raises(EvaluateError) as refused:
                await contract.evaluate("get", revoked)
        assert refused.value.code == DENIED

    async def test_others_are_not_concerned(self, consortium: RunningConsortium, revoked: str) -> None:
        async with person(consortium, "producer") as contract:
            assert await contract.evaluate("get", revoked) == b""

    def test_list_is_in_the_channel_at_every_node_for_peers_and_orderers(
        self, consortium: RunningConsortium, revoked: str
    ) -> None:
        wallet = consortium.wallet("PlatformA")
        serials = {wallet.get(name).identity.certificate.serial_number for name in (revoked, f"{revoked}-first")}
        asking, layout = consortium.peer_command("Regulator"), consortium.layout
        configs = [
            *(config_at_peer(command, CHANNEL) for command in consortium.peer_commands()),
            *(config_at_orderer(asking, CHANNEL, orderer, layout) for orderer in consortium.of_kind("orderer")),
        ]
        assert len(configs) == 7
        for found in configs:
            definitions = [msp for _p, _n, _v, msp in organization_msps(found.config) if msp.name == "PlatformAMSP"]
            assert len(definitions) == 2
            for msp in definitions:
                (crl,) = (x509.load_pem_x509_crl(pem) for pem in msp.revocation_list)
                assert serials <= {entry.serial_number for entry in crl}

    def test_list_is_in_the_local_folders_of_the_organization_alone(
        self, consortium: RunningConsortium, revoked: str
    ) -> None:
        layout = consortium.layout
        folders = [layout.msp("PlatformA"), layout.credentials("PlatformA", "peer0.PlatformA") / "msp"]
        (serial,) = {consortium.wallet("PlatformA").get(revoked).identity.certificate.serial_number}
        for folder in folders:
            crl = x509.load_pem_x509_crl((folder / "crls" / CRL_FILE).read_bytes())
            assert crl.get_revoked_certificate_by_serial_number(serial) is not None
        assert not (layout.msp("PlatformB") / "crls" / CRL_FILE).exists()

    def test_again_changes_nothing(self, consortium: RunningConsortium, identities: Identities, revoked: str) -> None:
        before = latest_config(consortium).sequence
        assert identities.revoke(revoked).state is State.REVOKED
        assert latest_config(consortium).sequence == before

    def test_can_not_come_back_by_renewal(self, identities: Identities, revoked: str) -> None:
        with pytest.raises(IdentityState, match="is revoked"):
            identities.renew(revoked)

    async def test_revoking_at_the_ca_alone_changes_nothing_and_is_completed_later(
        self, consortium: RunningConsortium, identities: Identities
    ) -> None:
        name = enrolled(identities)
        ca = consortium.node("ca.PlatformA")
        registrar = Registry(ca, consortium.layout).registrar()
        authority(ca, consortium.layout).revoke(registrar, name)
        async with person(consortium, name) as contract:
            await contract.submit("put", name, b"still")
            await asyncio.to_thread(identities.revoke, name)
            assert (await refused(contract.submit("put", name, b"not any more"))).code == DENIED

    async def test_orderers_refuse_what_was_endorsed_before(
        self, consortium: RunningConsortium, identities: Identities
    ) -> None:
        name = enrolled(identities)
        async with consortium.gateway("PlatformA", name) as gateway:
            contract = gateway.network(CHANNEL).contract(CHAINCODE, CONTRACT)
            endorsed = await gateway.endorse(contract.new_proposal("put", name, b"late"))
            await asyncio.to_thread(identities.revoke, name)
            with pytest.raises(SubmitError) as refused:
                await gateway.submit(endorsed)
        assert refused.value.tx_id == endorsed.tx_id
        async with person(consortium, "producer") as contract:
            assert await contract.evaluate("get", name) == b""


class TestRefused:
    """Nobody else gets in either: not by an expired certificate, by another organisation's, or without the role."""

    async def test_expired_certificate(self, consortium: RunningConsortium, tmp_path: Path) -> None:
        async with issued(consortium, tmp_path, expiry="-2m") as contract:
            query = await refused(contract.evaluate("get", "expired"))
            write = await refused(contract.submit("put", "expired", b"1", endorsing_organizations=["PlatformAMSP"]))
            others = await refused(contract.submit("put", "expired", b"1", endorsing_organizations=OTHERS))
        # A peer's own gateway lets it pass, and the runtime refuses it; other peers refuse it themselves.
        assert (query.code, write.code) == ("CHAINCODE_IDENTITY", "CHAINCODE_IDENTITY")
        said = {node.msp_id for node in others.details if "client identity expired" in node.message}
        assert said == set(OTHERS)
        async with person(consortium, "producer") as contract:
            assert await contract.evaluate("get", "expired") == b""

    async def test_same_certificate_in_time_is_accepted(self, consortium: RunningConsortium, tmp_path: Path) -> None:
        async with issued(consortium, tmp_path, expiry="1h") as contract:
            await contract.submit("put", "in-time", b"1")
            assert await contract.evaluate("get", "in-time") == b"1"

    async def test_certificate_of_another_organization(self, consortium: RunningConsortium) -> None:
        entry = consortium.wallet("PlatformA").get("producer")
        claimed = Identity("PlatformBMSP", entry.identity.certificate_pem)
        async with contract_of(consortium, "PlatformB", claimed, entry.signer) as contract:
            query = await refused(contract.evaluate("get", "nothing"))
            write = await refused(contract.submit("put", "stolen", b"1"))
        assert (query.code, write.code) == (DENIED, DENIED)

    async def test_certificate_of_a_ca_outside_the_consortium(
        self, consortium: RunningConsortium, tmp_path: Path
    ) -> None:
        with running_ca(tmp_path / "ca") as ca:
            registrar = ca.registrar()
        identity = Identity("PlatformAMSP", registrar.certificate_pem)
        signer = KeySigner.from_pem(registrar.private_key_pem)
        async with contract_of(consortium, "PlatformA", identity, signer) as contract:
            assert (await refused(contract.evaluate("get", "nothing"))).code == DENIED

    async def test_signature_by_another_key(self, consortium: RunningConsortium) -> None:
        wallet = consortium.wallet("PlatformA")
        identity, signer = wallet.get("producer").identity, wallet.get("processor").signer
        async with contract_of(consortium, "PlatformA", identity, signer) as contract:
            assert (await refused(contract.evaluate("get", "nothing"))).code == DENIED

    async def test_who_has_not_the_role_records_nothing(self, consortium: RunningConsortium) -> None:
        async with consortium.gateway("PlatformB", "consumer") as gateway:
            contract = gateway.network(CHANNEL).contract("credit", "trace")
            assert (await refused(contract.submit("capture", "{}"))).code == "TRACE_ROLE_DENIED"


@asynccontextmanager
async def issued(site: RunningConsortium, folder: Path, *, expiry: str) -> AsyncIterator[Contract]:
    """A member of PlatformA, by a certificate of its real CA that is valid for so long."""
    name = new_name()
    with running_ca(folder / "ca", like=site.layout.ca("PlatformA"), expiry=expiry) as ca:
        enrollment = ca.client.enroll(name, ca.client.register(ca.registrar(), name, type="client"))
    identity = Identity("PlatformAMSP", enrollment.certificate_pem)
    signer = KeySigner.from_pem(enrollment.private_key_pem)
    async with contract_of(site, "PlatformA", identity, signer) as contract:
        yield contract


async def refused(call: Awaitable[bytes]) -> GatewayError:
    with pytest.raises(GatewayError) as error:
        await call
    return error.value


class TestChannelUpdate:
    """Changing the channel's configuration: whose signatures it takes."""

    def test_one_organization_can_not_change_what_is_everybodys(self, consortium: RunningConsortium) -> None:
        before = latest_config(consortium)
        with pytest.raises(CommandFailed, match="policy"):
            update_channel(consortium, batch_messages(499), admins=["Association"])
        assert latest_config(consortium).sequence == before.sequence

    def test_majority_can_and_every_node_has_it_afterwards(self, consortium: RunningConsortium) -> None:
        before = latest_config(consortium)
        count = messages_of(before.config)
        try:
            sequence = update_channel(consortium, batch_messages(count - 1), admins=["Association", "Regulator"])
            assert sequence == before.sequence + 1
            found = [config_at_peer(command, CHANNEL) for command in consortium.peer_commands()]
            assert [(config.sequence, messages_of(config.config)) for config in found] == [(sequence, count - 1)] * 4
        finally:
            update_channel(consortium, batch_messages(count), admins=["Association", "Regulator"])

    def test_change_that_changes_nothing_is_not_submitted(self, consortium: RunningConsortium) -> None:
        before = latest_config(consortium).sequence
        assert update_channel(consortium, lambda _config: None, admins=["Regulator"]) == before
        assert latest_config(consortium).sequence == before

    def test_organization_can_not_change_anothers_definition(self, consortium: RunningConsortium) -> None:
        before = latest_config(consortium)

        def weaken(config: configtx_pb2.Config) -> None:
            for _parent, _name, value, msp in organization_msps(config):
                if msp.name == "RegulatorMSP":
                    msp.revocation_list.append(b"")
                    replace_msp(value, msp)

        with pytest.raises(CommandFailed):
            update_channel(consortium, weaken, admins=["PlatformA"])
        assert latest_config(consortium).config == before.config

    def test_somebody_else_comes_first_and_the_change_is_made_anew(self, consortium: RunningConsortium) -> None:
        before = latest_config(consortium)
        count = messages_of(before.config)
        interrupted: list[bool] = []

        def change(config: configtx_pb2.Config) -> None:
            if not interrupted:
                interrupted.append(True)
                update_channel(consortium, batch_messages(count - 2), admins=["Association", "Regulator"])
            batch_messages(messages_of(config) - 1)(config)

        try:
            sequence = update_channel(consortium, change, admins=["Association", "Regulator"])
            assert sequence == before.sequence + 2
            assert messages_of(latest_config(consortium).config) == count - 3
        finally:
            update_channel(consortium, batch_messages(count), admins=["Association", "Regulator"])


def _batch_size(config: configtx_pb2.Config) -> configtx_pb2.ConfigValue:
    return config.channel_group.groups["Orderer"].values["BatchSize"]


def messages_of(config: configtx_pb2.Config) -> int:
    return int(configuration_pb2.BatchSize.FromString(_batch_size(config).value).max_message_count)


def batch_messages(count: int) -> Callable[[configtx_pb2.Config], None]:
    """The change that sets how many messages a block has at most: harmless, and a majority's to make."""

    def change(config: configtx_pb2.Config) -> None:
        size = configuration_pb2.BatchSize.FromString(_batch_size(config).value)
        size.max_message_count = count
        _batch_size(config).value = size.SerializeToString()

    return change
