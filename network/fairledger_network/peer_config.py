"""Configuration of a peer: core.yaml."""

from typing import Any

from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.ports import LOOPBACK

GOSSIP_ALIVE_INTERVAL = "1s"
GOSSIP_STATE_INFO_INTERVAL = "1s"  # how soon others learn of a peer's height and chaincodes
GOSSIP_CONNECT_TIMEOUT = "1s"  # peers that have not joined yet do not answer; all are on one machine
GOSSIP_ALIVE_EXPIRATION = "10s"  # a dead peer leaves the others' endorsement plans after this time
GOSSIP_RECONNECT_INTERVAL = "1s"  # a peer that was away is known again after this time
PRIVATE_DATA_PULL_RETRY = "1s"  # the default of 60 s is waited for each block that had private data nobody else holds
PRIVATE_DATA_RECONCILE = "10s"  # how often a peer asks again for private data that it should have, and has not
PRIVATE_DATA_PURGE_BLOCKS = 1  # what is purged leaves the peer's store at that block, not at the next hundredth
DELIVERY_RECONNECT = "5s"  # longest pause between attempts to reach an orderer that was away
LOG_LEVEL = "warning"


def core_settings(node: Node, layout: Layout, *, network_id: str) -> dict[str, Any]:
    """What a peer needs different from Fabric's default core.yaml."""
    organization = node.organization
    credentials = layout.credentials(organization.name, node.name)
    tls = credentials / "tls"
    data = layout.node_data(node.name)
    admin = layout.person(organization.name, "admin") / "tls" / "cert.pem"
    return {
        "peer": {
            "id": node.name,
            "networkId": network_id,
            "listenAddress": node.endpoint,
            "address": node.endpoint,
            "chaincodeListenAddress": f"{LOOPBACK}:{node.chaincode_port}",
            "localMspId": organization.msp_id,
            "mspConfigPath": str(credentials / "msp"),
            "fileSystemPath": str(data),
            "gossip": {
                "bootstrap": node.endpoint,
                "endpoint": node.endpoint,
                "externalEndpoint": node.endpoint,
                "useLeaderElection": False,
                "orgLeader": True,
                "aliveTimeInterval": GOSSIP_ALIVE_INTERVAL,
                "aliveExpirationTimeout": GOSSIP_ALIVE_EXPIRATION,
                "reconnectInterval": GOSSIP_RECONNECT_INTERVAL,
                "connTimeout": GOSSIP_CONNECT_TIMEOUT,
                "publishStateInfoInterval": GOSSIP_STATE_INFO_INTERVAL,
                "requestStateInfoInterval": GOSSIP_STATE_INFO_INTERVAL,
                "pvtData": {
                    "pullRetryThreshold": PRIVATE_DATA_PULL_RETRY,
                    "reconcileSleepInterval": PRIVATE_DATA_RECONCILE,
                },
                "state": {"enabled": False},
            },
            "tls": {
                "enabled": True,
                "clientAuthRequired": False,
                "cert": {"file": str(tls / "cert.pem")},
                "key": {"file": str(tls / "key.pem")},
                "rootcert": {"file": str(tls / "ca.pem")},
            },
            "deliveryclient": {"reConnectBackoffThreshold": DELIVERY_RECONNECT, "blockGossipEnabled": False},
            "discovery": {"enabled": True, "orgMembersAllowedAccess": True},
            "gateway": {"enabled": True},
        },
        "vm": {"endpoint": ""},
        "chaincode": {
            "externalBuilders": [
                {"name": "ccaas", "path": str(layout.builder), "propagateEnvironment": []},
            ],
        },
        "ledger": {
            "history": {"enableHistoryDatabase": True},
            "pvtdataStore": {"purgeInterval": PRIVATE_DATA_PURGE_BLOCKS},
            "snapshots": {"rootDir": str(data / "snapshots")},
        },
        "operations": {
            "listenAddress": f"{LOOPBACK}:{node.operations_port}",
            "tls": {
                "enabled": True,
                "cert": {"file": str(tls / "cert.pem")},
                "key": {"file": str(tls / "key.pem")},
                "clientAuthRequired": False,
                "clientRootCAs": {"files": [str(admin)]},
            },
        },
        "metrics": {"provider": "prometheus"},
    }
