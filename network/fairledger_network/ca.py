"""A certificate authority: registers, enrols, renews and revokes, through hfc's CA service.

What the fabric-ca-server needs in its configuration for this to work:

- ``ca.name``: the name given to ``CertificateAuthority``; ``tls.enabled: true`` without ``certfile``, and ``csr.hosts``
  with every name and address it is called by (``localhost``, ``127.0.0.1``): it then makes its TLS certificate under
  its own CA, and ``ca-cert.pem`` in its home is the TLS root to verify it by.
- ``registry.maxenrollments: -1`` and one identity, the registrar: ``type: client``, ``affiliation: ""``, ``attrs``
  ``hf.Registrar.Roles: "*"``, ``hf.Registrar.DelegateRoles: "*"``, ``hf.Registrar.Attributes: "*"``,
  ``hf.Revoker: true``, ``hf.GenCRL: true``, ``hf.IntermediateCA: false``, ``hf.AffiliationMgr: false``.
- ``affiliations: {}``: an affiliation would become an organisational unit beside the one that NodeOUs look for. The
  type (``peer``, ``orderer``, ``admin``, ``client``) becomes the OU, so NodeOUs name just these.
- ``signing.default``: ``usage: [digital signature]``, ``expiry: 8760h`` (people: a year); ``signing.profiles.tls``:
  ``usage: [signing, key encipherment, server auth, client auth, key agreement]``, ``expiry: 43800h`` (nodes: 5 years,
  because nodes do not renew themselves). Nodes enrol twice with profile ``tls``: without hosts for the signing
  certificate, with hosts for the TLS certificate. Profiles of other names are refused when they sign, because Fabric CA
  permits its attribute extension in ``default``, ``ca`` and ``tls`` only.
- ``csr.ca.expiry: 131400h`` (15 years); the root must be allowed to sign CRLs, as it is by default.
- ``crl.expiry: 8760h``: the list goes into the channel's configuration and stays there until the next revocation.
- ``cfg.identities.passwordattempts: 10``; ``operations.listenAddress`` on loopback with a port of its own, because an
  empty one opens a random port on all interfaces; ``metrics.provider: disabled``; ``cors.enabled: false``.

Calls are synchronous and share nothing, so they may run in a pool of threads.
"""

import base64
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509

from fairledger_network import hfc_bridge
from fairledger_network.ca_enrollment import Enrollment, check_pair, new_key, signing_request
from fairledger_network.ca_errors import CaArgument, CaError
from fairledger_network.ca_transport import CaTransport

__all__ = ["CertificateAuthority", "Enrollment", "RevokedCertificate"]

UNLIMITED_ENROLLMENTS = -1
SECRET_BYTES = 24
PROFILES = ("", "tls")  # a profile of another name can't sign: Fabric CA keeps its attribute extension from it
REVOCATION_REASONS = frozenset(
    {
        "unspecified",
        "keycompromise",
        "cacompromise",
        "affiliationchanged",
        "superseded",
        "cessationofoperation",
        "certificatehold",
        "privilegewithdrawn",
        "aacompromise",
    }
)  # RFC 5280, 5.3.1, in Fabric CA's spelling


@dataclass(frozen=True)
class RevokedCertificate:
    """A certificate now on the CA's revocation list; both numbers hexadecimal without leading zeros."""

    serial: str
    authority_key_id: str


