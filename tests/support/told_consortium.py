"""A state directory with wallets and a read model, and the example chains on a simulated ledger, for commands."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fairledger.cli.state import State
from fairledger.gateway import ConflictRetry
from fairledger.gateway.errors import EndorseError
from fairledger.gateway.retry import NEVER
from fairledger.identity import Identity
from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.trace import document_files, prepare
from fairledger.wallet import Wallet, WalletEntry
from fairledger_chaincode import Contract
from fairledger_chaincode.simulator import ChaincodeFailed, SimulatedIdentity
from tests.support.blocks import Chain
from tests.support.captures import envelope_of, simulator
from tests.support.licensed import licences_for

ROOT = Path(__file__).parents[2]
PEOPLE = {
    "producer": ("PlatformA", "9521000000018"),
    "processor": ("PlatformA", "9521000000025"),
    "carrier": ("PlatformB", "9521000000032"),
    "merchant": ("PlatformB", "9521000000049"),
    "inspector": ("Association", "9521000000056"),
    "officer": ("Association", ""),
    "service": ("Association", ""),
    "regulator": ("Regulator", ""),
    "consumer": ("PlatformB", ""),
    "platform-officer": ("PlatformA", ""),
    "provider": ("PlatformA", ""),
}
LICENCES = {"9521000": "processor", "95210000010": "producer"}
Done = TypeVar("Done")


class ToldConsortium:
    """Commands read Association's read model, and write through ``connected`` in the place of a gateway.

    The ledger runs on a thread of its own, since each command has its own event loop.
    """

    def __init__(self, root: Path, *more: Contract) -> None:
        self.state = State(root)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._ledger = simulator(*more)
        self._chain = Chain()
        self._people: dict[bytes, SimulatedIdentity] = {}
        for organization in {organization for organization, _ in PEOPLE.values()}:
            Wallet.create(root / "wallets" / organization)
            (root / "api" / organization).mkdir(parents=True)
        for name, (organization, gln) in PEOPLE.items():
            self._enrol(organization, name, {"role": name, **({"gln": gln} if gln else {})})
        self._database = Database.open(self.state.readmodel_url("Association"))
        for block in self._chain.blocks:
            Projector(self._database).apply(block)

    def begin(self) -> None:
        """Start the ledger, with nothing on it."""
        self._thread.start()
        self.wait(self._ledger.__aenter__())

    def start(self) -> None:
        """Start the ledger, license the makers, and record the example chains."""
        self.begin()
        for prefix, maker in LICENCES.items():
            holder = {"prefix": prefix, "msp_id": "PlatformAMSP", "gln": PEOPLE[maker][1], "name": f"the {maker}"}
            self.submit("officer", "license_prefix", json.dumps(holder))
        for file in document_files([ROOT / "examples" / chain for chain in ("milk-powder", "phone")]):
            for chunk in prepare(file.read()).chunks:
                self.submit(file.recorder, "capture", chunk.text)

    def stop(self) -> None:
        """Stop the ledger's thread, and close the read model."""
        self.wait(self._ledger.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._database.close()

    def submit(self, name: str, function: str, *arguments: str) -> Any:
        """Write as one of ``PEOPLE``; what the contract answered."""
        organization, _ = PEOPLE[name]
        entry = Wallet(self.state.wallet(organization)).get(name)
        answer = self.wait(self._submit(self._people[entry.identity.certificate_pem], function, *arguments))
        return json.loads(answer) if answer else None

    def license(self) -> None:
        """License everybody whose role needs it."""
        for licence in licences_for(person.serialized for person in self._people.values()):
            self.submit("officer", "escrow:license_service", json.dumps(licence))

    def share_readmodel(self) -> None:
        """Let commands of all organisations read what Association's read."""
        for organization in self.state.organizations:
            folder = self.state.api(organization)
            if organization != "Association":
                folder.rmdir()
                folder.symlink_to(self.state.api("Association"), target_is_directory=True)

    def wait(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Let the ledger's thread do something."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    @asynccontextmanager
    async def connected(
        self, _profile: Path, entry: WalletEntry, contract: str = "trace"
    ) -> AsyncIterator["ThreadedContract"]:
        """See ``fairledger.cli.model.connected``."""
        yield ThreadedContract(self, self._people[entry.identity.certificate_pem], contract)

    def _enrol(self, organization: str, name: str, attributes: dict[str, str]) -> None:
        identity = self._ledger.identity(f"{organization}MSP", name, **attributes)
        key = identity.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        wallet = Wallet(self.state.root / "wallets" / organization)
        wallet.put(name, Identity(identity.msp_id, identity.certificate_pem), key)
        self._people[identity.certificate_pem] = identity

    async def _submit(self, person: SimulatedIdentity, function: str, *arguments: str | bytes) -> bytes:
        try:
            called = function if ":" in function else f"trace:{function}"
            endorsed = await self._ledger.endorse(person, called, *arguments)
        except ChaincodeFailed as error:
            raise EndorseError(error.code, error.message.removeprefix(f"{error.code}: ")) from error
        (committed,) = await self._ledger.commit([endorsed])
        assert committed.is_valid
        Projector(self._database).apply(self._chain.add([envelope_of(endorsed, person.serialized)]))
        return committed.result


class ThreadedContract:
    """A gateway's contract for a command's own event loop."""

    def __init__(self, consortium: ToldConsortium, person: SimulatedIdentity, contract: str) -> None:
        self._consortium = consortium
        self._person = person
        self._contract = contract

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        raise NotImplementedError("commands read from the read model")

    async def submit(self, function: str, *arguments: str | bytes, retry: ConflictRetry = NEVER) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        assert retry.attempts_max > 1
        called = function if ":" in function else f"{self._contract}:{function}"
        work = self._consortium._submit(self._person, called, *arguments)
        return await asyncio.to_thread(self._consortium.wait, work)
