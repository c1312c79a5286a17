"""Settings, TLS files, digest and logs of a server."""

import json
import logging
import ssl
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from fairledger_chaincode import ServerSettings, StartRefused
from fairledger_chaincode.digest import code_digest
from fairledger_chaincode.logs import LOGGER_NAME, JsonFormatter, configure_logging
from fairledger_chaincode.tls import TlsFiles, server_context
from tests.unit.chaincode.certificates import TlsWorld, make_tls_world

ENVIRONMENT = {
    "CHAINCODE_SERVER_ADDRESS": "127.0.0.1:7100",
    "CHAINCODE_ID": "credit:abc",
    "CHAINCODE_TLS_KEY": "key.pem",
    "CHAINCODE_TLS_CERT": "cert.pem",
    "CHAINCODE_CLIENT_CA_CERT": "ca.pem",
}


def test_settings_come_from_the_usual_variables() -> None:
    settings = ServerSettings.from_environment(
        {**ENVIRONMENT, "CHAINCODE_CODE_DIGEST": "ab", "CHAINCODE_LOG_LEVEL": "debug"}
    )
    assert (settings.host, settings.port, settings.chaincode_id) == ("127.0.0.1", 7100, "credit:abc")
    assert settings.tls == TlsFiles(Path("key.pem"), Path("cert.pem"), Path("ca.pem"))
    assert (settings.code_digest, settings.log_level) == ("ab", "DEBUG")


def test_what_may_be_left_out_has_a_default() -> None:
    settings = ServerSettings.from_environment(ENVIRONMENT)
    assert (settings.code_digest, settings.log_level) == (None, "INFO")
    assert ServerSettings.from_environment({**ENVIRONMENT, "CHAINCODE_SERVER_ADDRESS": "[::1]:1"}).host == "::1"


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(StartRefused, match=name):
        ServerSettings.from_environment({**ENVIRONMENT, name: ""})


def test_tls_is_off_only_by_its_name() -> None:
    plain = {name: value for name, value in ENVIRONMENT.items() if "TLS" not in name and "CA" not in name}
    assert ServerSettings.from_environment({**plain, "CHAINCODE_ID": "i", "CHAINCODE_TLS_DISABLED": "true"}).tls is None
    with pytest.raises(StartRefused, match="CHAINCODE_TLS_KEY"):
        ServerSettings.from_environment({**plain, "CHAINCODE_ID": "i", "CHAINCODE_TLS_DISABLED": "false"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAINCODE_SERVER_ADDRESS", "7100"),
        ("CHAINCODE_SERVER_ADDRESS", ":7100"),
        ("CHAINCODE_SERVER_ADDRESS", "host:port"),
        ("CHAINCODE_SERVER_ADDRESS", "host:65536"),
        ("CHAINCODE_SERVER_ADDRESS", "host:²"),
        ("CHAINCODE_TLS_DISABLED", "yes"),
        ("CHAINCODE_LOG_LEVEL", "LOUD"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(StartRefused, match=name):
        ServerSettings.from_environment({**ENVIRONMENT, name: value})


# TLS files


def test_clients_must_show_a_certificate_and_speak_tls_1_2_at_least(tls_world: TlsWorld) -> None:
    context = server_context(tls_world.files)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert [certificate["subject"] for certificate in context.get_ca_certs()] == [((("commonName", "ca"),),)]


@pytest.mark.parametrize("name", ["server.key", "server.pem", "ca.pem"])
@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_a_file_that_is_missing_or_is_none_is_a_start_error(tmp_path: Path, name: str, content: bytes | None) -> None:
    world = make_tls_world(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StartRefused, match=name):
        server_context(world.files)


def test_a_key_of_another_certificate_is_a_start_error(tmp_path: Path) -> None:
    world = make_tls_world(tmp_path)
    world.client.write(tmp_path, "server-other")
    with pytest.raises(StartRefused):
        server_context(TlsFiles(tmp_path / "server-other.key", world.files.certificate, world.files.client_ca))


def test_an_encrypted_key_is_a_start_error_and_no_question(tmp_path: Path) -> None:
    world = make_tls_world(tmp_path)
    encrypted = world.server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    world.files.key.write_bytes(encrypted)
    with pytest.raises(StartRefused):
        server_context(world.files)


# digest


def package(folder: Path, name: str = "pkg") -> ModuleType:
    module = ModuleType(name)
    module.__path__ = [str(folder)]
    return module


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "sub" / "b.py").write_text("b = 2\n")
    return tmp_path


def test_the_digest_is_that_of_names_and_contents(sources: Path) -> None:
    digest = code_digest([package(sources)])
    assert len(bytes.fromhex(digest)) == 32
    assert code_digest([package(sources)]) == digest
    (sources / "notes.txt").write_text("not code")
    assert code_digest([package(sources)]) == digest


@pytest.mark.parametrize("change", ["content", "name", "new", "gone", "package", "moved"])
def test_any_change_of_the_code_changes_the_digest(sources: Path, change: str) -> None:
    digest = code_digest([package(sources)])
    changed = package(sources, "other" if change == "package" else "pkg")
    if change == "content":
        (sources / "a.py").write_text("a = 2\n")
    elif change == "name":
        (sources / "a.py").rename(sources / "c.py")
    elif change == "new":
        (sources / "c.py").write_text("")
    elif change == "gone":
        (sources / "a.py").unlink()
    elif change == "moved":
        (sources / "a.py").write_text("a = 1\nb = 2\n")
        (sources / "sub" / "b.py").write_text("")
    assert code_digest([changed]) != digest


def test_the_order_of_packages_does_not_matter(sources: Path) -> None:
    one, other = package(sources, "one"), package(sources / "sub", "other")
    assert code_digest([one, other]) == code_digest([other, one])


def test_a_package_without_sources_has_no_digest(tmp_path: Path) -> None:
    for module in (package(tmp_path), ModuleType("no_package")):
        with pytest.raises(StartRefused):
            code_digest([module])


# logs


def test_a_record_is_one_line_of_json_without_the_text_of_exceptions() -> None:
    try:
        raise ValueError("SECRET")
    except ValueError:
        record = logging.LogRecord("n", logging.INFO, "f", 1, "what %s", ("happened",), None)
        record.exc_info = True  # type: ignore[assignment]
    record.tx_id = "tx1"
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "INFO", "logger": "n", "message": "what happened", "tx_id": "tx1"}


def test_logs_stay_off_the_root_logger(capsys: pytest.CaptureFixture[str]) -> None:
    logger, root = logging.getLogger(LOGGER_NAME), logging.getLogger()
    before = (root.level, list(root.handlers), logger.handlers[:], logger.level, logger.propagate)
    try:
        configure_logging("WARNING")
        configure_logging("WARNING")
        logging.getLogger(f"{LOGGER_NAME}.handler").warning("once")
        logging.getLogger(f"{LOGGER_NAME}.handler").info("never")
        assert (root.level, list(root.handlers)) == before[:2]
        assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == ["once"]
    finally:
        logger.handlers[:], logger.level, logger.propagate = before[2], before[3], before[4]
