"""What would make endorsers disagree is found in the sources, and what would not is left alone."""

import importlib
import sys
from pathlib import Path

import pytest

from fairledger_chaincode import Contract, StartRefused
from fairledger_chaincode.determinism import check_deterministic, find_nondeterminism
from fairledger_contracts.trace.contract import Trace


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package ``suspect`` that can be imported."""
    folder = tmp_path / "suspect"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "suspect"]:
        monkeypatch.delitem(sys.modules, name)
    importlib.invalidate_caches()
    return folder


def found_in(package: Path, source: str) -> list[str]:
    (package / "contract.py").write_text(source)
    return [f"{finding.line} {finding.what}" for finding in find_nondeterminism(["suspect.contract"])]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time", "1 import time"),
        ("import random as dice", "1 import random"),
        ("from random import choice", "1 import random"),
        ("from os import urandom", "1 import os"),
        ("import os.path", "1 import os"),
        ("import secrets", "1 import secrets"),
        ("import urllib.request", "1 import urllib.request"),
        ("from urllib import request", "1 import urllib.request"),
        ("from concurrent.futures import ThreadPoolExecutor", "1 import concurrent"),
        ("import datetime\nx = datetime.datetime.now()", "2 datetime.datetime.now"),
        ("from datetime import datetime as d\nx = d.utcnow()", "2 datetime.datetime.utcnow"),
        ("from datetime import date\nx = date.today", "2 datetime.date.today"),
        ("import uuid\nx = uuid.uuid4()", "2 uuid.uuid4"),
        ("from uuid import uuid1\nx = uuid1()", "2 uuid.uuid1"),
        ("import importlib\nx = importlib.import_module('time')", "2 importlib.import_module"),
        ("x = __import__('time')", "1 __import__"),
        ("x = eval('1')", "1 eval"),
        ("x = hash('a')", "1 hash"),
        ("x = id(object())", "1 id"),
        ("for x in {1, 2}: pass", "1 iteration over a set"),
        ("x = [y for y in set('ab')]", "1 iteration over a set"),
        ("x = [y for y in frozenset('ab') | {1}]", "1 iteration over a set"),
        ("x = list({1, 2})", "1 iteration over a set"),
        ("x = ','.join({'a', 'b'})", "1 iteration over a set"),
        ("x = [*{1, 2}]", "1 iteration over a set"),
        ("x = {y for y in 'ab'}\nz = tuple({y for y in 'ab'})", "2 iteration over a set"),
        ("x = {'a', 'b'}.pop()", "1 set.pop"),
    ],
)
def test_what_differs_between_endorsers_is_found(package: Path, source: str, found: str) -> None:
    assert found_in(package, source) == [found]


@pytest.mark.parametrize(
    "source",
    [
        "import json, hashlib, decimal, uuid\nx = uuid.uuid5(uuid.NAMESPACE_URL, 'a')",
        "from datetime import datetime, UTC\nx = datetime.fromtimestamp(0, UTC)",
        "x = sorted({3, 1}) + [len({1}), max(set('ab'))]",
        "x = {y for y in {1, 2}}",
        "x = 1 in {1, 2}\ny = {'a': 1}\nfor z in y: pass",
        "class A:\n    id: int\n    def hash(self) -> int:\n        return self.id",
        "def f(id: str, time: int) -> str:\n    return id",
        "x = [].pop()",
    ],
)
def test_what_is_the_same_everywhere_is_left_alone(package: Path, source: str) -> None:
    assert found_in(package, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from suspect import helper",
        "from . import helper",
        "from .helper import x",
        "import suspect.helper",
        "from suspect.helper import x",
    ],
)
def test_what_the_contract_imports_from_its_own_package_is_looked_at_too(package: Path, source: str) -> None:
    (package / "helper.py").write_text("import time\nx = 1\n")
    assert found_in(package, source) == ["1 import time"]


def test_modules_that_import_each_other_are_looked_at_once(package: Path) -> None:
    (package / "helper.py").write_text("import suspect.contract\nimport random\n")
    assert found_in(package, "import suspect.helper\nimport time") == ["2 import time", "2 import random"]


def test_a_finding_tells_the_file_the_line_and_the_remedy(package: Path) -> None:
    (package / "contract.py").write_text("import time\n")
    (finding,) = find_nondeterminism(["suspect.contract"])
    assert str(finding) == f"{package / 'contract.py'}:1: import time: the clock: use ctx.time"


def test_a_module_without_source_is_refused() -> None:
    for module in ("sys", "_hashlib", "nowhere"):
        with pytest.raises(StartRefused, match=module):
            find_nondeterminism([module])


def test_contracts_that_would_disagree_do_not_start(package: Path) -> None:
    (package / "contract.py").write_text(
        "import time\nfrom fairledger_chaincode import Contract\nclass Bad(Contract):\n    name = 'bad'\n"
    )
    bad: Contract = importlib.import_module("suspect.contract").Bad()
    with pytest.raises(StartRefused, match="endorsers would not agree") as refusal:
        check_deterministic([bad])
    assert "contract.py:1: import time" in str(refusal.value)
    assert refusal.value.exit_status == 2


def test_the_consortiums_own_contracts_are_found_deterministic() -> None:
    check_deterministic([Trace()])
