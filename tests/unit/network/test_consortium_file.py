"""consortium.yaml: what it may say, and what is refused with which words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fairledger_network.consortium import Consortium, find_consortium_file, gln_check_digit
from fairledger_network.errors import ConsortiumInvalid

FILE = Path(__file__).resolve().parents[3] / "network" / "consortium.yaml"


@pytest.fixture
def described() -> dict[str, Any]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def load(described: Any, tmp_path: Path, *, port_offset: int = 0) -> Consortium:
    file = tmp_path / "consortium.yaml"
    file.write_text(yaml.safe_dump(described), encoding="utf-8")
    return Consortium.load(file, port_offset=port_offset)


def test_the_project_s_own_file() -> None:
    consortium = Consortium.load(FILE)

    assert [o.msp_id for o in consortium.organizations] == [
        "PlatformAMSP",
        "PlatformBMSP",
        "AssociationMSP",
        "RegulatorMSP",
    ]
    assert [o.name for o in consortium.ordering_organizations] == ["PlatformA", "Association", "Regulator"]
    assert consortium.channel.name == "credit-channel"
    assert consortium.channel.policies == {
        "CreditEndorsement": (
            "AND('AssociationMSP.peer', OR('PlatformAMSP.peer', 'PlatformBMSP.peer', 'RegulatorMSP.peer'))"
        )
    }
    assert consortium.chaincode("credit").policy == "/Channel/Application/CreditEndorsement"
    assert [consortium.port("api", i) for i in range(4)] == [8080, 8081, 8082, 8083]


def test_each_platform_has_a_collection_with_the_regulator(described: dict[str, Any], tmp_path: Path) -> None:
    collections = load(described, tmp_path).chaincode("credit").collections
    assert [(c.name, c.policy, c.endorsement_policy) for c in collections] == [
        (
            f"personal-{platform}",
            f"OR('{platform}.member', 'RegulatorMSP.member')",
            f"OR('{platform}.peer')",
        )
        for platform in ("PlatformAMSP", "PlatformBMSP")
    ]
    assert {(c.member_only_read, c.member_only_write, c.block_to_live) for c in collections} == {
        (True, True, 378_432_000)
    }


def test_another_platform_brings_its_collection(described: dict[str, Any], tmp_path: Path) -> None:
    described["organizations"].append({"name": "PlatformC", "platform": True})
    names = [c.name for c in load(described, tmp_path).chaincode("credit").collections]
    assert names == ["personal-PlatformAMSP", "personal-PlatformBMSP", "personal-PlatformCMSP"]


def test_a_read_model_on_a_server_is_named_by_url_without_password(described: dict[str, Any], tmp_path: Path) -> None:
    url = "postgresql+psycopg://service@db.example:5432/platforma"
    described["organizations"][0]["read_model"] = url
    assert [o.read_model for o in load(described, tmp_path).organizations] == [url, None, None, None]


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://service:secret@db.example/x", "postgresql+psycopg://db.example/x?password=secret"]
)
def test_a_password_in_the_file_is_refused_and_not_shown(described: dict[str, Any], tmp_path: Path, url: str) -> None:
    described["organizations"][0]["read_model"] = url
    with pytest.raises(ConsortiumInvalid, match=r"write it to ~/\.pgpass, mode 600") as refusal:
        load(described, tmp_path)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://db.example/x", "postgresql+psycopg://[x"])
def test_another_place_for_a_read_model_is_refused(described: dict[str, Any], tmp_path: Path, url: str) -> None:
    described["organizations"][0]["read_model"] = url
    with pytest.raises(ConsortiumInvalid, match=r"organizations\.0"):
        load(described, tmp_path)


def test_the_people_have_roles_and_are_at_home_in_one_organisation() -> None:
    consortium = Consortium.load(FILE)

    assert {name: o.name for o in consortium.organizations for name in o.people} == {
        "operator": "PlatformA",
        "producer": "PlatformA",
        "processor": "PlatformA",
        "provider": "PlatformA",
        "steward": "PlatformA",
        "clerk": "PlatformB",
        "warden": "PlatformB",
        "carrier": "PlatformB",
        "merchant": "PlatformB",
        "consumer": "PlatformB",
        "inspector": "Association",
        "officer": "Association",
        "regulator": "Regulator",
        "supervisor": "Regulator",
    }
    assert {name: p.role for o in consortium.organizations for name, p in o.people.items() if p.role != name} == {
        "operator": "platform",
        "steward": "platform-officer",
        "clerk": "platform",
        "warden": "platform-officer",
        "supervisor": "regulator",
    }


def test_attributes_of_a_person_without_a_place_of_business_have_no_gln() -> None:
    consortium = Consortium.load(FILE)

    assert consortium.organization("PlatformA").people["producer"].attributes == {
        "role": "producer",
        "gln": "9521000000018",
    }
    assert consortium.organization("PlatformB").people["consumer"].attributes == {"role": "consumer"}


def test_the_offset_moves_every_port(described: dict[str, Any], tmp_path: Path) -> None:
    consortium = load(described, tmp_path, port_offset=1000)

    assert consortium.port("peer", 2) == described["ports"]["peer"] + 2 + 1000


def test_a_port_beyond_the_range_is_refused(described: dict[str, Any], tmp_path: Path) -> None:
    consortium = load(described, tmp_path, port_offset=30_000)

    with pytest.raises(ConsortiumInvalid, match="above 32767: lower the base or the offset"):
        consortium.port("peer", 0)


def change(described: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The description with one place changed; numbers in the path are positions."""
    *above, last = path.split(".")
    place: Any = described
    for step in above:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return described


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("colour", "red", "colour: Extra inputs are not permitted"),
        ("organizations.0.colour", "red", "organizations.0.colour: Extra inputs are not permitted"),
        ("channel.ordering.batch_timeout_ms", 0, "channel.ordering.batch_timeout_ms: "),
        ("channel.name", "Credit Channel", "channel.name: String should match pattern"),
        ("organizations.1.name", "PlatformA", "organisation named twice: PlatformA"),
        ("organizations.1.people.producer", {"role": "producer"}, "person named twice: producer"),
        ("organizations.0.people.producer.gln", "9521000000011", "GLN 9521000000011: the last digit must be 8"),
        ("organizations.0.people.producer.gln", "952100000001", "organizations.0.people.producer.gln: "),
        ("organizations.0.name", "../Platform", "organizations.0.name: String should match pattern"),
        ("ports.peer", 80, "ports.peer: Input should be greater than or equal to 1024"),
        ("ports.peer", "7030", "ports.peer: Input should be a valid integer"),
        ("ports.printer", 7300, "ports.printer"),
        ("chaincodes.0.policy", "CreditEndorsement", "chaincodes.0.policy: String should match pattern"),
        ("chaincodes.0.policy", "/Channel/Application/Nobody", "is none of the channel's; write the full path"),
        ("chaincodes.0.digest", [], "give a digest command or the code's paths"),
        ("chaincodes.0.server", [], "chaincodes.0.server: "),
        ("port_offset", 10, "without port_offset"),
    ],
)
def test_what_contradicts_itself_is_refused_and_named(
    described: dict[str, Any], tmp_path: Path, path: str, value: Any, told: str
) -> None:
    with pytest.raises(ConsortiumInvalid) as refusal:
        load(change(described, path, value), tmp_path)
    assert told in refusal.value.message
    assert refusal.value.code == "CONSORTIUM_INVALID"


