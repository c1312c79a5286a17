"""People's identities, from registration to revocation, as the operator of an organisation's CA handles them."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from fairledger.identity import Identity
from fairledger.wallet import Wallet
from fairledger_network.ca import CertificateAuthority, Enrollment
from fairledger_network.ca_errors import AlreadyRegistered
from fairledger_network.consortium import Organization, Person
from fairledger_network.credentials import ADMIN, Registry, authority
from fairledger_network.errors import NotReady
from fairledger_network.files import SECRET, write_atomically
from fairledger_network.identity_errors import IdentityAmbiguous, IdentityInvalid, IdentityState, IdentityUnknown
from fairledger_network.msp_folder import write_member_msp
from fairledger_network.nodes import Node, ca_name
from fairledger_network.person_record import PersonRecord, State, enrolled, registered
from fairledger_network.registration import FILE, Registration
from fairledger_network.revocation import publish_revocations, revoked_locally
from fairledger_network.site import Site

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # as in consortium.yaml
EXPORTED = ("cert.pem", "key.pem", "ca.pem", "connection.json")


class Identities:
    """The people of one consortium on this machine.

    Beside what the methods name, every one of them raises ``CaError`` (the CA refuses or does not answer),
    ``WalletError`` and ``ConsortiumInvalid`` (no such organisation). Raises ``NotReady`` where none was set up.
    """

    def __init__(self, site: Site) -> None:
        if not site.layout.credentials_complete.is_file():
            raise NotReady(f"no consortium is set up in {site.layout.root}; bring it up with `fairledger network up`")
        self._site = site

    def register(self, name: str, organization: str, *, role: str, gln: str | None = None) -> Path:
        """Make somebody known to the organisation's CA; the answer is the file (mode 600) that holds the secret.

        ``role`` and ``gln`` will be attributes of the certificate. The secret can be used once. Raises
        ``IdentityInvalid``, and ``AlreadyRegistered`` when the name is taken.
        """
        ca = self._ca(organization)
        if NAME.fullmatch(name) is None:
            raise IdentityInvalid(f"{name[:80]!r} is not a name: lower-case letters, digits and '-', 40 at most")
        try:
            attributes = Person(role=role, gln=gln).attributes
        except ValidationError as error:
            reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'gln'}: {e['msg']}" for e in error.errors())
            raise IdentityInvalid(reasons) from None
        folder = self._site.layout.person(organization, name)
        kept = Registration.find(folder)  # from an attempt that broke off: the CA may know its secret, or not
        registration = (
            Registration(attributes=attributes, secret=kept.secret) if kept else Registration(attributes=attributes)
        )
        file = registration.keep(folder)
        try:
            self._authority(ca).register(
                Registry(ca, self._site.layout).registrar(),
                name,
                type="client",
                attributes=attributes,
                max_enrollments=1,
                secret=registration.secret,
            )
        except AlreadyRegistered:
            if kept is None:
                Registration.forget(folder)
                if not any(folder.iterdir()):
                    folder.rmdir()
            else:
                kept.keep(folder)
            raise
        return file

    def enroll(self, name: str, organization: str | None = None) -> PersonRecord:
        """Key and certificate for somebody who was registered, into the wallet and the people's folder.

        Raises ``IdentityUnknown``, ``IdentityAmbiguous``, and ``IdentityState`` when there is no secret to enrol by.
        """
        home = self._home(name, organization)
        registration = Registration.find(self._site.layout.person(home.name, name))
        if registration is None:
            raise IdentityState(
                f"{name} is enrolled already; a new certificate comes by `fairledger identity renew {name}`"
            )
        enrollment = self._authority(self._ca(home.name)).enroll(name, registration.secret)
        self._keep(home, name, enrollment)
        Registration.forget(self._site.layout.person(home.name, name))
        return self._record(home, name)

    def renew(self, name: str, organization: str | None = None) -> PersonRecord:
        """A new key and certificate. The one before stays valid until it expires or is revoked.

        Who let the certificate expire is admitted again by the CA's registrar. Raises ``IdentityUnknown``,
        ``IdentityAmbiguous``, and ``IdentityState`` for who was not enrolled yet or was revoked.
        """
        home = self._home(name, organization)
        record = self._record(home, name)
        ca = self._ca(home.name)
        match record.state:
            case State.VALID:
                renewed = self._authority(ca).reenroll(self._kept(home, name))
            case State.EXPIRED:
                secret = self._authority(ca).readmit(Registry(ca, self._site.layout).registrar(), name)
                renewed = self._authority(ca).enroll(name, secret)
            case State.REGISTERED | State.REVOKED:
                remedy = "enrol it first" if record.state is State.REGISTERED else "register another one"
                raise IdentityState(f"{name} is {record.state} and can't be renewed: {remedy}")
        self._keep(home, name, renewed)
        return self._record(home, name)

    def revoke(self, name: str, organization: str | None = None, *, reason: str = "unspecified") -> PersonRecord:
        """Revoke all certificates of somebody, and let every peer and orderer refuse them from now on.

        The CA revokes, and its revocation list goes into the channel's configuration, signed by the organisation's
        administrator. What broke off half-way is completed by calling it again. ``reason`` is one of RFC 5280's, as
        Fabric CA spells them. Raises ``IdentityUnknown``, ``IdentityAmbiguous``, ``IdentityState`` for the
        administrator, and what ``publish_revocations`` raises.
        """
        home = self._home(name, organization)
        if name == ADMIN:
            raise IdentityState(
                "the administrator signs the revocation itself; without one the organisation can change nothing"
            )
        record = self._record(home, name)
        ca = self._ca(home.name)
        registrar = Registry(ca, self._site.layout).registrar()
        self._authority(ca).revoke(registrar, name, reason=reason)
        publish_revocations(self._site, home.name, self._authority(ca).generate_crl(registrar))
        Registration.forget(self._site.layout.person(home.name, name))
        return replace(record, state=State.REVOKED)

    def records(self, organization: str | None = None) -> list[PersonRecord]:
        """Everybody of one organisation or of all, by organisation and name."""
        homes = (self._organization(organization),) if organization else self._site.consortium.organizations
        return [self._record(home, name) for home in homes for name in self._names(home)]

    def export(
        self, name: str, directory: Path, organization: str | None = None, *, overwrite: bool = False
    ) -> list[Path]:
        """Certificate, private key (PKCS#8, mode 600), CA chain and connection profile, for any other Fabric client.

        Files that are there are only replaced with ``overwrite``. Raises ``IdentityUnknown``, ``IdentityAmbiguous``,
        ``IdentityState`` when there is no certificate yet or a file is in the way.
        """
        home = self._home(name, organization)
        enrollment = self._kept(home, name)
        present = [file for file in EXPORTED if (directory / file).exists()]
        if present and not overwrite:
            raise IdentityState(
                f"{directory} holds {', '.join(present)}; name another folder, or allow to replace them"
            )
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        profile = self._site.layout.profile(home.name).read_bytes()
        write_atomically(directory / "key.pem", enrollment.private_key_pem, mode=SECRET)
        write_atomically(directory / "cert.pem", enrollment.certificate_pem)
        write_atomically(directory / "ca.pem", enrollment.ca_chain_pem)
        write_atomically(directory / "connection.json", profile)
        return [directory / file for file in EXPORTED]

    def _organization(self, name: str) -> Organization:
        return self._site.consortium.organization(name)

    def _ca(self, organization: str) -> Node:
        return self._site.node(ca_name(self._organization(organization).name))

    def _authority(self, ca: Node) -> CertificateAuthority:
        return authority(ca, self._site.layout)

    def _wallet(self, organization: Organization) -> Wallet:
        return Wallet(self._site.layout.wallet(organization.name))

    def _names(self, organization: Organization) -> list[str]:
        people = self._site.layout.organization(organization.name) / "people"
        waiting = (file.parent.name for file in people.glob(f"*/{FILE}"))
        return sorted({*self._wallet(organization).names(), *waiting})

    def _home(self, name: str, organization: str | None) -> Organization:
        """The organisation that knows ``name``; it need not be told when there is only one."""
        candidates = (self._organization(organization),) if organization else self._site.consortium.organizations
        homes = [candidate for candidate in candidates if name in self._names(candidate)]
        if not homes:
            raise IdentityUnknown(f"nobody is called {name!r}; `fairledger identity list` shows who there is")
        if len(homes) > 1:
            raise IdentityAmbiguous(f"{name!r} is in {', '.join(home.name for home in homes)}: say which with --org")
        return homes[0]

    def _kept(self, home: Organization, name: str) -> Enrollment:
        wallet = self._wallet(home)
        if name not in wallet.names():
            raise IdentityState(f"{name} has no certificate yet: `fairledger identity enroll {name}`")
        return Enrollment(
            certificate_pem=wallet.get(name).identity.certificate_pem,
            private_key_pem=wallet.private_key_pem(name),
            ca_chain_pem=self._site.layout.ca_certificate(home.name).read_bytes(),
        )

    def _keep(self, home: Organization, name: str, enrollment: Enrollment) -> None:
        identity = Identity(home.msp_id, enrollment.certificate_pem)
        self._wallet(home).put(name, identity, enrollment.private_key_pem)
        write_member_msp(self._site.layout.person(home.name, name) / "msp", enrollment)

    def _record(self, home: Organization, name: str) -> PersonRecord:
        wallet = self._wallet(home)
        if name in wallet.names():
            certificate = wallet.get(name).identity.certificate
            revoked = revoked_locally(self._site, home.name)
            return enrolled(name, home.name, certificate, revoked=revoked, now=datetime.now(UTC))
        waiting = Registration.find(self._site.layout.person(home.name, name))
        return registered(name, home.name, waiting.attributes if waiting else {})
