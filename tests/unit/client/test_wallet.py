"""The wallet: what it keeps, how it keeps it, and what it refuses."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairledger.identity import Identity
from fairledger.wallet import KEY_FILE, NAME, Wallet, WalletError

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def self_signed(name: str, key: Key) -> Identity:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, SHA256())
    return Identity("PlatformAMSP", certificate.public_bytes(Encoding.PEM))


KEY = ec.generate_private_key(ec.SECP256R1())
ALICE = self_signed("alice", KEY)


@pytest.fixture
def wallet(tmp_path: Path) -> Wallet:
    return Wallet.create(tmp_path / "wallet")


@pytest.fixture
def folder(wallet: Wallet, tmp_path: Path) -> Path:
    return tmp_path / "wallet"


def code_of(error: pytest.ExceptionInfo[WalletError]) -> str:
    assert str(error.value).startswith(f"{error.value.code}: ")
    return error.value.code


def test_a_key_for_a_purpose_is_always_the_same_and_no_other_wallets(wallet: Wallet, folder: Path) -> None:
    key = wallet.key_of("answers of requests")
    assert len(key) == 32
    assert Wallet(folder).key_of("answers of requests") == key
    others = {wallet.key_of("other answers"), Wallet.create(folder / "other").key_of("answers of requests")}
    assert len(others - {key}) == 2
    with pytest.raises(WalletError) as error:
        wallet.key_of("alice")
    assert code_of(error) == "WALLET_NAME"


class TestKeeping:
    def test_gives_back_who_signs_and_signs_with_their_key(self, wallet: Wallet) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        entry = wallet.get("alice")
        digest = bytes(range(32))
        KEY.public_key().verify(entry.signer.sign(digest), digest, ec.ECDSA(Prehashed(SHA256())))
        assert (entry.name, entry.identity) == ("alice", ALICE)

    def test_survives_the_process(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        assert Wallet(folder).private_key_pem("alice") == pem(KEY)

    def test_replaces(self, wallet: Wallet) -> None:
        renewed_key = ec.generate_private_key(ec.SECP256R1())
        renewed = self_signed("alice", renewed_key)
        wallet.put("alice", ALICE, pem(KEY))
        wallet.put("alice", renewed, pem(renewed_key))
        assert wallet.get("alice").identity == renewed
        assert wallet.names() == ["alice"]

    def test_names_are_sorted_and_only_entries(self, wallet: Wallet, folder: Path) -> None:
        for name in ("bob", "alice", "Carol@PlatformB", "d.e-f_1"):
            wallet.put(name, ALICE, pem(KEY))
        (folder / ".bob.id.tmp").touch()
        (folder / "not an entry.id").touch()
        (folder / "readme.txt").touch()
        assert wallet.names() == ["Carol@PlatformB", "alice", "bob", "d.e-f_1"]

    def test_removes(self, wallet: Wallet) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        wallet.remove("alice")
        assert wallet.names() == []
        with pytest.raises(WalletError) as error:
            wallet.get("alice")
        assert code_of(error) == "WALLET_UNKNOWN_NAME"

    @pytest.mark.parametrize("method", ["get", "remove", "private_key_pem"])
    def test_unknown_name(self, wallet: Wallet, method: str) -> None:
        with pytest.raises(WalletError, match="holds no identity 'nobody'") as error:
            getattr(wallet, method)("nobody")
        assert code_of(error) == "WALLET_UNKNOWN_NAME"


class TestAtRest:
    def test_files_are_their_owners_alone(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
        assert modes == {"wallet": 0o700, KEY_FILE: 0o600, "alice.id": 0o600}

    def test_entry_is_fabrics_shape_with_an_encrypted_key(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        stored = json.loads((folder / "alice.id").read_text())
        key = stored["credentials"].pop("privateKey")
        assert key.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert stored == {
            "credentials": {"certificate": ALICE.certificate_pem.decode()},
            "mspId": "PlatformAMSP",
            "type": "X.509",
            "version": 1,
        }

    def test_private_key_is_nowhere_on_disk(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        body = pem(KEY).splitlines()[1]
        scalar = KEY.private_numbers().private_value.to_bytes(32)
        for path in folder.iterdir():
            assert body not in path.read_bytes()
            assert scalar not in path.read_bytes()

    def test_another_wallets_key_file_opens_nothing(self, wallet: Wallet, folder: Path, tmp_path: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        Wallet.create(tmp_path / "other")
        (folder / KEY_FILE).write_bytes((tmp_path / "other" / KEY_FILE).read_bytes())
        with pytest.raises(WalletError) as error:
            Wallet(folder).get("alice")
        assert code_of(error) == "WALLET_ENTRY"

    def test_renamed_entry_opens_for_nobody(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        (folder / "alice.id").rename(folder / "officer.id")
        with pytest.raises(WalletError, match="renamed") as error:
            wallet.get("officer")
        assert code_of(error) == "WALLET_ENTRY"

    def test_certificate_put_into_anothers_entry_is_noticed(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        stored = json.loads((folder / "alice.id").read_text())
        other = self_signed("mallory", ec.generate_private_key(ec.SECP256R1()))
        stored["credentials"]["certificate"] = other.certificate_pem.decode()
        (folder / "alice.id").write_text(json.dumps(stored))
        with pytest.raises(WalletError) as error:
            wallet.get("alice")
        assert code_of(error) == "WALLET_MISMATCH"

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}', b'{"credentials": {}}'])
    def test_damaged_entry(self, wallet: Wallet, folder: Path, content: bytes) -> None:
        (folder / "alice.id").write_bytes(content)
        with pytest.raises(WalletError) as error:
            wallet.get("alice")
        assert code_of(error) == "WALLET_ENTRY"

    def test_damaged_certificate(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        stored = json.loads((folder / "alice.id").read_text())
        stored["credentials"]["certificate"] = "none"
        (folder / "alice.id").write_text(json.dumps(stored))
        with pytest.raises(WalletError) as error:
            wallet.get("alice")
        assert code_of(error) == "WALLET_ENTRY"

    def test_failed_write_leaves_the_old_entry_and_no_litter(
        self, wallet: Wallet, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        before = (folder / "alice.id").read_bytes()

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(WalletError, match="No space left on device") as error:
            wallet.put("alice", ALICE, pem(KEY))
        assert code_of(error) == "WALLET_IO"
        assert (folder / "alice.id").read_bytes() == before
        assert sorted(path.name for path in folder.iterdir()) == ["alice.id", KEY_FILE]

    def test_entry_that_is_a_folder(self, wallet: Wallet, folder: Path) -> None:
        (folder / "alice.id").mkdir()
        for use in (wallet.get, wallet.remove):
            with pytest.raises(WalletError) as error:
                use("alice")
            assert code_of(error) == "WALLET_IO"


class TestOpening:
    def test_folder_without_a_wallet(self, tmp_path: Path) -> None:
        with pytest.raises(WalletError) as error:
            Wallet(tmp_path)
        assert code_of(error) == "WALLET_MISSING"

    def test_creating_twice(self, folder: Path) -> None:
        with pytest.raises(WalletError) as error:
            Wallet.create(folder)
        assert code_of(error) == "WALLET_EXISTS"

    def test_open_or_create_keeps_what_is_there(self, folder: Path, wallet: Wallet, tmp_path: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        assert Wallet.open_or_create(folder).names() == ["alice"]
        assert Wallet.open_or_create(tmp_path / "new").names() == []

    def test_creating_where_a_file_is(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(WalletError) as error:
            Wallet.create(tmp_path / "file" / "wallet")
        assert code_of(error) == "WALLET_IO"

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
    def test_key_file_that_others_may_touch(self, folder: Path, mode: int) -> None:
        (folder / KEY_FILE).chmod(mode)
        with pytest.raises(WalletError, match="chmod 600") as error:
            Wallet(folder)
        assert code_of(error) == "WALLET_KEY"

    @pytest.mark.parametrize("content", [b"", b"ab", b"g" * 64, b"\xff" * 64, b"a" * 64 + b"\n"])
    def test_damaged_key_file(self, folder: Path, content: bytes) -> None:
        (folder / KEY_FILE).write_bytes(content)
        with pytest.raises(WalletError) as error:
            Wallet(folder)
        assert code_of(error) == "WALLET_KEY"

    def test_key_file_that_is_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / KEY_FILE).mkdir()
        with pytest.raises(WalletError) as error:
            Wallet(tmp_path)
        assert code_of(error) == "WALLET_IO"


class TestRefusing:
    @pytest.mark.parametrize(
        "name",
        [
            "",
            ".",
            "..",
            "../alice",
            "a/b",
            "/etc/passwd",
            "a\\b",
            ".hidden",
            "-rf",
            "a\x00",
            "a\n",
            "a b",
            "杭州",
            "a" * 65,
        ],
    )
    def test_names_that_are_none(self, wallet: Wallet, folder: Path, name: str) -> None:
        before = sorted(folder.iterdir())
        for use in (wallet.get, wallet.remove, lambda n: wallet.put(n, ALICE, pem(KEY))):
            with pytest.raises(WalletError) as error:
                use(name)
            assert code_of(error) == "WALLET_NAME"
        assert sorted(folder.iterdir()) == before

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
    @given(name=st.text(max_size=80) | st.from_regex(NAME, fullmatch=True))
    def test_any_name_is_kept_in_the_folder_or_refused(self, wallet: Wallet, folder: Path, name: str) -> None:
        if NAME.fullmatch(name):
            wallet.put(name, ALICE, pem(KEY))
            assert wallet.names() == [name]
            assert wallet.get(name).identity == ALICE
            wallet.remove(name)
        else:
            with pytest.raises(WalletError) as error:
                wallet.put(name, ALICE, pem(KEY))
            assert code_of(error) == "WALLET_NAME"
        assert [path.name for path in folder.iterdir()] == [KEY_FILE]

    def test_key_of_another_certificate(self, wallet: Wallet) -> None:
        with pytest.raises(WalletError) as error:
            wallet.put("alice", ALICE, pem(ec.generate_private_key(ec.SECP256R1())))
        assert code_of(error) == "WALLET_MISMATCH"

    @pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
    def test_key_that_fabric_can_not_use(self, wallet: Wallet, key: Key) -> None:
        with pytest.raises(WalletError, match="P-256") as error:
            wallet.put("alice", self_signed("alice", key), pem(key))
        assert code_of(error) == "WALLET_MISMATCH"

    @pytest.mark.parametrize("key", [b"", b"none", pem(KEY)[:60]])
    def test_key_that_is_none(self, wallet: Wallet, key: bytes) -> None:
        with pytest.raises(WalletError) as error:
            wallet.put("alice", ALICE, key)
        assert code_of(error) == "WALLET_MISMATCH"

    def test_no_error_shows_a_key(self, wallet: Wallet, folder: Path) -> None:
        wallet.put("alice", ALICE, pem(KEY))
        stored = json.loads((folder / "alice.id").read_text())
        stored["surplus"] = 1
        (folder / "alice.id").write_text(json.dumps(stored))
        with pytest.raises(WalletError) as error:
            wallet.get("alice")
        assert "PRIVATE KEY" not in str(error.getrepr(style="long", chain=True).reprcrash)
        assert error.value.__suppress_context__
