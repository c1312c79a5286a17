"""A service's read model is in its folder, or where a file there says; a password in that file is its owner's alone."""

from pathlib import Path

import pytest

from fairledger.api.settings import Settings
from fairledger.cli.state import State
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.location import readmodel_url

URL = "postgresql+psycopg://service@db.example/platforma"


def written(folder: Path, text: str, mode: int) -> Path:
    file = folder / "readmodel.url"
    file.write_text(text)
    file.chmod(mode)
    return folder


def test_without_the_file_it_is_in_the_folder(tmp_path: Path) -> None:
    assert readmodel_url(tmp_path) == f"sqlite:///{tmp_path}/readmodel.sqlite"


def test_the_file_says_where(tmp_path: Path) -> None:
    assert readmodel_url(written(tmp_path, f"{URL}\n", 0o644)) == URL


def test_service_and_commands_look_in_the_same_place(tmp_path: Path) -> None:
    folder = tmp_path / "api" / "PlatformA"
    folder.mkdir(parents=True)
    (tmp_path / "wallets" / "PlatformA").mkdir(parents=True)
    written(folder, URL, 0o600)
    settings = Settings("PlatformA", tmp_path, tmp_path, folder, "127.0.0.1", 8080)
    assert settings.readmodel_url == State(tmp_path).readmodel_url("PlatformA") == URL
    assert settings.jobs_url == f"sqlite:///{folder}/jobs.sqlite"


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://service:secret@db.example/x", "postgresql+psycopg://db.example/x?password=secret"]
)
def test_a_password_that_others_can_read_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    assert readmodel_url(written(tmp_path, url, 0o600)) == url
    with pytest.raises(StoreError) as refusal:
        readmodel_url(written(tmp_path, url, 0o640))
    assert (refusal.value.code, refusal.value.remedy) == ("READMODEL_URL", f"chmod 600 {tmp_path}/readmodel.url")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "mysql://db.example/x", "postgresql://db.example/x", "postgresql+psycopg://[x"])
def test_another_url_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(StoreError) as refusal:
        readmodel_url(written(tmp_path, text, 0o600))
    assert refusal.value.code == "READMODEL_URL"


def test_a_file_that_cannot_be_read_is_not_taken_for_missing(tmp_path: Path) -> None:
    (tmp_path / "readmodel.url").mkdir()
    with pytest.raises(StoreError) as refusal:
        readmodel_url(tmp_path)
    assert refusal.value.code == "READMODEL_URL"
