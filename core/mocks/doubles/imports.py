"""What an import of a test reaches: another test file, production, or a library known by name only."""

import ast
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from core.mocks.doubles import telling
from core.mocks.doubles.record import MissingImport
from core.mocks.doubles.values import UNKNOWN, Const, Instance, Real, Scope, Special, TestFile, Value
from core.mocks.symbols import (
    ClassSymbol,
    ModuleSymbol,
    No,
    Symbol,
    Unknown,
    VariableSymbol,
    Yes,
)

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

MOCK_MODULES = ("asynctest.mock", "asynctest", "mock.mock", "mock", "unittest.mock")
_EXPORTED = (
    "Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock",
    "patch", "create_autospec", "mock_open", "seal", "call", "sentinel", "ANY", "DEFAULT",
)  # fmt: skip
"""What `from unittest.mock import *` brings."""
_STANDARD = frozenset(sys.stdlib_module_names) - {"test"}
_ACTED_ON = frozenset(
    {"unittest", "mock", "asynctest", "pytest", "pytest_asyncio", "pytest_mock", "typing", "contextlib"}
)


def canonical(dotted: str) -> str:
    """One name for what `mock`, `asynctest` and `unittest.mock` share."""
    for each in MOCK_MODULES:
        if dotted == each:
            return "unittest.mock"
        if dotted.startswith(f"{each}."):
            rest = dotted[len(each) + 1 :]
            if each == "asynctest" and rest in ("TestCase", "IsolatedAsyncioTestCase"):
                return dotted
            return f"unittest.mock.{rest}"
    return dotted


def lift(machine: "Machine", symbol: Symbol) -> Value:
    """The value of a symbol of production."""
    if isinstance(symbol, VariableSymbol):
        if isinstance(symbol.value, ast.Constant):
            return Const(symbol.value.value)
        cls = telling.value_class(machine.lookup, symbol)
        return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN
    if isinstance(symbol, ModuleSymbol):
        if symbol.name.partition(".")[0] in _ACTED_ON and not symbol.is_own:
            return Special(canonical(symbol.name))
        return Real(symbol)
    if symbol.module.name.partition(".")[0] in _ACTED_ON and not symbol.module.is_own:
        return Special(canonical(f"{symbol.module.name}.{symbol.name}"))
    return Real(symbol)


def module(machine: "Machine", dotted: str, scope: Scope) -> Value:
    """The module of an absolute dotted name."""
    top = dotted.partition(".")[0]
    if top in _ACTED_ON:
        return Special(canonical(dotted))
    path = machine.tree.find(dotted, scope.module.path)
    if path is not None:
        found = machine.tree.load(path)
        return TestFile(found) if found is not None else UNKNOWN
    if top in _STANDARD:
        return Special(dotted)
    answer = machine.lookup.module(dotted, asked_from=scope.module.path)
    if isinstance(answer, Yes) and isinstance(answer.symbol, ModuleSymbol):
        return Real(answer.symbol) if answer.symbol.is_own else Special(dotted)
    return Special(dotted)


def symbol_of(machine: "Machine", value: Value) -> Symbol | None:
    """The symbol behind a value that names something real; libraries are looked up only now."""
    if isinstance(value, Real):
        return value.symbol
    if isinstance(value, Special) and value.receiver is None:
        answer = machine.lookup.target(value.name)
        return answer.symbol if isinstance(answer, Yes) else None
    return None


