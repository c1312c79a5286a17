"""``fairledger licence``: registered by an officer, listed from the read model."""

import json

import pytest

from tests.unit.client.cli.conftest import Commands

GLN = "9521000000049"
HOLDER = ("--org", "PlatformB", "--gln", GLN, "--name", "Corner shop")


def test_a_licence_is_registered_and_listed(program: Commands) -> None:
    status, out, _err = program.run("licence", "register", "95219", "--as", "officer", *HOLDER)
    assert (status, out) == (0, f"95219: held by Corner shop (PlatformBMSP, GLN {GLN})\n")
    (line,) = [line for line in program.run("licence", "list")[1].splitlines() if line.startswith("95219")]
    assert [cell.strip() for cell in line.split("│")][:4] == ["95219", "Corner shop", "PlatformB", GLN]
    told = {each["prefix"]: each for each in json.loads(program.run("licence", "list", "--json")[1])}
    assert told["95219"]["holders"][0]["msp_id"] == "PlatformBMSP"
    again = ("95219", "--as", "officer", "--org", "PlatformBMSP", *HOLDER[2:])
    assert program.refused("licence", "register", *again) == "TRACE_LICENCE_HELD"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("952", "--as", "officer", *HOLDER), "LICENCE_PREFIX"),
        (("95218", "--as", "officer", *HOLDER, "--gln", "7"), "LICENCE_GLN"),
        (("95218", "--as", "officer", *HOLDER, "--gln", "9521000000048"), "TRACE_LICENCE_GLN"),
        (("95218", "--as", "officer", *HOLDER, "--name", ""), "LICENCE_NAME"),
        (("95218", "--as", "producer", *HOLDER), "TRACE_ROLE_DENIED"),
        (("95218", "--as", "nobody", *HOLDER), "CLI_IDENTITY_UNKNOWN"),
    ],
)
def test_what_cannot_be_registered_is_refused(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("licence", "register", *arguments) == code