class CertificateAuthority:
    """The Fabric CA at ``url`` (``https://host:port``) that calls itself ``ca_name``.

    ``tls_root_path`` is the PEM file that the server's TLS certificate must lead to. Every method raises ``CaError`` or
    one of its kinds (``ca_errors``), and nothing else.
    """

    def __init__(self, url: str, ca_name: str, tls_root_path: Path) -> None:
        if not url.startswith("https://"):
            raise CaArgument("a CA is called by https only: secrets travel to it")
        self._url = url.rstrip("/")
        self._ca_name = ca_name
        self._transport = CaTransport(Path(tls_root_path))

    def chain(self) -> bytes:
        """The CA's certificate chain, PEM; needs no identity, so it also tells whether the CA answers."""
        with _answer():
            return bytes(self._client.get_cainfo())

    def enroll(
        self,
        enrollment_id: str,
        secret: str,
        *,
        profile: str = "",
        hosts: Sequence[str] = (),
        attributes: Sequence[str] = (),
    ) -> Enrollment:
        """A new key and the certificate for it, by the secret that ``register`` gave.

        ``profile`` is one of the CA's signing profiles (``""`` for signing certificates, ``"tls"``), ``hosts`` become
        subject alternative names. ``attributes`` names registered attributes to put into the certificate, each of which
        must exist; with none named, all that were registered for certificates go in.
        """
        if not secret:
            raise CaArgument("an enrolment needs its secret")
        _check_profile(profile)
        key_pem = new_key()
        request = signing_request(enrollment_id, key_pem, hosts)
        with _answer():
            certificate, chain = self._client.enroll(
                enrollment_id, secret, request, profile, _attribute_requests(attributes)
            )
            return check_pair(Enrollment(certificate, key_pem, chain))

    def reenroll(
        self, enrollment: Enrollment, *, profile: str = "", hosts: Sequence[str] = (), attributes: Sequence[str] = ()
    ) -> Enrollment:
        """A new key and certificate for the holder of a valid certificate, which stays valid beside the new one."""
        _check_profile(profile)
        key_pem = new_key()
        request: dict[str, Any] = {
            "certificate_request": signing_request(enrollment.enrollment_id, key_pem, hosts),
            "caname": self._ca_name,
            "profile": profile,
        }
        if attributes:
            request["attr_reqs"] = _attribute_requests(attributes)
        with _answer():
            certificate, chain = self._client.reenroll(request, enrollment)
            return check_pair(Enrollment(certificate, key_pem, chain))

    def register(
        self,
        registrar: Enrollment,
        enrollment_id: str,
        *,
        type: str,  # noqa: A002 - Fabric CA's name for it
        attributes: Mapping[str, str] | None = None,
        affiliation: str = "",
        max_enrollments: int = UNLIMITED_ENROLLMENTS,
        secret: str | None = None,
    ) -> str:
        """Make ``enrollment_id`` known to the CA and answer its enrolment secret.

        ``type`` becomes the certificate's organisational unit. ``attributes`` go into every certificate of the
        identity, except those named ``hf.*``, which are rights in the registry only. ``max_enrollments`` bounds how
        often the secret can be used (-1: no bound); without a ``secret`` the CA makes one. Raises
        ``AlreadyRegistered`` when the id is taken.
        """
        request = {
            "id": enrollment_id,
            "type": type,
            "affiliation": affiliation,
            "max_enrollments": max_enrollments,
            "attrs": [
                {"name": name, "value": value, "ecert": not name.startswith("hf.")}
                for name, value in (attributes or {}).items()
            ],
            "caname": self._ca_name,
            **({"secret": secret} if secret else {}),
        }
        with _answer():
            return str(self._client.register(request, registrar))

    def readmit(self, registrar: Enrollment, enrollment_id: str) -> str:
        """A new enrolment secret, good for one more enrolment, for somebody whose certificate has expired.

        The old secret is void. Who was revoked stays revoked. Raises ``UnknownIdentity``.
        """
        service = self._client.newIdentityService()
        name, secret = quote(enrollment_id, safe=""), secrets.token_urlsafe(SECRET_BYTES)
        with _answer():
            allowed = int(service.getOne(name, registrar)["result"]["max_enrollments"])
            more = allowed if allowed == UNLIMITED_ENROLLMENTS else allowed + 1
            service.update(name, registrar, maxEnrollments=more, enrollmentSecret=secret, caname=self._ca_name)
        return secret

    def revoke(
        self, registrar: Enrollment, enrollment_id: str, *, reason: str = "unspecified"
    ) -> tuple[RevokedCertificate, ...]:
        """Revoke every certificate of ``enrollment_id`` and refuse its later enrolments; answer what was revoked."""
        return self._revoke(registrar, {"id": enrollment_id}, reason)

    def revoke_certificate(
        self, registrar: Enrollment, certificate: RevokedCertificate, *, reason: str = "unspecified"
    ) -> tuple[RevokedCertificate, ...]:
        """Revoke one certificate; its owner's others, and its later enrolments, stay."""
        return self._revoke(registrar, {"serial": certificate.serial, "aki": certificate.authority_key_id}, reason)

    def _revoke(self, registrar: Enrollment, what: Mapping[str, str], reason: str) -> tuple[RevokedCertificate, ...]:
        if reason not in REVOCATION_REASONS:
            raise CaArgument(f"{reason!r} is no reason to revoke; use one of {sorted(REVOCATION_REASONS)}")
        request = {**what, "reason": reason, "gencrl": False, "caname": self._ca_name}
        with _answer():
            revoked, _crl = self._client.revoke(request, registrar)
            return tuple(RevokedCertificate(entry["Serial"], entry["AKI"]) for entry in revoked or [])

    def generate_crl(
        self,
        registrar: Enrollment,
        *,
        revoked_after: datetime | None = None,
        revoked_before: datetime | None = None,
        expire_after: datetime | None = None,
        expire_before: datetime | None = None,
    ) -> bytes:
        """The CA's revocation list, PEM: everything ever revoked, or what lies within the aware times given."""
        request: dict[str, Any] = {
            "caname": self._ca_name,
            "revokedAfter": _rfc3339(revoked_after),
            "revokedBefore": _rfc3339(revoked_before),
            "expireAfter": _rfc3339(expire_after),
            "expireBefore": _rfc3339(expire_before),
        }
        with _answer():
            crl = base64.b64decode(self._client.generateCRL(request, registrar), validate=True)
            x509.load_pem_x509_crl(crl)
            return crl

    @cached_property
    def _client(self) -> Any:
        return hfc_bridge.ca_client(self._url, self._ca_name, self._transport)


def _check_profile(profile: str) -> None:
    if profile not in PROFILES:
        raise CaArgument(f"signing profile {profile!r} can't be used; use 'tls' for nodes, the default for people")


@contextmanager
def _answer() -> Iterator[None]:
    """Reading what a CA answered: whatever is missing from it, or of another kind than agreed, is CA_ANSWER."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise CaError("the CA's answer is not what was asked for", code="CA_ANSWER") from error


def _attribute_requests(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _rfc3339(time: datetime | None) -> str | None:
    if time is None:
        return None
    if time.tzinfo is None:
        raise CaArgument("a revocation list is bounded by times with a time zone")
    return time.isoformat()