def run_import(machine: "Machine", node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        if alias.asname is not None:
            scope.names[alias.asname] = module(machine, alias.name, scope)
            continue
        top = alias.name.partition(".")[0]
        scope.names[top] = module(machine, top, scope)
        if "." in alias.name:
            _judge_module(machine, alias.name, node, scope)


def _judge_module(machine: "Machine", dotted: str, node: ast.stmt, scope: Scope) -> None:
    if machine.tolerant or not _is_own_top(machine, dotted, scope) or machine.tree.find(dotted, scope.module.path):
        return
    if machine.tree.find(dotted.rpartition(".")[0], scope.module.path):
        return  # beside the tests, where settings that nobody checks in often lie
    answer = machine.lookup.module(dotted, asked_from=scope.module.path)
    if isinstance(answer, No) and not is_put_there(machine, dotted, scope):
        machine.record.imports.append(MissingImport(machine.sight(node, scope), dotted, None, answer.near, None))


def is_put_there(machine: "Machine", dotted: str, scope: Scope) -> bool:
    """Whether the test, or a conftest above it, puts a module of this name into `sys.modules`."""
    quoted = (f'"{dotted}"'.encode(), f"'{dotted}'".encode())
    texts = (machine.tree.text(path) for path in (scope.module.path, *machine.tree.conftests(scope.module.path)))
    return any(b"sys.modules" in text and any(each in text for each in quoted) for text in texts)


def _is_own_top(machine: "Machine", dotted: str, scope: Scope) -> bool:
    top = dotted.partition(".")[0]
    if top in _STANDARD or top in _ACTED_ON:
        return False
    answer = machine.lookup.module(top, asked_from=scope.module.path)
    return isinstance(answer, Yes) and isinstance(answer.symbol, ModuleSymbol) and answer.symbol.is_own


def run_from(machine: "Machine", node: ast.ImportFrom, scope: Scope) -> None:
    source = _source(machine, node, scope)
    for alias in node.names:
        if alias.name == "*":
            _star(machine, source, scope)
            continue
        scope.names[alias.asname or alias.name] = _member(machine, source, alias.name, node, scope)


def _source(machine: "Machine", node: ast.ImportFrom, scope: Scope) -> Value:
    dotted = node.module or ""
    if not node.level:
        found = module(machine, dotted, scope)
        if isinstance(found, Special):
            _judge_module(machine, dotted, node, scope)
        return found
    path = machine.tree.relative(scope.module.path, node.level, dotted)
    if path is not None:
        loaded = machine.tree.load(path)
        return TestFile(loaded) if loaded is not None else UNKNOWN
    return _relative_module(machine, node.level, dotted, scope)


def _relative_module(machine: "Machine", level: int, dotted: str, scope: Scope) -> Value:
    """Production beside the tests."""
    folder = PurePosixPath(scope.module.path).parent
    for _ in range(level - 1):
        folder = folder.parent
    base = str(folder / dotted.replace(".", "/"))
    for path in (f"{base}.py", f"{base}/__init__.py"):
        found = machine.lookup.module_at(path)
        if found is not None:
            return Real(found)
    return UNKNOWN


def _star(machine: "Machine", source: Value, scope: Scope) -> None:
    if isinstance(source, TestFile):
        names = machine.names_of(source.module)
        scope.names.update({name: value for name, value in names.names.items() if not name.startswith("_")})
        scope.module.imports_star |= source.module.imports_star
    elif isinstance(source, Real) and isinstance(source.symbol, ModuleSymbol):
        for name in machine.lookup.names_of(source.symbol):
            if not name.startswith("_"):
                answer = machine.lookup.name_in(source.symbol, name)
                scope.names[name] = lift(machine, answer.symbol) if isinstance(answer, Yes) else UNKNOWN
        scope.module.imports_star |= bool(source.symbol.star_imports)
    elif isinstance(source, Special) and source.name == "unittest.mock":
        scope.names.update({name: Special(f"unittest.mock.{name}") for name in _EXPORTED})
    else:
        scope.module.imports_star = True


def _member(machine: "Machine", source: Value, name: str, node: ast.ImportFrom, scope: Scope) -> Value:
    if isinstance(source, TestFile):
        return _of_test_file(machine, source, name)
    if isinstance(source, Special):
        dotted = f"{source.name}.{name}"
        if source.name.partition(".")[0] not in _STANDARD | _ACTED_ON:
            found = machine.tree.find(dotted, scope.module.path)
            loaded = machine.tree.load(found) if found else None
            if loaded is not None:
                return TestFile(loaded)
        return Special(canonical(dotted))
    if not isinstance(source, Real) or not isinstance(source.symbol, ModuleSymbol):
        return UNKNOWN
    path = machine.tree.find(f"{source.symbol.name}.{name}", scope.module.path)
    loaded = machine.tree.load(path) if path else None
    if loaded is not None:
        return TestFile(loaded)
    answer = machine.lookup.name_in(source.symbol, name)
    if isinstance(answer, Yes):
        hidden = bool(source.symbol.unknown) and isinstance(answer.symbol, ModuleSymbol)
        return UNKNOWN if hidden else lift(machine, answer.symbol)
    if isinstance(answer, Unknown) or machine.tolerant or node.lineno in scope.module.ignored_lines:
        return UNKNOWN
    if is_put_there(machine, f"{source.symbol.name}.{name}", scope):
        return UNKNOWN
    sight = machine.sight(node, scope)
    machine.record.imports.append(MissingImport(sight, source.symbol.name, name, answer.near, source.symbol))
    return UNKNOWN


def _of_test_file(machine: "Machine", source: TestFile, name: str) -> Value:
    found = machine.names_of(source.module).names.get(name)
    if found is not None:
        return found
    folder = source.module.folder
    for path in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py"):
        loaded = machine.tree.load(path.removeprefix("./"))
        if loaded is not None:
            return TestFile(loaded)
    return UNKNOWN
