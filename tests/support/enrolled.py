"""People of simulated organisations, enrolled once by the program itself and copied into each test's wallet."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fairledger.identity import Identity
from fairledger.wallet import KEY_FILE, Wallet
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_chaincode.simulator.identity import CertificateAuthority

FOLDER = TemporaryDirectory(prefix="enrolled")


class Attributes(NamedTuple):
    """What a certificate says of a person."""

    role: str
    msp_id: str = "PlatformAMSP"
    gln: str = ""


@cache
def authority(msp_id: str) -> CertificateAuthority:
    """The organisation's CA on all ledgers with people of this module."""
    return CertificateAuthority(msp_id)


def new_wallet(folder: Path) -> Wallet:
    """A wallet without anybody, into which these people can be put."""
    folder.mkdir(mode=0o700, parents=True)
    _copy(_wallet() / KEY_FILE, folder)
    return Wallet(folder)


def put(folder: Path, name: str, person: Attributes) -> SimulatedIdentity:
    """Put a person into a ``new_wallet``, in the place of whoever has the name."""
    identity, entry = _enrolled(name, person)
    _copy(entry, folder)
    return identity


@cache
def _wallet() -> Path:
    folder = Path(FOLDER.name) / "wallet"
    Wallet.create(folder)
    return folder


@cache
def _enrolled(name: str, person: Attributes) -> tuple[SimulatedIdentity, Path]:
    """A person, and their entry in a wallet."""
    told: Mapping[str, str] = {"role": person.role, "gln": person.gln}
    attributes = {key: value for key, value in told.items() if value}
    identity = authority(person.msp_id).issue(name, attributes=attributes)
    key = identity.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Wallet(_wallet()).put(name, Identity(person.msp_id, identity.certificate_pem), key)
    entry = _wallet() / f"{name}.id"
    kept = _wallet().with_name("-".join(person)) / entry.name
    kept.parent.mkdir(exist_ok=True)
    return identity, entry.rename(kept)


def _copy(file: Path, folder: Path) -> None:
    copied = folder / file.name
    copied.touch(mode=0o600)
    copied.write_bytes(file.read_bytes())
