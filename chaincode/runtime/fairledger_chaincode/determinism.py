"""A look at the sources of contracts for what would make endorsers disagree.

It finds what is written by mistake: the clock, randomness, the environment, the order of a set. It can't find what is
hidden on purpose; that shows when the endorsements of two organisations differ.
"""

import ast
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairledger_chaincode.contract import Contract
from fairledger_chaincode.errors import StartRefused

RUNTIME = __name__.partition(".")[0]

MODULES = {
    "time": "the clock: use ctx.time",
    "random": "randomness: derive it from ctx.tx_id",
    "secrets": "randomness: derive it from ctx.tx_id",
    "os": "the environment of one endorser",
    "platform": "the environment of one endorser",
    "locale": "the environment of one endorser",
    "tempfile": "the file system of one endorser",
    "socket": "the network",
    "http": "the network",
    "urllib.request": "the network",
    "requests": "the network",
    "httpx": "the network",
    "subprocess": "another process",
    "multiprocessing": "another process",
    "threading": "threads, whose order differs",
    "concurrent": "threads, whose order differs",
    "ctypes": "memory addresses",
}
NAMES = {
    "datetime.datetime.now": "the clock: use ctx.time",
    "datetime.datetime.utcnow": "the clock: use ctx.time",
    "datetime.datetime.today": "the clock: use ctx.time",
    "datetime.date.today": "the clock: use ctx.time",
    "uuid.uuid1": "the clock: derive ids from ctx.tx_id",
    "uuid.uuid4": "randomness: derive ids from ctx.tx_id",
    "uuid.getnode": "the environment of one endorser",
    "importlib.import_module": "code that can't be looked at",
}
BUILTINS = {  # when called: fields and arguments may have these names
    "__import__": "code that can't be looked at",
    "eval": "code that can't be looked at",
    "exec": "code that can't be looked at",
    "hash": "a number that differs from process to process",
    "id": "a memory address",
}
SET_MAKERS = frozenset({"set", "frozenset"})
ORDER_TAKERS = frozenset({"list", "tuple", "enumerate", "iter", "zip", "map", "filter", "join", "next", "dict"})
SET_ORDER = "the order of a set: sort it first"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a source where endorsers would part."""

    file: str
    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.why}"


def check_deterministic(contracts: Sequence[Contract]) -> None:
    """Raise ``StartRefused``, which names the places, when ``find_nondeterminism`` finds any."""
    findings = find_nondeterminism(sorted({type(contract).__module__ for contract in contracts}))
    if findings:
        places = "\n".join(f"  {finding}" for finding in findings)
        raise StartRefused(f"endorsers would not agree on what these contracts do:\n{places}")


def find_nondeterminism(modules: Sequence[str]) -> list[Finding]:
    """What is found in ``modules`` and in all that they import from their own top-level packages, in that order.

    Raises ``StartRefused`` for a module that has no source.
    """
    seen: set[str] = set()
    waiting = list(reversed(modules))
    findings: list[Finding] = []
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        tree, path = _parse(module)
        visitor = _Visitor(module, path)
        visitor.visit(tree)
        findings += visitor.findings
        own = module.partition(".")[0]
        waiting += sorted(name for name in visitor.imported if name.partition(".")[0] == own and own != RUNTIME)
    return findings


def _parse(module: str) -> tuple[ast.Module, Path]:
    file = _file(module)
    if file is None or not file.endswith(".py"):
        raise StartRefused(f"{module} has no source that can be looked at")
    path = Path(file)
    return ast.parse(path.read_bytes(), str(path)), path


def _file(module: str) -> str | None:
    if module in sys.modules:  # a program's main module can't be found by its name
        return getattr(sys.modules[module], "__file__", None)
    spec = importlib.util.find_spec(module)
    return None if spec is None else spec.origin


class _Visitor(ast.NodeVisitor):
    def __init__(self, module: str, path: Path) -> None:
        self.findings: list[Finding] = []
        self.imported: set[str] = set()
        self._package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        self._path = path
        self._aliases: dict[str, str] = {}

    def _find(self, node: ast.expr | ast.stmt, what: str, why: str) -> None:
        self.findings.append(Finding(str(self._path), node.lineno, what, why))

    def _import(self, node: ast.stmt, name: str) -> None:
        for module, why in MODULES.items():
            if name == module or name.startswith(f"{module}."):
                self._find(node, f"import {module}", why)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(node, alias.name)
            self.imported |= set(_modules_of(alias.name))
            bound = alias.asname or alias.name.partition(".")[0]
            self._aliases[bound] = alias.name if alias.asname else bound

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        source = "." * node.level + (node.module or "")
        module = importlib.util.resolve_name(source, self._package) if node.level else source
        self.imported |= set(_modules_of(module))
        for alias in node.names:
            name = f"{module}.{alias.name}"
            self._import(node, name)
            self._aliases[alias.asname or alias.name] = name
            if _is_module(name):
                self.imported.add(name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._check_name(node)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._check_name(node)

    def _check_name(self, node: ast.Attribute | ast.Name) -> None:
        name = self._dotted(node)
        if name in NAMES:
            self._find(node, name, NAMES[name])

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self._dotted(node.value)}.{node.attr}"
        return ""

    def visit_For(self, node: ast.For) -> None:
        self._check_order(node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._check_order(node.iter)
        self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> None:
        self._check_order(node.value)
        self.generic_visit(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        for generator in node.generators:  # a set made of a set: no order is taken
            for part in (generator.target, generator.iter, *generator.ifs):
                self.visit(part)
        self.visit(node.elt)

    def visit_Call(self, node: ast.Call) -> None:
        name = self._dotted(node.func)
        if name in BUILTINS:
            self._find(node, name, BUILTINS[name])
        if name.rpartition(".")[2] in ORDER_TAKERS:
            for argument in node.args:
                self._check_order(argument)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and _is_set(node.func.value):
            self._find(node, "set.pop", SET_ORDER)
        self.generic_visit(node)

    def _check_order(self, iterated: ast.expr) -> None:
        if _is_set(iterated):
            self._find(iterated, "iteration over a set", SET_ORDER)


def _is_set(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_set(node.left) or _is_set(node.right)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SET_MAKERS
    return called or isinstance(node, ast.Set | ast.SetComp)


def _modules_of(name: str) -> Iterator[str]:
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        yield ".".join(parts[:count])


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ModuleNotFoundError, ValueError):
        return False
