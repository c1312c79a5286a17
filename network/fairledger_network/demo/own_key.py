"""A buyer whose key no service ever sees: ``fairledger sign``, as somebody without network at the key uses it."""

import json
import re
from pathlib import Path
from typing import Any

from fairledger.identity import Identity
from fairledger_contracts.records.note import owner_of
from fairledger_network.demo.command_line import CommandLine
from fairledger_network.demo.service import Service, signatory_of
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed
from fairledger_network.identities import Identities
from fairledger_network.registration import Registration
from fairledger_network.site import Site

ROLE = "consumer"
FOLDER = "own-keys"  # beside the consortium's own files, as if on another machine
DONE = re.compile(r"^on the ledger: transaction ([0-9a-f]{64})$", re.MULTILINE)


class KeyHolder:
    """Somebody called ``name``, a customer of the service's organisation, with key and certificate in a folder."""

    def __init__(self, site: Site, service: Service, teller: Teller, name: str) -> None:
        self._site = site
        self._service = service
        self._teller = teller
        self._run = CommandLine(site.layout).run
        self.name = name
        self.folder: Path = site.layout.root / FOLDER / name
        self.msp_id = f"{service.organization}MSP"

    def enrol(self) -> None:
        """Be registered by the organisation, make a key here, and have it certified. Raises ``DemoFailed``."""
        Identities(self._site).register(self.name, self._service.organization, role=ROLE)
        kept = self._site.layout.person(self._service.organization, self.name)
        registration = Registration.find(kept)
        if registration is None:
            raise DemoFailed(f"{self.name} was registered and has no secret")
        self.folder.mkdir(mode=0o700, parents=True)
        enrolled = ("enrol", self.name, "--key", "key.pem", "-o", "cert.pem", "--service", self._service.url)
        self._sign(*enrolled, secret=registration.secret)
        Registration.forget(kept)

    @property
    def owner(self) -> str:
        """The person as the owner of money, by their certificate."""
        certificate = (self.folder / "cert.pem").read_bytes()
        return owner_of(signatory_of(Identity(self.msp_id, certificate).serialized))

    def submit(self, what: str, function: str, *arguments: str) -> Any:
        """A transaction of the contracts in the person's name; what the function answered. Raises ``DemoFailed``."""
        who = ("--certificate", "cert.pem", "--msp", self.msp_id, "--service", self._service.url)
        self._sign("propose", function, *arguments, *who, "-o", "proposal.json")
        self._sign("sign", "proposal.json", "--key", "key.pem", "-o", "signed.json", "--yes")
        self._sign("send", "signed.json", "-o", "endorsed.json")
        self._sign("sign", "endorsed.json", "--key", "key.pem", "-o", "signed.json", "--yes")
        told = self._sign("send", "signed.json")
        done = DONE.search(told)
        if done is None:
            raise DemoFailed(f"fairledger sign send told no transaction: {told}")
        self._teller.done(f"{self.name} ({self._service.organization})", what, f"transaction {done[1]}")
        return json.loads(told[: done.start()])

    def _sign(self, *arguments: str, secret: str = "") -> str:
        environment = {"FAIRLEDGER_SECRET": secret} if secret else {}
        status, told = self._run("sign", *arguments, folder=self.folder, environment=environment)
        if status:
            raise DemoFailed(f"fairledger sign {arguments[0]} failed: {told}")
        return told
