"""Where the Fabric programs come from: what the user brought, the cache, or a build; and what is told without any."""

from pathlib import Path

import pytest

from fairledger_network import programs
from fairledger_network.errors import ProgramsMissing
from fairledger_network.programs import CA_PROGRAMS, FABRIC_PROGRAMS, cache_folder, find_programs, program_version

MODULES = Path(__file__).resolve().parents[3] / "network" / "programs"


@pytest.fixture(autouse=True)
def nothing_brought(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FABRIC_BIN", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def release(folder: Path, version: str, names: tuple[str, ...]) -> Path:
    """A folder with programs that answer to ``version`` as Fabric's do."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        program = folder / name
        program.write_text(f"#!/bin/sh\nprintf '%s:\\n Version: {version}\\n Commit SHA: abc\\n' {name}\n")
        program.chmod(0o755)
    return folder


@pytest.mark.parametrize("version", ["2.5.0", "v2.5.12", "3.0.0", "3.1.1"])
def test_programs_of_a_fitting_release_are_taken_from_fabric_bin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    folder = release(tmp_path / "bin", version, FABRIC_PROGRAMS)
    release(folder, "1.5.13", CA_PROGRAMS)
    monkeypatch.setenv("FABRIC_BIN", str(folder))
    said: list[str] = []

    found = find_programs(MODULES, said.append)

    assert (found.fabric_version, found.ca_version) == (version, "1.5.13")
    assert found.path("peer") == str(folder / "peer")
    assert found.path("fabric-ca-server") == str(folder / "fabric-ca-server")
    assert said == [f"peer {version} from {folder}", f"fabric-ca-server 1.5.13 from {folder}"]


def test_programs_on_the_path_are_taken_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = release(tmp_path / "bin", "2.5.9", (*FABRIC_PROGRAMS, "fabric-ca-server"))
    release(folder, "1.5.15", CA_PROGRAMS)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    assert find_programs(MODULES, lambda _text: None).fabric == folder


@pytest.mark.parametrize("version", ["2.4.9", "1.4.12", "latest", "2.50.1"])
def test_another_version_in_fabric_bin_is_refused_with_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("FABRIC_BIN", str(release(tmp_path / "bin", version, FABRIC_PROGRAMS)))

    with pytest.raises(ProgramsMissing, match=rf"has peer {version}; 2\.5\.x or 3\.x is needed"):
        find_programs(MODULES, lambda _text: None)


def test_a_program_that_lacks_in_fabric_bin_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABRIC_BIN", str(release(tmp_path / "bin", "2.5.9", ("peer", "orderer", "configtxgen"))))

    with pytest.raises(ProgramsMissing, match="lacks configtxlator, ledgerutil"):
        find_programs(MODULES, lambda _text: None)


def test_without_go_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ProgramsMissing, match=r"install Go 1\.24 or newer .* or set FABRIC_BIN"):
        find_programs(MODULES, lambda _text: None)


def test_without_a_compiler_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = release(tmp_path / "bin", "2.5.9", FABRIC_PROGRAMS)
    (tmp_path / "go").mkdir()
    release(tmp_path / "go", "1.26", ("go",))
    monkeypatch.setenv("FABRIC_BIN", str(folder))
    monkeypatch.setenv("PATH", str(tmp_path / "go"))
    monkeypatch.delenv("CC", raising=False)

    with pytest.raises(ProgramsMissing, match="needs a C compiler: install one"):
        find_programs(MODULES, lambda _text: None)


def test_built_programs_are_taken_from_the_cache(tmp_path: Path) -> None:
    for module, names, version in (("fabric", FABRIC_PROGRAMS, "2.5.9"), ("fabric-ca", CA_PROGRAMS, "1.5.15")):
        folder = release(cache_folder(MODULES / module), version, names)
        (folder / "VERSION").write_text(f"{version}\n")
    said: list[str] = []

    found = find_programs(MODULES, said.append)

    assert (found.fabric_version, found.ca_version) == ("2.5.9", "1.5.15")
    assert found.fabric.parent == tmp_path / "cache" / "fairledger" / "programs"
    assert said == []


def test_the_cache_s_name_changes_with_what_go_sum_pins(tmp_path: Path) -> None:
    (tmp_path / "fabric").mkdir()
    (tmp_path / "fabric" / "go.mod").write_text("module x\n")
    (tmp_path / "fabric" / "go.sum").write_text("one\n")
    first = cache_folder(tmp_path / "fabric")
    (tmp_path / "fabric" / "go.sum").write_text("two\n")

    assert cache_folder(tmp_path / "fabric") != first


def test_a_module_without_go_sum_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "fabric").mkdir()

    with pytest.raises(ProgramsMissing, match=r"has no go\.sum; set FABRIC_BIN"):
        find_programs(tmp_path, lambda _text: None)


def test_a_failing_build_leaves_no_half_cache_and_tells_the_last_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go" / "go"
    go.parent.mkdir()
    go.write_text("#!/bin/sh\necho 'verifying module: checksum mismatch' >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")

    with pytest.raises(ProgramsMissing, match=r"go build failed in .*\nverifying module: checksum mismatch"):
        find_programs(MODULES, lambda _text: None)
    assert list((tmp_path / "cache" / "fairledger" / "programs").iterdir()) == []


def test_core_yaml_of_a_release_is_found_beside_its_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = release(tmp_path / "fabric" / "bin", "2.5.9", FABRIC_PROGRAMS)
    release(folder, "1.5.13", CA_PROGRAMS)
    config = tmp_path / "fabric" / "config"
    config.mkdir()
    (config / "core.yaml").touch()
    (config / "orderer.yaml").touch()
    monkeypatch.setenv("FABRIC_BIN", str(folder))

    assert find_programs(MODULES, lambda _text: None).sampleconfig == config


def test_a_program_that_does_not_answer_has_no_version(tmp_path: Path) -> None:
    assert program_version(tmp_path / "peer") == ""


def test_the_tools_of_the_modules_are_the_programs_that_are_needed() -> None:
    built = {
        line.strip().removeprefix("tool ").rpartition("/")[2]
        for module in ("fabric", "fabric-ca")
        for line in (MODULES / module / "go.mod").read_text().splitlines()
        if "/cmd/" in line
    }

    assert built == {*programs.FABRIC_PROGRAMS, *programs.CA_PROGRAMS}
