"""The process: it serves, or ends with a status and a reason."""

import json
import logging
import runpy
import sys
from pathlib import Path

import pytest


def test_when_it_cannot_start_the_log_says_why_and_the_status_is_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"organization": "PlatformA", "profile": tmp_path / "none.json", "wallet": tmp_path, "data": tmp_path}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    monkeypatch.setattr(sys, "argv", ["api", *arguments, "--port", "0"])
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        with pytest.raises(SystemExit) as end:
            runpy.run_module("fairledger.api", run_name="__main__")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (reason,) = [line for line in lines if line["level"] == "critical"]
    assert end.value.code == 3
    assert (reason["message"], reason["code"]) == ("the service can't start", "PROFILE_MISSING")
    assert str(tmp_path / "none.json") in reason["reason"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "everywhere"])
def test_it_listens_to_this_machine_only(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path)
    options = ["--organization", "PlatformA", "--profile", folder, "--wallet", folder, "--data", folder, "--port", "0"]
    monkeypatch.setattr(sys, "argv", ["api", *options, "--host", host])

    with pytest.raises(SystemExit) as end:
        runpy.run_module("fairledger.api", run_name="__main__")

    assert end.value.code == 2
    assert host in capsys.readouterr().err