def test_ports_need_a_base_for_every_kind(described: dict[str, Any], tmp_path: Path) -> None:
    del described["ports"]["ca"]

    with pytest.raises(ConsortiumInvalid, match="no base for ca"):
        load(described, tmp_path)


def test_without_an_orderer_nothing_is_ordered(described: dict[str, Any], tmp_path: Path) -> None:
    for organization in described["organizations"]:
        organization["orderer"] = False

    with pytest.raises(ConsortiumInvalid, match="at least one organisation must run an orderer"):
        load(described, tmp_path)


@pytest.mark.parametrize("content", ["", "- a list", "a: [unclosed"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "consortium.yaml").write_text(content, encoding="utf-8")

    with pytest.raises(ConsortiumInvalid):
        Consortium.load(tmp_path / "consortium.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConsortiumInvalid, match=r"consortium\.yaml can't be read: No such file"):
        Consortium.load(tmp_path / "consortium.yaml")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    consortium = Consortium.load(FILE)

    with pytest.raises(ConsortiumInvalid, match="no organisation Nobody; there are PlatformA, PlatformB, Association"):
        consortium.organization("Nobody")
    with pytest.raises(ConsortiumInvalid, match="no chaincode debit; there are credit"):
        consortium.chaincode("debit")


@pytest.mark.parametrize(("first_twelve", "digit"), [("629104150021", 3), ("952100000000", 1), ("000000000000", 0)])
def test_the_check_digit_of_a_location_number(first_twelve: str, digit: int) -> None:
    assert gln_check_digit(first_twelve) == digit  # the first is the example of GS1's General Specifications, 7.9


def test_the_file_is_found_above_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAIRLEDGER_CONSORTIUM", raising=False)
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "consortium.yaml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert find_consortium_file(tmp_path / "a" / "b") == tmp_path / "network" / "consortium.yaml"


def test_a_named_file_goes_before_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEDGER_CONSORTIUM", str(tmp_path / "other.yaml"))

    assert find_consortium_file() == tmp_path / "other.yaml"


def test_no_file_anywhere_is_answered_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAIRLEDGER_CONSORTIUM", raising=False)

    with pytest.raises(ConsortiumInvalid, match="set FAIRLEDGER_CONSORTIUM"):
        find_consortium_file(tmp_path)
