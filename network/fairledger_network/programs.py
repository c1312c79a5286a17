"""The Fabric programs: found on PATH or in ``FABRIC_BIN``, or built once from the pinned Go modules into a cache."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fairledger_network.errors import ProgramsMissing

FABRIC_PROGRAMS = ("peer", "orderer", "configtxgen", "configtxlator", "ledgerutil")
CA_PROGRAMS = ("fabric-ca-server",)
ACCEPTED_FABRIC = re.compile(r"^v?(2\.5|3\.\d+)\.\d+")
ACCEPTED_CA = re.compile(r"^v?1\.5\.\d+")
BUILD_DEADLINE_S = 900  # a cold build takes two minutes on two cores; a slow network may take longer
VERSION_DEADLINE_S = 20
FABRIC_MODULE = "github.com/hyperledger/fabric"
PINNED_VERSION = "2.5.9"  # the tag that the pinned pseudo-version is
PINNED_COMMIT = "7c3876255bf0"
FABRIC_LINK_FLAGS = (
    f"-s -w -X {FABRIC_MODULE}/common/metadata.Version={PINNED_VERSION}"
    f" -X {FABRIC_MODULE}/common/metadata.CommitSHA={PINNED_COMMIT}"
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Programs:
    """Folders with the programs, and the version that each family answered."""

    fabric: Path
    ca: Path
    fabric_version: str
    ca_version: str
    modules: Path

    def path(self, program: str) -> str:
        """Absolute path of one program."""
        return str((self.ca if program in CA_PROGRAMS else self.fabric) / program)

    @cached_property
    def sampleconfig(self) -> Path:
        """The folder with Fabric's default core.yaml and orderer.yaml.

        Raises:
            ProgramsMissing: neither beside the programs nor in the Go module.
        """
        for beside in (self.fabric / "sampleconfig", self.fabric.parent / "config"):
            if (beside / "core.yaml").is_file() and (beside / "orderer.yaml").is_file():
                return beside
        return _module_sampleconfig(self.modules)


def find_programs(modules: Path, say: Say) -> Programs:
    """Accept what ``FABRIC_BIN`` or PATH offers in a fitting version; otherwise build the pinned ones, once.

    ``modules`` holds the two Go modules; ``say`` is told what is going on.

    Raises:
        ProgramsMissing: ``FABRIC_BIN`` does not fit, or Go or a C compiler is missing, or a build fails.
    """
    fabric, fabric_version = _offered(FABRIC_PROGRAMS, "peer", ACCEPTED_FABRIC, say) or _built(
        modules / "fabric", FABRIC_PROGRAMS, FABRIC_LINK_FLAGS, say
    )
    ca, ca_version = _offered(CA_PROGRAMS, "fabric-ca-server", ACCEPTED_CA, say) or _built(
        modules / "fabric-ca", CA_PROGRAMS, "-s -w", say
    )
    return Programs(fabric=fabric, ca=ca, fabric_version=fabric_version, ca_version=ca_version, modules=modules)


def program_version(program: Path) -> str:
    """What ``<program> version`` calls its version; empty when it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program of ours or of FABRIC_BIN
            [program, "version"], capture_output=True, text=True, timeout=VERSION_DEADLINE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"^\s*Version:\s*(\S+)", answer.stdout, re.MULTILINE)
    return found[1] if found else ""


def _offered(names: tuple[str, ...], asked: str, accepted: re.Pattern[str], say: Say) -> tuple[Path, str] | None:
    """Programs that the user brought: all of them, in one folder, in an accepted version."""
    demanded = os.environ.get("FABRIC_BIN")
    on_path = shutil.which(asked)
    for folder, must_fit in (
        (Path(demanded) if demanded else None, True),
        (Path(on_path).parent if on_path else None, False),
    ):
        if folder is None:
            continue
        missing = [name for name in names if not os.access(folder / name, os.X_OK)]
        version = "" if missing else program_version(folder / asked)
        if not missing and accepted.match(version):
            say(f"{asked} {version} from {folder}")
            return folder.resolve(), version
        if must_fit and asked == "peer":
            why = f"lacks {', '.join(missing)}" if missing else f"has {asked} {version or 'without a version'}"
            raise ProgramsMissing(f"FABRIC_BIN={folder} {why}; 2.5.x or 3.x is needed: correct it, or unset FABRIC_BIN")
    return None


