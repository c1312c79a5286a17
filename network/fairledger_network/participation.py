"""The orderers' channel participation service: which channels an orderer serves, and joining one.

Called as the organisation's administrator with mutual TLS. The orderer accepts that one certificate as client root, and
Go's clients keep a certificate back whose issuer the server does not name; this one shows it anyway.
"""

import http.client
import json
import ssl
import uuid
from dataclasses import dataclass
from typing import Any

from fairledger_network.errors import CommandFailed
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.ports import LOOPBACK

CHANNELS = "/participation/v1/channels"
ANSWER_DEADLINE_S = 30.0
HTTP_CREATED, HTTP_OK = 201, 200


@dataclass(frozen=True)
class Participation:
    """The service of one orderer."""

    orderer: Node
    layout: Layout

    def channels(self) -> set[str]:
        """Names of the channels that the orderer serves. Raises ``CommandFailed``."""
        answer = self._call("GET", CHANNELS, expected=HTTP_OK)
        return {entry["name"] for entry in answer.get("channels") or ()}

    def channel(self, name: str) -> dict[str, Any]:
        """``height``, ``status`` and ``consensusRelation`` of a channel. Raises ``CommandFailed``."""
        return self._call("GET", f"{CHANNELS}/{name}", expected=HTTP_OK)

    def join(self, config_block: bytes) -> None:
        """Let the orderer join the channel of a configuration block. Raises ``CommandFailed``."""
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="config-block"; filename="config.block"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + config_block + f"\r\n--{boundary}--\r\n".encode()
        self._call("POST", CHANNELS, body, f"multipart/form-data; boundary={boundary}", expected=HTTP_CREATED)

    def _call(
        self, method: str, path: str, body: bytes | None = None, content_type: str = "", *, expected: int
    ) -> dict[str, Any]:
        organization = self.orderer.organization.name
        admin = self.layout.person(organization, "admin") / "tls"
        context = ssl.create_default_context(cafile=str(self.layout.ca_certificate(organization)))
        context.load_cert_chain(admin / "cert.pem", admin / "key.pem")
        connection = http.client.HTTPSConnection(
            LOOPBACK, self.orderer.admin_port, timeout=ANSWER_DEADLINE_S, context=context
        )
        try:
            connection.request(method, path, body, {"Content-Type": content_type} if content_type else {})
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise CommandFailed(f"{self.orderer.name} does not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        if response.status != expected:
            raise CommandFailed(f"{self.orderer.name} answers {response.status}: {answer.decode(errors='replace')}")
        parsed = json.loads(answer)
        if not isinstance(parsed, dict):
            raise CommandFailed(f"{self.orderer.name} does not answer as a channel participation service")
        return parsed
