"""Certificates of nodes, administrators, services and people, all issued by the organisations' CAs."""

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass

from fairledger_network.ca import CertificateAuthority, Enrollment
from fairledger_network.ca_errors import AlreadyRegistered
from fairledger_network.ca_server import HOSTS, REGISTRAR
from fairledger_network.consortium import Consortium, Organization
from fairledger_network.layout import Layout
from fairledger_network.msp_folder import read_member, write_member_msp, write_organization_msp, write_tls
from fairledger_network.nodes import (
    Node,
    all_nodes,
    ca_name,
    chaincode_client,
    chaincode_identity,
    orderer_name,
    peer_name,
)
from fairledger_network.registration import Registration
from fairledger_network.wallets import put_in_wallet

ADMIN = "admin"
SERVICE = "service"


@dataclass(frozen=True)
class Issue:
    """What one member is to get: a signing certificate, a TLS certificate, or both."""

    name: str
    type: str
    signing: bool = False
    tls: bool = False


def authority(node: Node, layout: Layout) -> CertificateAuthority:
    """The client of an organisation's CA."""
    return CertificateAuthority(f"https://{node.endpoint}", node.name, layout.ca_certificate(node.organization.name))


def node_issues(organization: Organization) -> tuple[Issue, ...]:
    """What the nodes of an organisation and their administrator need before any node can start."""
    name = organization.name
    orderer = (Issue(orderer_name(name), "orderer", signing=True, tls=True),) if organization.orderer else ()
    return (
        Issue(peer_name(name), "peer", signing=True, tls=True),
        *orderer,
        Issue(ADMIN, "admin", signing=True, tls=True),
        Issue(chaincode_identity(name), "client", tls=True),
        Issue(chaincode_client(name), "client", tls=True),
    )


class Registry:
    """Registers and enrols at one organisation's CA, and writes what comes of it into the state directory."""

    def __init__(self, ca: Node, layout: Layout) -> None:
        self._organization = ca.organization
        self._layout = layout
        self._authority = authority(ca, layout)

    def registrar(self) -> Enrollment:
        """The CA's registrar, enrolled once and then kept."""
        folder = self._layout.person(self._organization.name, REGISTRAR) / "msp"
        try:
            return read_member(folder)
        except FileNotFoundError:
            secret = self._layout.registrar_secret(self._organization.name).read_text(encoding="utf-8")
            enrollment = self._authority.enroll(REGISTRAR, secret)
            write_member_msp(folder, enrollment)
            return enrollment

    def issue(self, registrar: Enrollment, issue: Issue) -> None:
        """Certificates of a node, or of the administrator."""
        organization = self._organization.name
        person = issue.name == ADMIN
        folder = (
            self._layout.person(organization, issue.name)
            if person
            else self._layout.credentials(organization, issue.name)
        )
        secret = self._authority.register(registrar, issue.name, type=issue.type)
        if issue.signing:
            enrollment = self._authority.enroll(issue.name, secret)
            write_member_msp(folder / "msp", enrollment)
            if person:
                put_in_wallet(self._layout, self._organization, issue.name, enrollment)
        if issue.tls:
            write_tls(folder / "tls", self._authority.enroll(issue.name, secret, profile="tls", hosts=HOSTS))

    def issue_person(self, registrar: Enrollment, name: str, attributes: Mapping[str, str]) -> None:
        """A person's or service's certificate, with ``attributes`` in it, also put into the organisation's wallet.

        The secret is kept until all is written, so that an attempt that broke off can be finished.
        """
        folder = self._layout.person(self._organization.name, name)
        registration = Registration.find(folder) or Registration(attributes=dict(attributes))
        registration.keep(folder)
        with suppress(AlreadyRegistered):  # by the attempt that broke off, or the next line says so
            self._authority.register(registrar, name, type="client", attributes=attributes, secret=registration.secret)
        enrollment = self._authority.enroll(name, registration.secret)
        put_in_wallet(self._layout, self._organization, name, enrollment)
        write_member_msp(folder / "msp", enrollment)
        Registration.forget(folder)


def registries(consortium: Consortium, layout: Layout) -> dict[str, Registry]:
    """One registry for each organisation, by its name."""
    cas = {node.name: node for node in all_nodes(consortium) if node.kind == "ca"}
    return {o.name: Registry(cas[ca_name(o.name)], layout) for o in consortium.organizations}


def issue_node_credentials(consortium: Consortium, layout: Layout, pool: Executor) -> None:
    """Everything the nodes need, in all organisations at once."""
    found = registries(consortium, layout)
    registrars = {name: pool.submit(registry.registrar) for name, registry in found.items()}
    waiting: list[Future[None]] = []
    for organization in consortium.organizations:
        registry, registrar = found[organization.name], registrars[organization.name].result()
        write_organization_msp(layout.msp(organization.name), layout.ca_certificate(organization.name).read_bytes())
        waiting.extend(pool.submit(registry.issue, registrar, issue) for issue in node_issues(organization))
    for done in waiting:
        done.result()


def missing_people(consortium: Consortium, layout: Layout) -> list[tuple[Organization, str, Mapping[str, str]]]:
    """People and services of consortium.yaml that have no certificate yet."""
    wanted = [
        (organization, name, attributes)
        for organization in consortium.organizations
        for name, attributes in (
            (SERVICE, {"role": SERVICE}),
            *((name, person.attributes) for name, person in organization.people.items()),
        )
    ]
    return [
        (organization, name, attributes)
        for organization, name, attributes in wanted
        if not (layout.person(organization.name, name) / "msp" / "signcerts" / "cert.pem").is_file()
    ]


def issue_people(consortium: Consortium, layout: Layout, pool: Executor) -> None:
    """Certificates for all people and services that have none yet."""
    missing = missing_people(consortium, layout)
    found = registries(consortium, layout)
    waiting = [
        pool.submit(found[organization.name].issue_person, found[organization.name].registrar(), name, attributes)
        for organization, name, attributes in missing
    ]
    for done in waiting:
        done.result()
