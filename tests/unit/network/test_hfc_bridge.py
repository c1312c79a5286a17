"""The one door to hfc: what has to be so before anything of it can be used."""

import importlib
import logging
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fabric_protos.common import common_pb2

from fairledger_network.hfc_bridge import load


def test_nothing_of_hfc_is_imported_before_it_is_needed() -> None:
    script = (
        "import sys, fairledger_network.ca, fairledger_network.identity_commands;"
        "print([name for name in sys.modules if name.split('.')[0] in ('hfc', 'aiogrpc')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_its_messages_are_those_of_fabric_protos() -> None:
    load("hfc.fabric")
    theirs = importlib.import_module("hfc.protos.common.common_pb2")
    assert theirs.Envelope is common_pb2.Envelope
    assert theirs.__name__ == "hfc.protos.common.common_pb2"
    assert common_pb2.__name__ == "fabric_protos.common.common_pb2"


def test_modules_that_are_no_messages_stay_its_own() -> None:
    assert load("hfc.protos.utils").create_seek_info.__module__ == "hfc.protos.utils"


def test_it_makes_keys() -> None:
    key = load("hfc.util.crypto.crypto").ecies().generate_private_key()
    assert isinstance(key.curve, ec.SECP256R1)


@pytest.mark.parametrize("service", ["caservice", "identityService", "affiliationService", "certificateService"])
def test_its_ca_clients_log_nothing(service: str, caplog: pytest.LogCaptureFixture) -> None:
    load(f"hfc.fabric_ca.{service}")
    caplog.set_level(logging.DEBUG)
    logging.getLogger(f"hfc.fabric_ca.{service}").error("Raw response json %s", "the secret")
    assert caplog.records == []


def test_it_is_loaded_once() -> None:
    before = list(sys.meta_path)
    assert load("hfc.fabric") is load("hfc.fabric")
    assert sys.meta_path == before
