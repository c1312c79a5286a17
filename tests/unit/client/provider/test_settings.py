"""A provider's file: made, rotated, retired, and refused when others may read it."""

import stat
from pathlib import Path

import pytest

from fairledger.provider.errors import ProviderError
from fairledger.provider.settings import ProviderSettings, names_in, path_of, set_up

URL = "https://pay.example/webhook"


def refused(folder: Path, name: str = "bank") -> str:
    with pytest.raises(ProviderError) as caught:
        ProviderSettings.load(folder, name)
    assert "whsec_" not in str(caught.value)
    return caught.value.code


def test_a_secret_is_made_rotated_and_retired(tmp_path: Path) -> None:
    folder = tmp_path / "providers"
    (first,) = ProviderSettings.rotate(folder, "bank", url=URL).secrets
    second, kept = ProviderSettings.rotate(folder, "bank").secrets
    assert (kept, second == first) == (first, False)
    third, kept = ProviderSettings.rotate(folder, "bank").secrets
    assert kept == second
    assert ProviderSettings.load(folder, "bank") == ProviderSettings((third, second), URL)
    (only,) = ProviderSettings.rotate(folder, "bank", keep=1).secrets
    assert only not in (first, second, third)
    path = path_of(folder, "bank")
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    assert [each.name for each in folder.iterdir()] == ["bank.json"]
    assert names_in(folder) == ["bank"]
    assert "whsec_" not in repr(ProviderSettings.load(folder, "bank"))


def test_setting_up_keeps_the_secrets(tmp_path: Path) -> None:
    made = set_up(tmp_path, "bank", "http://127.0.0.1:8070/webhook")
    assert set_up(tmp_path, "bank", URL) == ProviderSettings(made.secrets, URL)


@pytest.mark.parametrize(
    "url", ["http://pay.example/", "ftp://127.0.0.1/", "https://", "x", "http://[::1", "http://localhost"]
)
def test_what_is_announced_is_read_by_the_provider_alone(tmp_path: Path, url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        ProviderSettings.rotate(tmp_path, "bank", url=url)
    assert (caught.value.code, names_in(tmp_path)) == ("PROVIDER_URL", [])


def test_a_file_that_can_not_be_trusted_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "PROVIDER_UNKNOWN"
    for name in ("../bank", "Bank", "", "a/b", "bank.json"):
        assert refused(tmp_path, name) == "PROVIDER_UNKNOWN"
    ProviderSettings.rotate(tmp_path, "bank")
    path = path_of(tmp_path, "bank")
    path.chmod(0o640)
    assert refused(tmp_path) == "PROVIDER_FILE"
    path.chmod(0o600)
    for text in ("", "[]", '{"secrets": []}', '{"secrets": ["whsec_AAAA"]}', '{"secrets": ["whsec_A"], "more": 1}'):
        path.write_text(text)
        assert refused(tmp_path) == "PROVIDER_FILE", text