def cache_folder(module: Path) -> Path:
    """Where the programs of a Go module are kept: the name changes with its go.mod and go.sum."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((module / name).read_bytes())
    digest.update(FABRIC_LINK_FLAGS.encode())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fairledger" / "programs" / f"{module.name}-{digest.hexdigest()[:16]}"


def _built(module: Path, names: tuple[str, ...], link_flags: str, say: Say) -> tuple[Path, str]:
    """The programs of a pinned module from the cache, built if they are not there."""
    if not (module / "go.sum").is_file():
        raise ProgramsMissing(f"{module} has no go.sum; set FABRIC_BIN to a folder with {', '.join(names)}")
    folder = cache_folder(module)
    if not all(os.access(folder / name, os.X_OK) for name in names):
        _build(module, folder, names, link_flags, say)
    return folder, (folder / "VERSION").read_text(encoding="utf-8").strip()


def _build(module: Path, folder: Path, names: tuple[str, ...], link_flags: str, say: Say) -> None:
    _need_tools(module)
    say(f"building {', '.join(names)} (once; about a minute)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        target = Path(temporary) / "built"
        target.mkdir()
        _go(["build", "-trimpath", f"-ldflags={link_flags}", "-o", f"{target}/", "tool"], module)
        missing = [name for name in names if not (target / name).is_file()]
        if missing:
            raise ProgramsMissing(f"go built no {', '.join(missing)}: the tool lines of {module}/go.mod are wrong")
        if "peer" in names:
            shutil.copytree(_module_sampleconfig(module.parent), target / "sampleconfig")
            for copied in (target / "sampleconfig").rglob("*"):
                copied.chmod(0o755 if copied.is_dir() else 0o644)
            (target / "sampleconfig").chmod(0o755)
        (target / "VERSION").write_text(program_version(target / names[0]), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)  # incomplete: a complete one would have been used
        try:
            target.rename(folder)
        except OSError as error:
            if not all((folder / name).is_file() for name in names):  # nobody else finished it meanwhile
                raise ProgramsMissing(f"{folder} can't be written: {error.strerror}") from error


def _need_tools(module: Path) -> None:
    if shutil.which("go") is None:
        raise ProgramsMissing(
            "go is not installed and no Fabric programs are on PATH; install Go 1.24 or newer"
            " (https://go.dev/dl), or set FABRIC_BIN to a folder with Fabric 2.5's programs"
        )
    if module.name == "fabric-ca" and not any(shutil.which(c) for c in (os.environ.get("CC") or "gcc", "clang", "cc")):
        raise ProgramsMissing(
            "fabric-ca-server needs a C compiler: install one (Debian: apt-get install gcc libc6-dev;"
            " macOS: xcode-select --install), or set FABRIC_BIN to a folder that has fabric-ca-server"
        )


def _module_sampleconfig(modules: Path) -> Path:
    if shutil.which("go") is None:
        raise ProgramsMissing(
            "no core.yaml beside the programs (../config); FABRIC_BIN should come from a full release"
        )
    folder = _go(["list", "-m", "-f", "{{.Dir}}", FABRIC_MODULE], modules / "fabric").strip()
    if not folder:
        _go(["mod", "download", FABRIC_MODULE], modules / "fabric")
        folder = _go(["list", "-m", "-f", "{{.Dir}}", FABRIC_MODULE], modules / "fabric").strip()
    return Path(folder) / "sampleconfig"


def _go(arguments: list[str], module: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - constant arguments
            ["go", *arguments],  # noqa: S607 - the user's Go
            cwd=module,
            capture_output=True,
            text=True,
            timeout=BUILD_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramsMissing(f"go {arguments[0]} took more than {BUILD_DEADLINE_S} s in {module}") from error
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise ProgramsMissing(f"go {arguments[0]} failed in {module}:\n{last}")
    return done.stdout
