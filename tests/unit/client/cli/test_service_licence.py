"""``fairledger licence grant``, ``end`` and ``services``: by an officer, with the keys of certificates."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairledger.wallet import Wallet
from fairledger_contracts.records.service_licence import signing_key
from tests.unit.client.cli.conftest import Commands, said

PARTY = "PlatformB:9521000000032"
NAMED = ("--name", "Express", "--as", "officer")


def told(program: Commands) -> dict[str, Any]:
    """The carrier's licence."""
    found = json.loads(said(program, "licence", "services", "--json"))
    (licence,) = [each for each in found if (each["service"], each["place"]) == ("carrier", "9521000000032")]
    return dict(licence)


def test_a_party_is_licensed_with_its_keys_listed_and_ended(program: Commands, tmp_path: Path) -> None:
    out = said(program, "licence", "grant", "carrier", "carrier", *NAMED, "--from", "2099-01-01")
    assert out == "Express (PlatformBMSP:9521000000032): carrier from 2099-01-01 00:00:00 UTC, 1 key(s)\n"
    identity = Wallet(program.state.wallet("PlatformB")).get("carrier").identity
    assert told(program)["keys"] == [signing_key(identity.certificate)]

    file = tmp_path / "carrier.pem"
    file.write_bytes(identity.certificate_pem)
    said(program, "licence", "grant", "carrier", str(file), "--org", "PlatformB", *NAMED)  # at once, in its place
    again = ("licence", "grant", "carrier", "carrier", *NAMED)
    assert program.refused(*again) == "ESCROW_LICENCE_HELD"
    assert len(told(program)["validities"]) == 1

    ground = ("--ground", "it has stopped trading", "--as", "officer")
    out = said(program, "licence", "end", "carrier", PARTY, *ground, "--until", "2098-01-01T12:00:00")
    assert out.endswith("until 2098-01-01 12:00:00 UTC, 1 key(s)\n")
    said(program, "licence", "end", "carrier", "carrier", *ground)
    assert program.refused("licence", "end", "carrier", PARTY, *ground) == "ESCROW_LICENCE_OVER"
    (line,) = [line for line in said(program, "licence", "services").splitlines() if "9521000000032" in line]
    cells = [cell.strip() for cell in line.split("│")]
    assert (cells[:5], cells[-1]) == (["carrier", "Express", "PlatformB", PARTY[-13:], "1"], "it has stopped trading")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("grant", "inspector", "carrier", *NAMED), "LICENCE_ROLE"),
        (("grant", "carrier", "carrier", "inspector", *NAMED), "LICENCE_PARTIES"),
        (("grant", "carrier", "nobody", *NAMED), "CLI_IDENTITY_UNKNOWN"),
        (("grant", "carrier", __file__, *NAMED), "LICENCE_ORG"),
        (("grant", "carrier", __file__, "--org", "PlatformB", *NAMED), "LICENCE_CERTIFICATE"),
        (("grant", "inspector", "inspector", "--name", "", "--as", "officer"), "CHAINCODE_ARGUMENTS"),
        (("grant", "inspector", "inspector", "--name", "x", "--as", "platform-officer"), "ESCROW_ROLE_DENIED"),
        (("end", "carrier", "PlatformB:9521000000063", "--ground", "x", "--as", "officer"), "ESCROW_LICENCE_UNKNOWN"),
        (("end", "carrier", PARTY, "--ground", "x", "--as", "platform-officer"), "ESCROW_ROLE_DENIED"),
    ],
)
def test_what_is_no_licence_is_refused(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("licence", *arguments) == code
