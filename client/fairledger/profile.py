"""Fabric's common connection profile: where the nodes of a consortium are, and whom to trust there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ProfileError(Exception):
    """A connection profile that can't be used.

    Codes: PROFILE_MISSING (no such file), PROFILE_MALFORMED (not JSON, or not a connection profile), PROFILE_UNKNOWN (a
    name that the profile refers to, or that is asked of it, is not in it).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Node:
    """A peer or an orderer. ``endpoint`` is ``host:port``; ``tls_root_pem`` is None for a node without TLS.

    ``host_override`` is the name in its TLS certificate, when that is not the host of the endpoint.
    """

    name: str
    msp_id: str
    endpoint: str
    tls_root_pem: bytes | None
    host_override: str | None = None


@dataclass(frozen=True)
class CertificateAuthority:
    """A Fabric CA server: its URL, the name it answers to, and the root (PEM) of its TLS certificate."""

    name: str
    url: str
    ca_name: str
    tls_root_pem: bytes | None


@dataclass(frozen=True)
class Organization:
    """A member of the consortium, with its nodes in the profile's order."""

    name: str
    msp_id: str
    peers: tuple[Node, ...]
    orderers: tuple[Node, ...]
    certificate_authorities: tuple[CertificateAuthority, ...]


@dataclass(frozen=True)
class ConnectionProfile:
    """A consortium as one organisation sees it. ``organization`` is the name of that organisation."""

    organization: str
    organizations: Mapping[str, Organization]
    channels: tuple[str, ...]

    @property
    def own(self) -> Organization:
        """The organisation whose profile this is."""
        return self.organizations[self.organization]

    @property
    def peers(self) -> tuple[Node, ...]:
        """The peers of all organisations."""
        return tuple(peer for organization in self.organizations.values() for peer in organization.peers)

    @property
    def orderers(self) -> tuple[Node, ...]:
        """The orderers of all organisations."""
        return tuple(orderer for organization in self.organizations.values() for orderer in organization.orderers)

    def organization_of(self, msp_id: str) -> Organization:
        """The organisation with that MSP id. Raises ``ProfileError`` (PROFILE_UNKNOWN)."""
        for organization in self.organizations.values():
            if organization.msp_id == msp_id:
                return organization
        known = ", ".join(organization.msp_id for organization in self.organizations.values())
        raise ProfileError("PROFILE_UNKNOWN", f"no organisation with MSP id {msp_id} in the profile, only {known}")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a profile from a JSON file; paths in it are relative to the file. Raises ``ProfileError``."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise ProfileError("PROFILE_MISSING", f"no connection profile at {path}") from error
        try:
            document = json.loads(text)
        except ValueError as error:
            raise ProfileError("PROFILE_MALFORMED", f"{path} is not JSON: {error}") from error
        return cls.from_mapping(document, folder=path.parent)

    @classmethod
    def from_mapping(cls, document: Mapping[str, Any], *, folder: Path | None = None) -> Self:
        """A profile from its parsed JSON. Raises ``ProfileError`` (PROFILE_MALFORMED, PROFILE_UNKNOWN)."""
        try:
            read = _Profile.model_validate(document)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ProfileError("PROFILE_MALFORMED", f"not a connection profile: {where}: {first['msg']}") from error
        organizations = {name: _organization(name, read, folder or Path()) for name in read.organizations}
        if read.client.organization not in organizations:
            raise ProfileError("PROFILE_UNKNOWN", f"client.organization {read.client.organization!r} is not described")
        return cls(read.client.organization, organizations, tuple(read.channels))


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True
    )  # profiles carry other tools' keys too


class _Certificates(_Part):
    pem: str | list[str] | None = None
    path: Path | None = None

    def read(self, folder: Path) -> bytes:
        if self.pem is not None:
            return ("".join(self.pem) if isinstance(self.pem, list) else self.pem).encode()
        if self.path is None:
            raise ProfileError("PROFILE_MALFORMED", "tlsCACerts needs a pem or a path")
        try:
            return (folder / self.path).read_bytes()
        except OSError as error:
            raise ProfileError("PROFILE_MALFORMED", f"cannot read the certificate at {folder / self.path}") from error


class _Node(_Part):
    url: str
    certificates: _Certificates | None = Field(None, alias="tlsCACerts")
    grpc_options: dict[str, Any] = Field(default_factory=dict, alias="grpcOptions")


class _Authority(_Part):
    url: str
    ca_name: str = Field("", alias="caName")
    certificates: _Certificates | None = Field(None, alias="tlsCACerts")


class _Organization(_Part):
    msp_id: str = Field(alias="mspid")
    peers: list[str] = []
    orderers: list[str] = []
    authorities: list[str] = Field([], alias="certificateAuthorities")


class _Client(_Part):
    organization: str


class _Profile(_Part):
    client: _Client
    organizations: dict[str, _Organization]
    peers: dict[str, _Node] = {}
    orderers: dict[str, _Node] = {}
    authorities: dict[str, _Authority] = Field({}, alias="certificateAuthorities")
    channels: dict[str, Any] = {}


def _organization(name: str, profile: _Profile, folder: Path) -> Organization:
    described = profile.organizations[name]
    return Organization(
        name=name,
        msp_id=described.msp_id,
        peers=tuple(_node(peer, profile.peers, described.msp_id, folder) for peer in described.peers),
        orderers=tuple(_node(orderer, profile.orderers, described.msp_id, folder) for orderer in described.orderers),
        certificate_authorities=tuple(_authority(ca, profile.authorities, folder) for ca in described.authorities),
    )


def _node(name: str, nodes: Mapping[str, _Node], msp_id: str, folder: Path) -> Node:
    if name not in nodes:
        raise ProfileError("PROFILE_UNKNOWN", f"node {name} is not described in the profile")
    node = nodes[name]
    url = urlsplit(node.url)
    if url.scheme not in {"grpc", "grpcs"} or not url.netloc:
        raise ProfileError("PROFILE_MALFORMED", f"node {name}: {node.url!r} is not a grpc:// or grpcs:// URL")
    root = node.certificates.read(folder) if node.certificates else None
    if (url.scheme == "grpcs") != (root is not None):
        raise ProfileError("PROFILE_MALFORMED", f"node {name}: grpcs:// and tlsCACerts go together")
    override = node.grpc_options.get("ssl-target-name-override") or node.grpc_options.get("hostnameOverride")
    return Node(name=name, msp_id=msp_id, endpoint=url.netloc, tls_root_pem=root, host_override=override)


def _authority(name: str, authorities: Mapping[str, _Authority], folder: Path) -> CertificateAuthority:
    if name not in authorities:
        raise ProfileError("PROFILE_UNKNOWN", f"certificate authority {name} is not described in the profile")
    described = authorities[name]
    root = described.certificates.read(folder) if described.certificates else None
    return CertificateAuthority(name=name, url=described.url, ca_name=described.ca_name or name, tls_root_pem=root)
