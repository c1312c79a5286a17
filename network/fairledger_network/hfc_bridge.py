"""The one door to ``hfc`` (fabric-sdk-py 1.0.0), opened only when something asks for it.

hfc is the client of Fabric CA's REST interface here, and the second client of the interoperability tests. It was made
for older libraries, so three things have to happen before and after its first import:

1. its generated protobuf modules clash with any modern protobuf, so imports of ``hfc.protos.*_pb2`` are answered with
   the module of the same name of ``fabric_protos``;
2. its key generation passes a curve class where ``cryptography`` wants an instance;
3. its CA client writes whole answers, enrolment secrets included, to the debug log: those loggers are silenced.

Nothing here may be imported at the top of a module that starts quickly: hfc takes a second to load.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

_OURS = "fabric_protos."
_THEIRS = "hfc.protos."


class CaSender(Protocol):
    """What carries a request of hfc's CA client to the server, and signs it where the request needs a token."""

    def send(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None,
        basic: tuple[str, str] | None,
        token_of: object | None,
    ) -> dict[str, Any]:
        """Answer the parsed JSON of a successful response; raise ``CaError`` for every other outcome."""


class _SameMessages(importlib.abc.Loader):
    """Fills a module of hfc's name with the content of the module of ``fabric_protos``."""

    def __init__(self, original: str) -> None:
        self._original = original

    def exec_module(self, module: ModuleType) -> None:
        content = vars(importlib.import_module(self._original))
        vars(module).update({name: value for name, value in content.items() if not name.startswith("__")})


class _ProtobufFinder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not (fullname.startswith(_THEIRS) and fullname.endswith("_pb2")):
            return None
        original = _OURS + fullname.removeprefix(_THEIRS)
        if importlib.util.find_spec(original) is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, _SameMessages(original))


@cache
def _prepare() -> None:
    sys.meta_path.insert(0, _ProtobufFinder())
    for service in ("caservice", "identityService", "affiliationService", "certificateService"):
        logging.getLogger(f"hfc.fabric_ca.{service}").addFilter(lambda _record: False)
    crypto = importlib.import_module("hfc.util.crypto.crypto")
    crypto.Ecies.generate_private_key = lambda self: ec.generate_private_key(self.curve())


def load(name: str) -> ModuleType:
    """Import a module of hfc, such as ``hfc.fabric``, with everything above in place."""
    _prepare()
    return importlib.import_module(name)


@cache
def _ca_client_class() -> type[Any]:
    service = load("hfc.fabric_ca.caservice")

    class SignedCAClient(service.CAClient):  # type: ignore[misc, name-defined]
        """hfc's CA client with requests carried, and tokens signed, by a ``CaSender``.

        hfc signs a token before it knows method and path, which Fabric CA 1.4 and later want signed as well. So the
        token stays open (it is just who signs) until the request is sent.
        """

        def __init__(self, target: str, ca_name: str, sender: CaSender) -> None:
            super().__init__(target, ca_name=ca_name, cryptoPrimitives=load("hfc.util.crypto.crypto").ecies())
            self._sender = sender

        def generateAuthToken(self, _req: object, registrar: object) -> object:  # noqa: N802 - hfc's name
            return registrar

        def _send(self, method: str, path: str, param: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
            answer = self._sender.send(
                method,
                self._base_url + path,
                body=param.get("json"),
                basic=param.get("auth"),
                token_of=param.get("headers", {}).get("Authorization"),
            )
            return answer, 200

        def _send_ca_post(self, path: str, **param: Any) -> tuple[dict[str, Any], int]:
            return self._send("POST", path, param)

        def _send_ca_get(self, path: str, **param: Any) -> tuple[dict[str, Any], int]:
            return self._send("GET", path, param)

        def _send_ca_delete(self, path: str, **param: Any) -> tuple[dict[str, Any], int]:
            return self._send("DELETE", path, param)

        def _send_ca_update(self, path: str, **param: Any) -> tuple[dict[str, Any], int]:
            return self._send("PUT", path, param)

    return SignedCAClient


def ca_client(url: str, ca_name: str, sender: CaSender) -> Any:
    """The hfc client of the CA at ``url`` (scheme, host and port), whose requests ``sender`` carries."""
    return _ca_client_class()(url, ca_name, sender)
