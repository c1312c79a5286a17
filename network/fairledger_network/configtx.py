"""The channel's first configuration: configtx.yaml, from which configtxgen makes the genesis block."""

from typing import Any

from fairledger_network.consortium import Consortium, Organization
from fairledger_network.layout import Layout
from fairledger_network.nodes import all_nodes, orderer_name, peer_name
from fairledger_network.ports import LOOPBACK

PROFILE = "Fairledger"
MAX_INFLIGHT_BLOCKS = 5
HEARTBEAT_TICKS = 1


def _signature(rule: str) -> dict[str, str]:
    return {"Type": "Signature", "Rule": rule}


def _meta(rule: str) -> dict[str, str]:
    return {"Type": "ImplicitMeta", "Rule": rule}


def _any_of(msp_ids: list[str], role: str) -> str:
    return f"OR({', '.join(repr(f'{msp_id}.{role}') for msp_id in msp_ids)})"


def _organization(organization: Organization, layout: Layout) -> dict[str, Any]:
    msp_id = organization.msp_id
    return {
        "Name": msp_id,
        "ID": msp_id,
        "MSPDir": str(layout.msp(organization.name)),
        "Policies": {
            "Readers": _signature(_any_of([msp_id], "member")),
            "Writers": _signature(_any_of([msp_id], "member")),
            "Admins": _signature(_any_of([msp_id], "admin")),
            "Endorsement": _signature(_any_of([msp_id], "peer")),
        },
    }


def channel_settings(consortium: Consortium, layout: Layout) -> dict[str, Any]:
    """The whole of configtx.yaml.

    Blocks are valid when signed by one of the orderers: with the usual ``ANY Writers`` every member's key could sign
    blocks, because members and orderers share their MSPs here.
    """
    ports = {node.name: node.port for node in all_nodes(consortium)}
    ordering = consortium.ordering_organizations
    rules = consortium.channel.ordering
    consenters = []
    for organization in ordering:
        name = orderer_name(organization.name)
        certificate = str(layout.credentials(organization.name, name) / "tls" / "cert.pem")
        consenters.append(
            {"Host": LOOPBACK, "Port": ports[name], "ClientTLSCert": certificate, "ServerTLSCert": certificate}
        )
    policies = {"Readers": _meta("ANY Readers"), "Writers": _meta("ANY Writers"), "Admins": _meta("MAJORITY Admins")}
    return {
        "Profiles": {
            PROFILE: {
                "Policies": policies,
                "Capabilities": {"V2_0": True},
                "Orderer": {
                    "OrdererType": "etcdraft",
                    "BatchTimeout": f"{rules.batch_timeout_ms}ms",
                    "BatchSize": {
                        "MaxMessageCount": rules.max_messages,
                        "AbsoluteMaxBytes": rules.absolute_max_bytes,
                        "PreferredMaxBytes": rules.preferred_max_bytes,
                    },
                    "EtcdRaft": {
                        "Consenters": consenters,
                        "Options": {
                            "TickInterval": f"{rules.tick_ms}ms",
                            "ElectionTick": rules.election_ticks,
                            "HeartbeatTick": HEARTBEAT_TICKS,
                            "MaxInflightBlocks": MAX_INFLIGHT_BLOCKS,
                            "SnapshotIntervalSize": rules.snapshot_interval_bytes,
                        },
                    },
                    "Organizations": [
                        {
                            **_organization(organization, layout),
                            "OrdererEndpoints": [f"{LOOPBACK}:{ports[orderer_name(organization.name)]}"],
                        }
                        for organization in ordering
                    ],
                    "Policies": {
                        **policies,
                        "BlockValidation": _signature(_any_of([o.msp_id for o in ordering], "orderer")),
                    },
                    "Capabilities": {"V2_0": True},
                },
                "Application": {
                    "Organizations": [
                        {
                            **_organization(organization, layout),
                            "AnchorPeers": [{"Host": LOOPBACK, "Port": ports[peer_name(organization.name)]}],
                        }
                        for organization in consortium.organizations
                    ],
                    "Policies": {
                        **policies,
                        "Endorsement": _meta("MAJORITY Endorsement"),
                        "LifecycleEndorsement": _meta("MAJORITY Endorsement"),
                        **{name: _signature(rule) for name, rule in consortium.channel.policies.items()},
                    },
                    "Capabilities": {"V2_5": True},
                },
            }
        }
    }
