"""consortium.yaml: the one place for organisations, ports, policies and chaincodes."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from fairledger.readmodel.location import has_password
from fairledger_network.errors import ConsortiumInvalid

PORT_MAX = 32767  # below Linux's ephemeral range, so no outgoing connection sits on a port of ours
PORTS_PER_KIND_MAX = 1000  # a wrong base is then an error instead of a surprise

OrganizationName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]{0,39}$")]
PersonName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
ChaincodeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{0,248}$")]
PolicyPath = Annotated[str, StringConstraints(pattern=r"^/Channel/[A-Za-z/]+$")]
ReadModel = Annotated[str, StringConstraints(pattern=r"^postgresql\+psycopg://[^\s]+$")]
Port = Annotated[int, Field(strict=True, ge=1024, le=PORT_MAX)]
PortKind = Literal["ca", "orderer", "orderer_admin", "peer", "peer_chaincode", "operations", "chaincode", "api"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def gln_check_digit(first_twelve: str) -> int:
    """The check digit of a Global Location Number (GS1 General Specifications, section 7.9)."""
    weighted = sum(int(digit) * (1 if i % 2 == 0 else 3) for i, digit in enumerate(first_twelve))
    return -weighted % 10


class Person(_Strict):
    """Somebody with an identity of an organisation; the fields become attributes of the certificate."""

    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]
    gln: Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")] | None = None

    @model_validator(mode="after")
    def _gln_has_its_check_digit(self) -> Self:
        if self.gln is not None and int(self.gln[-1]) != gln_check_digit(self.gln[:-1]):
            raise ValueError(f"GLN {self.gln}: the last digit must be {gln_check_digit(self.gln[:-1])}")
        return self

    @property
    def attributes(self) -> dict[str, str]:
        """Certificate attributes by name."""
        return {name: value for name, value in (("role", self.role), ("gln", self.gln)) if value is not None}


class Organization(_Strict):
    """A member: it always has a CA, a peer, chaincode servers and an API; it may run an orderer.

    ``read_model`` is the URL of a PostgreSQL database, without a password; else the API's folder holds the read model.
    A ``platform`` sells goods, so it has a collection of its own for its customers' personal data.
    """

    name: OrganizationName
    orderer: bool = False
    platform: bool = False
    people: dict[PersonName, Person] = {}
    read_model: ReadModel | None = None

    @model_validator(mode="after")
    def _no_password_stands_here(self) -> Self:
        if self.read_model is not None and has_password(self.read_model):
            raise ValueError("read_model: leave the password out and write it to ~/.pgpass, mode 600")
        return self

    @property
    def msp_id(self) -> str:
        """The name under which Fabric knows the organisation."""
        return f"{self.name}MSP"


class Ordering(_Strict):
    """How transactions become blocks, and how the orderers notice a lost leader."""

    batch_timeout_ms: Annotated[int, Field(ge=10, le=10_000)]
    max_messages: Annotated[int, Field(ge=1, le=10_000)]
    preferred_max_bytes: Annotated[int, Field(ge=1024)]
    absolute_max_bytes: Annotated[int, Field(ge=1024, le=99 * 1024 * 1024)]
    tick_ms: Annotated[int, Field(ge=50, le=5000)]
    election_ticks: Annotated[int, Field(ge=5, le=100)]
    snapshot_interval_bytes: Annotated[int, Field(ge=1024 * 1024)]


class Channel(_Strict):
    """The one channel of the consortium and its named endorsement policies."""

    name: ChannelName
    ordering: Ordering
    policies: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+$")], str]


class Collection(_Strict):
    """A private data collection, in the words of Fabric's collection configuration."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
    policy: str
    required_peer_count: Annotated[int, Field(ge=0)] = 0
    max_peer_count: Annotated[int, Field(ge=0)] = 3
    block_to_live: Annotated[int, Field(ge=0)] = 0
    member_only_read: bool = True
    member_only_write: bool = False
    endorsement_policy: str | None = None


class PlatformCollection(_Strict):
    """What each platform's collection is like; in the texts ``{platform}`` stands for its MSP id."""

    name: str
    policy: str
    endorsement_policy: str
    block_to_live: Annotated[int, Field(ge=0)] = 0

    def of(self, platform: Organization) -> Collection:
        """The platform's collection."""
        texts = {
            key: getattr(self, key).replace("{platform}", platform.msp_id)
            for key in ("name", "policy", "endorsement_policy")
        }
        return Collection(**texts, block_to_live=self.block_to_live, member_only_read=True, member_only_write=True)


