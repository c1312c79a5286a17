"""``fairledger tag``: signed by the maker's key, drawn as QR codes, and checked from the read model."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fairledger.digital_link.qr import qr_svg
from tests.unit.client.cli.conftest import Commands

PHONE = "urn:epc:id:sgtin:9521000.000110.FP26100001"
PATH = "/01/09521000001107/21/FP26100001"
SHOP = ("--resolver", "https://shop.example")


def signed(program: Commands, name: str) -> str:
    status, out, err = program.run("tag", "sign", PHONE, "--as", name, *SHOP)
    assert (status, err) == (0, "")
    return out.strip()


def test_a_tag_of_the_maker_is_signed_and_holds(program: Commands) -> None:
    link = signed(program, "processor")
    assert link.startswith(f"https://shop.example{PATH}?kid=")
    status, out, _err = program.run("tag", "check", link)
    assert (status, out.splitlines()) == (
        0,
        [
            "SIGNED_BY_MAKER: The tag has its maker's signature.",
            f"https://id.gs1.org{PATH}: grade B with this tag, small gaps",
        ],
    )


@pytest.mark.parametrize(
    ("change", "status", "code", "grade"),
    [
        (lambda link: link, 1, "SIGNED_BY_ANOTHER", "E"),
        (lambda link: link.replace("FP26100001", "FP26100002"), 1, "FORGED", "E"),
        (lambda link: link.replace("kid=", "kid=A"), 1, "KEY_UNKNOWN", "E"),
        (lambda link: link[:-4], 1, "TAG_MALFORMED", "E"),
        (lambda link: link.partition("?")[0], 0, "UNSIGNED", "B"),
    ],
)
def test_other_tags_say_what_is_wrong_with_them(
    program: Commands, change: Callable[[str], str], status: int, code: str, grade: str
) -> None:
    found, out, _err = program.run("tag", "check", change(signed(program, "merchant")), "--json")
    told = json.loads(out)
    assert (found, told["finding"]["code"], told["grade"]) == (status, code, grade)


def test_qr_codes_are_files_named_for_their_goods(program: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    arguments = (PHONE, "urn:epc:class:lgtin:9521000.000203.MP260903", *SHOP, "--qr", str(folder))
    status, out, _err = program.run("tag", "sign", *arguments, "--as", "processor")
    links = out.split()
    assert (status, sorted(path.name for path in folder.iterdir())) == (
        0,
        ["01-09521000001107-21-FP26100001.svg", "01-09521000002036-10-MP260903.svg"],
    )
    assert (folder / "01-09521000001107-21-FP26100001.svg").read_bytes() == qr_svg(links[0])


def test_links_lead_to_the_organisations_own_service(program: Commands) -> None:
    program.state.services.write_text(json.dumps({"PlatformA": "http://localhost:8080"}))
    status, out, _err = program.run("tag", "sign", PHONE, "--as", "processor")
    program.state.services.unlink()
    assert (status, out.startswith(f"http://localhost:8080{PATH}?kid=")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((PHONE, "--as", "processor"), "TAG_RESOLVER"),
        ((PHONE, "--as", "processor", "--resolver", "ftp://x"), "TAG_RESOLVER"),
        ((PHONE, "--as", "processor", "--resolver", "https://x?y"), "TAG_RESOLVER"),
        ((PHONE, "--as", "nobody", *SHOP), "CLI_IDENTITY_UNKNOWN"),
        (("urn:uuid:1", "--as", "processor", *SHOP), "TAG_LINK"),
        (("https://id.gs1.org/01/09521000001108", "--as", "processor", *SHOP), "LINK_CHECK_DIGIT"),
        ((PHONE, "--as", "processor", *SHOP, "--qr", "/dev/null/x"), "TAG_PICTURE"),
    ],
)
def test_what_cannot_be_signed_is_refused(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("tag", "sign", *arguments) == code


def test_what_is_no_digital_link_cannot_be_checked(program: Commands) -> None:
    assert program.refused("tag", "check", "https://shop.example/phone") == "LINK_NO_KEY"
