"""What is generated for Fabric's programs: channel, peers, orderers, CAs. The paths in it are the state directory's."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from fairledger_network.ca_server import ca_settings, configure_ca
from fairledger_network.configtx import PROFILE, channel_settings
from fairledger_network.consortium import Consortium
from fairledger_network.fabric_config import overlay
from fairledger_network.layout import Layout
from fairledger_network.msp_folder import node_units
from fairledger_network.nodes import Node, all_nodes
from fairledger_network.orderer_config import orderer_settings
from fairledger_network.peer_config import core_settings

FILE = Path(__file__).resolve().parents[3] / "network" / "consortium.yaml"
LAYOUT = Layout(Path("/state"))


@pytest.fixture(scope="module")
def consortium() -> Consortium:
    return Consortium.load(FILE)


@pytest.fixture(scope="module")
def nodes(consortium: Consortium) -> dict[str, Node]:
    return {node.name: node for node in all_nodes(consortium)}


@pytest.fixture(scope="module")
def profile(consortium: Consortium) -> dict[str, Any]:
    settings: dict[str, Any] = channel_settings(consortium, LAYOUT)["Profiles"][PROFILE]
    return settings


def test_blocks_are_valid_when_an_orderer_signed_them_and_not_just_any_writer(profile: dict[str, Any]) -> None:
    assert profile["Orderer"]["Policies"]["BlockValidation"] == {
        "Type": "Signature",
        "Rule": "OR('PlatformAMSP.orderer', 'AssociationMSP.orderer', 'RegulatorMSP.orderer')",
    }


def test_the_endorsement_policy_has_its_name_in_the_channel(consortium: Consortium, profile: dict[str, Any]) -> None:
    assert profile["Application"]["Policies"]["CreditEndorsement"] == {
        "Type": "Signature",
        "Rule": consortium.channel.policies["CreditEndorsement"],
    }
    assert profile["Application"]["Policies"]["LifecycleEndorsement"] == {
        "Type": "ImplicitMeta",
        "Rule": "MAJORITY Endorsement",
    }


def test_three_consenters_with_their_own_certificates(nodes: dict[str, Node], profile: dict[str, Any]) -> None:
    consenters = profile["Orderer"]["EtcdRaft"]["Consenters"]

    assert [(c["Host"], c["Port"]) for c in consenters] == [
        ("127.0.0.1", nodes[name].port) for name in ("orderer0.PlatformA", "orderer0.Association", "orderer0.Regulator")
    ]
    certificate = "/state/organizations/Regulator/nodes/orderer0.Regulator/tls/cert.pem"
    assert (consenters[2]["ClientTLSCert"], consenters[2]["ServerTLSCert"]) == (certificate, certificate)


def test_how_blocks_are_cut(profile: dict[str, Any]) -> None:
    assert profile["Orderer"]["BatchTimeout"] == "250ms"
    assert profile["Orderer"]["BatchSize"] == {
        "MaxMessageCount": 500,
        "AbsoluteMaxBytes": 10 * 1024 * 1024,
        "PreferredMaxBytes": 2 * 1024 * 1024,
    }


def test_every_organisation_has_an_anchor_peer_and_only_ordering_ones_have_orderers(
    nodes: dict[str, Node], profile: dict[str, Any]
) -> None:
    members = {o["ID"]: o for o in profile["Application"]["Organizations"]}

    assert {msp_id: o["AnchorPeers"][0]["Port"] for msp_id, o in members.items()} == {
        f"{name}MSP": nodes[f"peer0.{name}"].port for name in ("PlatformA", "PlatformB", "Association", "Regulator")
    }
    assert {o["ID"]: o["OrdererEndpoints"] for o in profile["Orderer"]["Organizations"]} == {
        f"{name}MSP": [nodes[f"orderer0.{name}"].endpoint] for name in ("PlatformA", "Association", "Regulator")
    }
    assert members["PlatformBMSP"]["Policies"]["Endorsement"] == {
        "Type": "Signature",
        "Rule": "OR('PlatformBMSP.peer')",
    }
    assert members["PlatformBMSP"]["Policies"]["Admins"]["Rule"] == "OR('PlatformBMSP.admin')"


def addresses(settings: Any) -> list[str]:
    """All values of settings that say where to listen."""
    if not isinstance(settings, dict):
        return []
    own = [str(v) for k, v in settings.items() if k.lower().endswith("listenaddress")]
    return own + [address for value in settings.values() for address in addresses(value)]


def test_a_peer_listens_on_loopback_with_tls_everywhere(nodes: dict[str, Node]) -> None:
    peer = nodes["peer0.Association"]

    settings = core_settings(peer, LAYOUT, network_id="fairledger")

    assert sorted(addresses(settings)) == sorted(f"127.0.0.1:{use.port}" for use in peer.port_uses)
    assert settings["peer"]["tls"]["enabled"] is True
    assert settings["operations"]["tls"]["enabled"] is True
    assert settings["peer"]["localMspId"] == "AssociationMSP"


def test_a_peer_runs_chaincode_as_a_service_without_docker_and_heals_without_waiting(nodes: dict[str, Node]) -> None:
    settings = core_settings(nodes["peer0.Association"], LAYOUT, network_id="fairledger")

    assert settings["vm"]["endpoint"] == ""
    assert settings["chaincode"]["externalBuilders"][0]["path"] == "/state/builder"
    assert settings["peer"]["gossip"]["pvtData"]["pullRetryThreshold"] == "1s"
    assert settings["ledger"]["history"]["enableHistoryDatabase"] is True


def test_a_peer_purges_at_the_block_that_says_so(nodes: dict[str, Node]) -> None:
    settings = core_settings(nodes["peer0.Association"], LAYOUT, network_id="fairledger")

    assert settings["ledger"]["pvtdataStore"] == {"purgeInterval": 1}


def test_an_orderer_obeys_the_holder_of_its_organisation_s_admin_certificate_alone(nodes: dict[str, Node]) -> None:
    orderer = nodes["orderer0.Regulator"]

    settings = orderer_settings(orderer, LAYOUT)

    assert settings["Admin"]["ListenAddress"] == f"127.0.0.1:{orderer.admin_port}"
    assert settings["Admin"]["TLS"]["ClientAuthRequired"] is True
    assert settings["Admin"]["TLS"]["ClientRootCAs"] == ["/state/organizations/Regulator/people/admin/tls/cert.pem"]
    assert (settings["General"]["ListenAddress"], settings["General"]["BootstrapMethod"]) == ("127.0.0.1", "none")
    assert settings["General"]["TLS"]["Enabled"] is True
    assert settings["ChannelParticipation"]["Enabled"] is True


def test_a_ca_serves_tls_on_loopback_and_knows_one_registrar(nodes: dict[str, Node]) -> None:
    ca = nodes["ca.PlatformA"]

    settings = ca_settings(ca, "its secret")

    assert (settings["address"], settings["port"], settings["tls"]["enabled"]) == ("127.0.0.1", ca.port, True)
    assert settings["operations"]["listenAddress"] == f"127.0.0.1:{ca.operations_port}"
    assert settings["csr"]["hosts"] == ["localhost", "127.0.0.1"]
    (registrar,) = settings["registry"]["identities"]
    assert (registrar["name"], registrar["pass"]) == ("registrar", "its secret")
    assert registrar["attrs"]["hf.IntermediateCA"] is False


def test_the_registrar_s_secret_is_random_kept_and_for_its_owner_alone(nodes: dict[str, Node], tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    configure_ca(nodes["ca.PlatformA"], layout)
    configure_ca(nodes["ca.PlatformB"], layout)
    first = layout.registrar_secret("PlatformA").read_text()
    configure_ca(nodes["ca.PlatformA"], layout)

    assert layout.registrar_secret("PlatformA").read_text() == first
    assert layout.registrar_secret("PlatformB").read_text() != first
    written = layout.ca("PlatformA") / "fabric-ca-server-config.yaml"
    assert yaml.safe_load(written.read_text())["registry"]["identities"][0]["pass"] == first
    for file in (written, layout.registrar_secret("PlatformA")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_members_are_told_apart_by_their_certificate_s_unit() -> None:
    units = yaml.safe_load(node_units())["NodeOUs"]

    assert units["Enable"] is True
    assert {name: unit["OrganizationalUnitIdentifier"] for name, unit in units.items() if name != "Enable"} == {
        "ClientOUIdentifier": "client",
        "PeerOUIdentifier": "peer",
        "AdminOUIdentifier": "admin",
        "OrdererOUIdentifier": "orderer",
    }
    assert {unit["Certificate"] for name, unit in units.items() if name != "Enable"} == {"cacerts/ca.pem"}


def test_changes_are_laid_over_fabric_s_defaults_key_by_key() -> None:
    defaults = {"peer": {"id": "jdoe", "tls": {"enabled": False, "cert": None}}, "list": [1]}

    assert overlay(defaults, {"peer": {"tls": {"enabled": True}}, "list": [2]}) == {
        "peer": {"id": "jdoe", "tls": {"enabled": True, "cert": None}},
        "list": [2],
    }
    assert defaults["peer"] == {"id": "jdoe", "tls": {"enabled": False, "cert": None}}


def test_a_key_that_fabric_does_not_know_is_an_error_and_not_ignored() -> None:
    with pytest.raises(KeyError, match="listenAdress"):
        overlay({"peer": {"listenAddress": ""}}, {"peer": {"listenAdress": "127.0.0.1:7051"}})