class Chaincode(_Strict):
    """A chaincode, served by each organisation with a server of its own.

    In the commands ``{python}`` stands for the interpreter that runs this program and ``{root}`` for the project's
    root. The code is known by a digest: what ``digest`` prints or, without that command, SHA-256 over ``code``.
    """

    name: ChaincodeName
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.]{1,20}$")]
    server: Annotated[tuple[str, ...], Field(min_length=1)]
    digest: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    policy: PolicyPath
    collections: tuple[Collection, ...] = ()
    platform_collections: tuple[PlatformCollection, ...] = ()

    def with_collections_of(self, platforms: Sequence[Organization]) -> Self:
        """The chaincode with one more collection for each platform, in the order of the file."""
        more = (template.of(platform) for template in self.platform_collections for platform in platforms)
        return self.model_copy(update={"collections": (*self.collections, *more), "platform_collections": ()})

    @model_validator(mode="after")
    def _code_is_known(self) -> Self:
        if not self.digest and not self.code:
            raise ValueError(f"chaincode {self.name}: give a digest command or the code's paths")
        return self


class Consortium(_Strict):
    """The whole of consortium.yaml. Ports are those of the file; ``port`` adds the offset of this run."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    channel: Channel
    organizations: Annotated[tuple[Organization, ...], Field(min_length=1)]
    chaincodes: tuple[Chaincode, ...] = ()
    api: bool = True
    ports: dict[PortKind, Port]
    port_offset: Annotated[int, Field(ge=0, le=PORT_MAX)] = Field(default=0, exclude=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for what, names in (
            ("organisation", [o.name for o in self.organizations]),
            ("chaincode", [c.name for c in self.chaincodes]),
            ("person", [p for o in self.organizations for p in o.people]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{what} named twice: {', '.join(sorted(twice))}")
        if not any(o.orderer for o in self.organizations):
            raise ValueError("at least one organisation must run an orderer")
        missing = set(PortKind.__args__) - set(self.ports)  # type: ignore[attr-defined]
        if missing:
            raise ValueError(f"ports: no base for {', '.join(sorted(missing))}")
        for chaincode in self.chaincodes:
            named = re.fullmatch(r"/Channel/Application/([A-Za-z]+)", chaincode.policy)
            if not named or named[1] not in {*self.channel.policies, "Endorsement", "LifecycleEndorsement"}:
                raise ValueError(
                    f"chaincode {chaincode.name}: policy {chaincode.policy} is none of the channel's;"
                    " write the full path, such as /Channel/Application/CreditEndorsement"
                )
        platforms = [o for o in self.organizations if o.platform]
        complete = tuple(chaincode.with_collections_of(platforms) for chaincode in self.chaincodes)
        object.__setattr__(self, "chaincodes", complete)  # it is frozen for everybody else
        return self

    @classmethod
    def load(cls, path: Path, *, port_offset: int = 0) -> "Consortium":
        """Read and check the file.

        Raises:
            ConsortiumInvalid: it is missing, not YAML, has unknown keys or contradicts itself.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConsortiumInvalid(f"{path} can't be read: {error.strerror}") from error
        except yaml.YAMLError as error:
            raise ConsortiumInvalid(f"{path} is not YAML: {error}") from error
        if not isinstance(data, dict) or "port_offset" in data:
            raise ConsortiumInvalid(f"{path}: a mapping is expected, without port_offset")
        try:
            return cls.model_validate({**data, "port_offset": port_offset})
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
            raise ConsortiumInvalid(f"{path}: {found}") from error

    def organization(self, name: str) -> Organization:
        """The organisation of that name; ``ConsortiumInvalid`` names those there are."""
        for organization in self.organizations:
            if organization.name == name:
                return organization
        known = ", ".join(o.name for o in self.organizations)
        raise ConsortiumInvalid(f"no organisation {name}; there are {known}")

    def chaincode(self, name: str) -> Chaincode:
        """The chaincode of that name; ``ConsortiumInvalid`` names those there are."""
        for chaincode in self.chaincodes:
            if chaincode.name == name:
                return chaincode
        raise ConsortiumInvalid(f"no chaincode {name}; there are {', '.join(c.name for c in self.chaincodes)}")

    @property
    def ordering_organizations(self) -> tuple[Organization, ...]:
        """Those that run an orderer, in the order of the file."""
        return tuple(o for o in self.organizations if o.orderer)

    def port(self, kind: PortKind, index: int) -> int:
        """The port of the ``index``-th node of a kind, with this run's offset."""
        port = self.ports[kind] + index + self.port_offset
        if index >= PORTS_PER_KIND_MAX or port > PORT_MAX:
            raise ConsortiumInvalid(f"port {port} for {kind} {index} is above {PORT_MAX}: lower the base or the offset")
        return port


def find_consortium_file(start: Path | None = None) -> Path:
    """``$FAIRLEDGER_CONSORTIUM``, or network/consortium.yaml of the nearest parent of ``start`` (default: cwd)."""
    named = os.environ.get("FAIRLEDGER_CONSORTIUM")
    if named:
        return Path(named).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "network" / "consortium.yaml").is_file():
            return folder / "network" / "consortium.yaml"
    raise ConsortiumInvalid(f"no network/consortium.yaml in {here} or above it; set FAIRLEDGER_CONSORTIUM")
