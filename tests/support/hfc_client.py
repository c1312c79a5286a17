"""hfc (fabric-sdk-py) as a second client, set up from an exported identity alone."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fairledger_network.hfc_bridge import load


class NoStore:
    """hfc writes users, private keys included, into a store; this one forgets them."""

    def get_value(self, _key: str) -> None:
        return None

    def set_value(self, _key: str, _value: str) -> None:
        return None


def hfc_profile(exported: Path) -> Path:
    """The exported connection profile in hfc's words: roots as files, addresses without scheme, gRPC's own options."""
    profile = json.loads((exported / "connection.json").read_text())

    def nodes(kind: str) -> dict[str, Any]:
        described = {}
        for name, node in profile[kind].items():
            root = exported / f"{name}.root.pem"
            root.write_text(node["tlsCACerts"]["pem"])
            described[name] = {
                "url": node["url"].removeprefix("grpcs://"),
                "tlsCACerts": {"path": str(root)},
                "grpcOptions": {"grpc.ssl_target_name_override": node["grpcOptions"]["ssl-target-name-override"]},
            }
        return described

    translated = {
        "client": {},
        "organizations": profile["organizations"],
        "peers": nodes("peers"),
        "orderers": nodes("orderers"),
        "certificateAuthorities": profile["certificateAuthorities"],
    }
    file = exported / "hfc.json"
    file.write_text(json.dumps(translated))
    return file


class HfcClient:
    """What the tests need of hfc: one call at a time, because it mixes up the waits of concurrent ones."""

    def __init__(self, client: Any, user: Any, channel: str) -> None:
        self._client = client
        self._user = user
        self._channel = channel
        client.new_channel(channel)

    async def height(self, peer: str) -> int:
        info = await self._client.query_info(self._user, self._channel, [peer])
        return int(info.height)

    async def query(self, peer: str, chaincode: str, function: str, *arguments: str) -> str:
        answer = await self._client.chaincode_query(
            self._user, self._channel, [peer], list(arguments), chaincode, fcn=function
        )
        return str(answer)

    async def invoke(self, peers: list[str], chaincode: str, function: str, *arguments: str) -> str:
        """The result of a committed transaction, or the endorsers' refusal: hfc answers both as text."""
        answer = await self._client.chaincode_invoke(
            self._user, self._channel, peers, list(arguments), chaincode, fcn=function, wait_for_event=True
        )
        return str(answer)

    def last_transaction(self) -> tuple[str, list[tuple[str, int]]]:
        """Id of the last transaction waited for, and what each peer said of it: validation code and block."""
        ((tx_id, seen),) = self._client.evts.items()
        return tx_id, [(event["tx_status"], event["block_number"]) for event in seen["txEvents"]]


@asynccontextmanager
async def hfc_client(exported: Path, name: str, organization: str, channel: str) -> AsyncIterator[HfcClient]:
    """hfc for the identity that ``fairledger identity export`` wrote into a folder."""
    client = load("hfc.fabric").Client(str(hfc_profile(exported)))
    user = load("hfc.fabric.user").create_user(
        name, organization, NoStore(), f"{organization}MSP", str(exported / "key.pem"), str(exported / "cert.pem")
    )
    try:
        yield HfcClient(client, user, channel)
    finally:
        await client.close_grpc_channels()
