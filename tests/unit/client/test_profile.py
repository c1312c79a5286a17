"""Fabric's common connection profile, as other tools write it too."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairledger.profile import CertificateAuthority, ConnectionProfile, Node, ProfileError


def document() -> dict[str, Any]:
    return {
        "name": "fairledger",
        "version": "1.0.0",
        "client": {"organization": "PlatformA", "connection": {"timeout": {}}},
        "channels": {"credit-channel": {"peers": {}}},
        "organizations": {
            "PlatformA": {
                "mspid": "PlatformAMSP",
                "peers": ["peer0.PlatformA"],
                "orderers": ["orderer0.PlatformA"],
                "certificateAuthorities": ["ca.PlatformA"],
            },
            "Association": {"mspid": "AssociationMSP", "peers": ["peer0.Association"]},
        },
        "peers": {
            "peer0.PlatformA": {
                "url": "grpcs://127.0.0.1:7051",
                "tlsCACerts": {"pem": "ROOT A"},
                "grpcOptions": {"ssl-target-name-override": "peer0.platforma"},
            },
            "peer0.Association": {"url": "grpc://127.0.0.1:7052"},
        },
        "orderers": {"orderer0.PlatformA": {"url": "grpcs://127.0.0.1:7050", "tlsCACerts": {"path": "root.pem"}}},
        "certificateAuthorities": {
            "ca.PlatformA": {"url": "https://127.0.0.1:7054", "caName": "ca-a", "tlsCACerts": {"pem": ["ONE", "TWO"]}}
        },
    }


PEER_A = Node("peer0.PlatformA", "PlatformAMSP", "127.0.0.1:7051", b"ROOT A", "peer0.platforma")


def test_a_profile_names_the_nodes_of_all_organisations(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(b"ROOT O")
    path = tmp_path / "PlatformA.json"
    path.write_text(json.dumps(document()))

    profile = ConnectionProfile.load(path)

    assert profile.own.peers == (PEER_A,)
    assert profile.own.certificate_authorities == (
        CertificateAuthority("ca.PlatformA", "https://127.0.0.1:7054", "ca-a", b"ONETWO"),
    )
    assert profile.peers == (PEER_A, Node("peer0.Association", "AssociationMSP", "127.0.0.1:7052", None))
    assert profile.orderers == (Node("orderer0.PlatformA", "PlatformAMSP", "127.0.0.1:7050", b"ROOT O"),)
    assert profile.channels == ("credit-channel",)
    assert profile.organization_of("AssociationMSP").name == "Association"


def test_the_older_name_of_the_host_override_is_understood(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(b"ROOT O")
    changed = document()
    changed["peers"]["peer0.PlatformA"]["grpcOptions"] = {"hostnameOverride": "peer0.example"}
    assert ConnectionProfile.from_mapping(changed, folder=tmp_path).own.peers[0].host_override == "peer0.example"


def test_an_unknown_organisation_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(b"ROOT O")
    profile = ConnectionProfile.from_mapping(document(), folder=tmp_path)
    with pytest.raises(ProfileError, match="RegulatorMSP") as refusal:
        profile.organization_of("RegulatorMSP")
    assert refusal.value.code == "PROFILE_UNKNOWN"


def without(*path: str) -> dict[str, Any]:
    changed = document()
    part = changed
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    return changed


def with_value(value: Any, *path: str) -> dict[str, Any]:
    changed = document()
    part = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("changed", "code", "named"),
    [
        (without("client"), "PROFILE_MALFORMED", "client"),
        (without("peers", "peer0.PlatformA"), "PROFILE_UNKNOWN", "peer0.PlatformA"),
        (without("certificateAuthorities", "ca.PlatformA"), "PROFILE_UNKNOWN", "ca.PlatformA"),
        (with_value("Nobody", "client", "organization"), "PROFILE_UNKNOWN", "Nobody"),
        (with_value("http://x:1", "peers", "peer0.PlatformA", "url"), "PROFILE_MALFORMED", "http://x:1"),
        (without("peers", "peer0.PlatformA", "tlsCACerts"), "PROFILE_MALFORMED", "tlsCACerts"),
        (with_value({}, "peers", "peer0.PlatformA", "tlsCACerts"), "PROFILE_MALFORMED", "pem or a path"),
        (with_value({"path": "gone.pem"}, "peers", "peer0.PlatformA", "tlsCACerts"), "PROFILE_MALFORMED", "gone.pem"),
    ],
)
def test_refusals_name_what_is_wrong(tmp_path: Path, changed: dict[str, Any], code: str, named: str) -> None:
    (tmp_path / "root.pem").write_bytes(b"ROOT O")
    with pytest.raises(ProfileError) as refusal:
        ConnectionProfile.from_mapping(changed, folder=tmp_path)
    assert refusal.value.code == code
    assert named in str(refusal.value)


def test_a_missing_file_is_not_a_malformed_one(tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text("not JSON")
    for name, code in (("none.json", "PROFILE_MISSING"), ("text.json", "PROFILE_MALFORMED")):
        with pytest.raises(ProfileError) as refusal:
            ConnectionProfile.load(tmp_path / name)
        assert refusal.value.code == code
