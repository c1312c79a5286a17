"""People's identities at a real CA; what reaches the channel is shown on a real network."""

import itertools
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from fairledger.identity import Identity, KeySigner
from fairledger.wallet import Wallet
from fairledger_network.ca_errors import AlreadyRegistered, CaAuthentication
from fairledger_network.consortium import Consortium
from fairledger_network.errors import ConsortiumInvalid, NotReady
from fairledger_network.files import write_atomically
from fairledger_network.identities import Identities
from fairledger_network.identity_commands import identity
from fairledger_network.identity_errors import (
    IdentityAmbiguous,
    IdentityInvalid,
    IdentityState,
    IdentityUnknown,
)
from fairledger_network.layout import Layout
from fairledger_network.person_record import State
from fairledger_network.registration import FILE
from fairledger_network.site import Site
from tests.support.fabric_ca import REGISTRAR_SECRET, running_ca
from tests.support.ports import free_port

GLN = "9521000000018"
ROOT = Path(__file__).parents[3]

names = (f"person-{i}" for i in itertools.count())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose only running node is the CA of PlatformA."""
    root = tmp_path_factory.mktemp("site")
    layout = Layout(root / "state")
    described = Consortium.load(ROOT / "network" / "consortium.yaml").model_dump(exclude={"port_offset"})
    port = free_port()
    consortium = Consortium.model_validate({**described, "ports": {**described["ports"], "ca": port}})
    write_atomically(layout.registrar_secret("PlatformA"), REGISTRAR_SECRET.encode(), mode=0o600)
    for organization in consortium.organizations:
        Wallet.create(layout.wallet(organization.name))
    write_atomically(layout.profile("PlatformA"), b"{}")
    write_atomically(layout.credentials_complete, b"")
    with running_ca(layout.ca("PlatformA"), port=port):
        yield Site(consortium=consortium, layout=layout, root=root, modules=ROOT / "network" / "programs")


@pytest.fixture
def identities(site: Site) -> Identities:
    return Identities(site)


def enrolled(identities: Identities) -> str:
    name = next(names)
    identities.register(name, "PlatformA", role="producer", gln=GLN)
    identities.enroll(name)
    return name


def test_where_no_consortium_is_set_up(site: Site, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="fairledger network up"):
        Identities(replace(site, layout=Layout(tmp_path)))


class TestRegister:
    def test_secret_goes_into_a_file_of_its_owner(self, identities: Identities, site: Site) -> None:
        name = next(names)
        file = identities.register(name, "PlatformA", role="producer", gln=GLN)
        assert file == site.layout.person("PlatformA", name) / FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_is_listed_as_waiting(self, identities: Identities) -> None:
        name = next(names)
        identities.register(name, "PlatformA", role="producer", gln=GLN)
        (record,) = [record for record in identities.records("PlatformA") if record.name == name]
        assert (record.role, record.gln, record.state) == ("producer", GLN, State.REGISTERED)
        assert (record.serial, record.expires) == (None, None)

    def test_name_that_is_taken_leaves_nothing_behind(self, identities: Identities, site: Site) -> None:
        with pytest.raises(AlreadyRegistered):
            identities.register("registrar", "PlatformA", role="producer")
        name = enrolled(identities)
        with pytest.raises(AlreadyRegistered):
            identities.register(name, "PlatformA", role="officer")
        assert not (site.layout.person("PlatformA", name) / FILE).exists()
        assert identities.renew(name).role == "producer"

    def test_twice_keeps_the_first_secret(self, identities: Identities) -> None:
        name = next(names)
        secret = identities.register(name, "PlatformA", role="producer").read_bytes()
        with pytest.raises(AlreadyRegistered):
            identities.register(name, "PlatformA", role="officer")
        assert identities.enroll(name).role == "producer"
        assert b"secret" in secret

    def test_attempt_that_broke_off_before_the_ca_is_completed(self, identities: Identities, site: Site) -> None:
        first, second = next(names), next(names)
        left = identities.register(first, "PlatformA", role="producer").read_bytes()
        write_atomically(site.layout.person("PlatformA", second) / FILE, left, mode=0o600)
        identities.register(second, "PlatformA", role="carrier")
        assert identities.enroll(second).role == "carrier"

    @pytest.mark.parametrize("name", ["", "A", "../x", "a/b", "a b", "-a", "1a", "a" * 41, "a\n"])
    def test_name_that_is_none(self, identities: Identities, name: str) -> None:
        with pytest.raises(IdentityInvalid, match="is not a name") as refused:
            identities.register(name, "PlatformA", role="producer")
        assert refused.value.code == "IDENTITY_INVALID"

    @pytest.mark.parametrize(
        ("role", "gln"), [("Producer", None), ("", None), ("producer", "9521000000019"), ("x", "1")]
    )
    def test_role_or_gln_that_is_none(self, identities: Identities, role: str, gln: str | None) -> None:
        with pytest.raises(IdentityInvalid):
            identities.register(next(names), "PlatformA", role=role, gln=gln)

    def test_organization_that_is_none(self, identities: Identities) -> None:
        with pytest.raises(ConsortiumInvalid, match="no organisation PlatformZ"):
            identities.register(next(names), "PlatformZ", role="producer")


class TestEnroll:
    def test_gives_a_certificate_to_wallet_and_msp_folder(self, identities: Identities, site: Site) -> None:
        name = enrolled(identities)
        entry = Wallet(site.layout.wallet("PlatformA")).get(name)
        folder = site.layout.person("PlatformA", name) / "msp"
        assert Identity.from_msp_folder("PlatformAMSP", folder) == entry.identity
        digest = bytes(32)
        for signer in (entry.signer, KeySigner.from_msp_folder(folder)):
            assert signer.sign(digest)[0] == 0x30  # a DER sequence
        assert stat.S_IMODE((folder / "keystore" / "key.pem").stat().st_mode) == 0o600

    def test_record_says_what_the_certificate_says(self, identities: Identities, site: Site) -> None:
        name = enrolled(identities)
        certificate = Wallet(site.layout.wallet("PlatformA")).get(name).identity.certificate
        (record,) = [record for record in identities.records() if record.name == name]
        assert (record.organization, record.role, record.gln) == ("PlatformA", "producer", GLN)
        assert (record.serial, record.expires) == (f"{certificate.serial_number:x}", certificate.not_valid_after_utc)
        assert record.state is State.VALID

    def test_secret_serves_once(self, identities: Identities) -> None:
        name = next(names)
        file = identities.register(name, "PlatformA", role="producer")
        secret = file.read_bytes()
        identities.enroll(name)
        assert not file.exists()
        write_atomically(file, secret, mode=0o600)
        with pytest.raises(CaAuthentication):
            identities.enroll(name)
        file.unlink()

    def test_again_is_refused(self, identities: Identities) -> None:
        name = enrolled(identities)
        with pytest.raises(IdentityState, match="is enrolled already") as refused:
            identities.enroll(name)
        assert refused.value.code == "IDENTITY_STATE"

    def test_nobody(self, identities: Identities) -> None:
        with pytest.raises(IdentityUnknown) as refused:
            identities.enroll("nobody")
        assert refused.value.code == "IDENTITY_UNKNOWN"

    def test_damaged_registration(self, identities: Identities) -> None:
        name = next(names)
        file = identities.register(name, "PlatformA", role="producer")
        secret = file.read_text()
        file.write_text(secret[:-3])
        with pytest.raises(IdentityState, match="is damaged") as refused:
            identities.enroll(name)
        assert "secret" not in str(refused.value)
        assert identities.renew(enrolled(identities)).state is State.VALID  # others are not concerned
        file.unlink()


class TestRenew:
    def test_replaces_certificate_and_key(self, identities: Identities, site: Site) -> None:
        name = enrolled(identities)
        wallet = Wallet(site.layout.wallet("PlatformA"))
        before, key_before = wallet.get(name).identity.certificate, wallet.private_key_pem(name)
        record = identities.renew(name)
        after = wallet.get(name).identity.certificate
        assert record.serial == f"{after.serial_number:x}" != f"{before.serial_number:x}"
        assert wallet.private_key_pem(name) != key_before
        assert after.subject == before.subject
        assert (record.role, record.gln) == ("producer", GLN)

    def test_who_is_only_registered_can_not(self, identities: Identities) -> None:
        name = next(names)
        identities.register(name, "PlatformA", role="producer")
        with pytest.raises(IdentityState, match="is registered and can't be renewed: enrol it first"):
            identities.renew(name)

    def test_who_let_it_expire_is_admitted_again(self, identities: Identities, site: Site, tmp_path: Path) -> None:
        name = enrolled(identities)
        with running_ca(tmp_path / "ca", like=site.layout.ca("PlatformA"), expiry="-2m") as ca:
            secret = ca.client.register(ca.registrar(), name, type="client")
            expired = ca.client.enroll(name, secret)
        identity = Identity("PlatformAMSP", expired.certificate_pem)
        Wallet(site.layout.wallet("PlatformA")).put(name, identity, expired.private_key_pem)
        (record,) = [record for record in identities.records() if record.name == name]
        renewed = identities.renew(name)
        assert (record.state, renewed.state) == (State.EXPIRED, State.VALID)
        assert (renewed.role, renewed.gln) == ("producer", GLN)
        assert renewed.serial != record.serial


class TestRevoke:
    def test_administrator_can_not_cut_off_the_organization(self, identities: Identities, site: Site) -> None:
        producer = Wallet(site.layout.wallet("PlatformA"))
        name = enrolled(identities)
        entry = producer.get(name)
        producer.put("admin", entry.identity, producer.private_key_pem(name))
        with pytest.raises(IdentityState, match="administrator"):
            identities.revoke("admin")
        producer.remove("admin")


class TestExport:
    def test_writes_what_another_client_needs(self, identities: Identities, site: Site, tmp_path: Path) -> None:
        name = enrolled(identities)
        files = identities.export(name, tmp_path / "exported")
        folder = tmp_path / "exported"
        assert [file.name for file in files] == ["cert.pem", "key.pem", "ca.pem", "connection.json"]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "key.pem")}
        assert modes == {"exported": 0o700, "key.pem": 0o600}
        certificate = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()))
        assert (folder / "key.pem").read_bytes() == Wallet(site.layout.wallet("PlatformA")).private_key_pem(name)
        assert (folder / "key.pem").read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")

    def test_overwrites_only_when_told(self, identities: Identities, tmp_path: Path) -> None:
        name = enrolled(identities)
        (tmp_path / "key.pem").write_bytes(b"somebody's")
        with pytest.raises(IdentityState, match=r"holds key\.pem"):
            identities.export(name, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["key.pem"]
        assert (tmp_path / "key.pem").read_bytes() == b"somebody's"
        identities.export(name, tmp_path, overwrite=True)
        assert (tmp_path / "key.pem").read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")

    def test_who_is_only_registered_can_not(self, identities: Identities, tmp_path: Path) -> None:
        name = next(names)
        identities.register(name, "PlatformA", role="producer")
        with pytest.raises(IdentityState, match="has no certificate yet"):
            identities.export(name, tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestWhose:
    def test_name_of_two_organizations_has_to_be_told_apart(self, identities: Identities, site: Site) -> None:
        name = enrolled(identities)
        here = Wallet(site.layout.wallet("PlatformA"))
        there = Wallet(site.layout.wallet("PlatformB"))
        there.put(name, here.get(name).identity, here.private_key_pem(name))
        with pytest.raises(IdentityAmbiguous, match="PlatformA, PlatformB") as refused:
            identities.renew(name)
        assert refused.value.code == "IDENTITY_AMBIGUOUS"
        assert identities.renew(name, "PlatformA").organization == "PlatformA"
        there.remove(name)

    def test_name_of_another_organization_is_unknown(self, identities: Identities) -> None:
        name = enrolled(identities)
        with pytest.raises(IdentityUnknown):
            identities.renew(name, "PlatformB")


class TestCommands:
    @pytest.fixture(autouse=True)
    def here(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Site, "from_environment", lambda: site)

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(identity, arguments)
        assert result.exception is None, result.output
        return result.output

    def test_from_registration_to_export(self, site: Site, tmp_path: Path) -> None:
        name = next(names)
        told = self.run("register", name, "--org", "PlatformA", "--role", "producer", "--gln", GLN)
        file = site.layout.person("PlatformA", name) / FILE
        assert str(file) in told
        assert f"fairledger identity enroll {name}" in told
        assert file.read_text().split('"secret": "')[1].split('"')[0] not in told
        assert GLN in self.run("enroll", name)
        assert "valid" in self.run("renew", name)
        assert str(tmp_path / "key.pem") in self.run("export", name, str(tmp_path))
        assert str(tmp_path / "key.pem") in self.run("export", name, str(tmp_path), "--overwrite")

    def test_list_cuts_nothing_off(self, identities: Identities) -> None:
        name = enrolled(identities)
        (record,) = [record for record in identities.records() if record.name == name]
        line = next(line for line in self.run("list", "--org", "PlatformA").splitlines() if name in line.split())
        assert record.expires is not None
        assert line.split() == [
            name,
            "PlatformA",
            "producer",
            GLN,
            f"{record.expires:%Y-%m-%d}",
            f"{record.expires:%H:%M}",
            "valid",
            record.serial,
        ]
