"""pytest fixtures: where a name that a test asks for comes from, and what it holds."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.mocks.doubles import calls, functions
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.trees import TestModule
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Items,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Scope,
    Special,
    TestFile,
    Value,
)

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

MOCKERS = frozenset({"mocker", "class_mocker", "module_mocker", "package_mocker", "session_mocker"})


@dataclass(eq=False, slots=True)
class Fixture:
    """One definition. `is_plain`: declared with pytest's own decorator, not that of an async plugin."""

    name: str
    function: LocalFunction
    is_plain: bool
    autouse: bool

    @property
    def module(self) -> TestModule:
        return self.function.scope.module


class Fixtures:
    """All fixtures that files define, by file, and their values once asked for."""

    def __init__(self, machine: "Machine", plugin_modules: tuple[str, ...] = ()) -> None:
        self._machine = machine
        self._plugin_modules = plugin_modules
        self._of_scope: dict[int, dict[str, Fixture]] = {}
        self._values: dict[tuple[int, int], tuple[Value, dict[tuple[int, str], Value], list[str]]] = {}
        self._in_progress: set[int] = set()
        self._chains: dict[str, tuple[TestModule, ...]] = {}
        self._known_scopes: dict[tuple[TestModule, LocalClass | None], list[tuple[Scope, LocalClass | None]]] = {}
        self.opaque: dict[str, bool] = {}
        """Modules whose `pytest_plugins` name something that cannot be read."""

    def of_scope(self, scope: Scope, owner: LocalClass | None) -> dict[str, Fixture]:
        found = self._of_scope.get(id(scope))
        if found is None:
            found = {}
            for name, value in list(scope.names.items()):
                if (
                    isinstance(value, Special)
                    and value.name == "fixture.made"
                    and isinstance(value.receiver, LocalFunction)
                ):
                    found[name] = Fixture(name, value.receiver, is_plain=False, autouse=False)
                if (
                    isinstance(value, LocalFunction)
                    and not isinstance(value.node, ast.Lambda)
                    and value.node.decorator_list
                ):
                    made = self._read(name, value, owner)
                    if made is not None:
                        found[made.name] = made
            self._of_scope[id(scope)] = found
        return found

    def _read(self, name: str, function: LocalFunction, owner: LocalClass | None) -> Fixture | None:
        assert not isinstance(function.node, ast.Lambda)
        scope = function.owner.scope if function.owner is not None else function.scope
        for node in function.node.decorator_list:
            head = node.func if isinstance(node, ast.Call) else node
            text = _dotted(head)
            if not text.endswith("fixture") and "fixture" not in text:
                continue
            value = self._machine.evaluate(head, scope)
            dotted = value.name if isinstance(value, Special) else text
            if not dotted.rpartition(".")[2].endswith(("fixture", "yield_fixture")):
                continue
            keywords = (
                {each.arg: each.value for each in node.keywords if each.arg} if isinstance(node, ast.Call) else {}
            )
            given = self._machine.evaluate(keywords["name"], scope) if "name" in keywords else Const(None)
            known = given.value if isinstance(given, Const) and isinstance(given.value, str) else name
            autouse = isinstance(keywords.get("autouse"), ast.Constant) and bool(
                getattr(keywords["autouse"], "value", False)
            )
            bound = (
                function if owner is None else LocalFunction(function.node, function.scope, owner, LocalInstance(owner))
            )
            return Fixture(known, bound, dotted == "pytest.fixture", autouse)
        return None

    def chain(self, module: TestModule) -> tuple[TestModule, ...]:
        """The modules whose fixtures a module sees, nearest first: itself, its plugins, and the conftests above it."""
        found = self._chains.get(module.path)
        if found is None:
            machine = self._machine
            modules: list[TestModule] = [module]
            for path in machine.tree.conftests(module.path):
                loaded = machine.tree.load(path)
                if loaded is not None and loaded is not module:
                    modules.append(loaded)
            for each in list(modules):
                modules.extend(self._plugins_of(each))
            for path in self._plugin_modules:
                loaded = machine.tree.load(path)
                if loaded is not None:
                    modules.append(loaded)
            found = self._chains[module.path] = tuple(dict.fromkeys(modules))
        return found

    def _plugins_of(self, module: TestModule) -> list[TestModule]:
        machine = self._machine
        value = machine.names_of(module).names.get("pytest_plugins")
        if value is None:
            return []
        names = [each for each in value.items if isinstance(each, Const)] if isinstance(value, Items) else [value]
        found: list[TestModule] = []
        for name in names:
            dotted = name.value if isinstance(name, Const) else None
            plugin = machine.import_module(dotted, module.scope) if isinstance(dotted, str) else UNKNOWN
            if isinstance(plugin, TestFile):
                found.append(plugin.module)
                found.extend(each for each in self._plugins_of(plugin.module) if each not in found)
            elif not isinstance(dotted, str) or dotted.partition(".")[0] not in (
                "pytester",
                "pytest_asyncio",
                "pytest_mock",
            ):
                self.opaque[module.path] = True
        return found

    def find(
        self, name: str, module: TestModule, cls: LocalClass | None, beyond: Fixture | None = None
    ) -> Fixture | None:
        """The nearest definition; `beyond` looks for the one that a fixture of the same name overrides."""
        passed = beyond is None
        for scope, owner in self._scopes(module, cls):
            found = self.of_scope(scope, owner).get(name)
            if found is None:
                continue
            if passed:
                return found
            passed = beyond is not None and found.function.node is beyond.function.node
        return None

    def _scopes(self, module: TestModule, cls: LocalClass | None) -> list[tuple[Scope, LocalClass | None]]:
        known = self._known_scopes.get((module, cls))
        if known is not None:
            return known
        found: list[tuple[Scope, LocalClass | None]] = []
        for each in cls.lineage() if cls is not None else ():
            if isinstance(each, LocalClass):
                found.append((each.scope, each))
        found += [(self._machine.names_of(each), None) for each in self.chain(module)]
        self._known_scopes[module, cls] = found
        return found

    def value(self, fixture: Fixture) -> Value:
        """What a fixture holds, read once; patches that it begins are in force afterwards."""
        node = fixture.function.node
        key = (id(node), id(fixture.function.owner))
        if key not in self._values:
            if id(node) in self._in_progress:
                return UNKNOWN
            self._in_progress.add(id(node))
            try:
                self._values[key] = self._run(fixture)
            finally:
                self._in_progress.discard(id(node))
        value, active, dotted = self._values[key]
        self._machine.active.update(active)
        self._machine.dotted.extend(each for each in dotted if each not in self._machine.dotted)
        return value

    def _run(self, fixture: Fixture) -> tuple[Value, dict[tuple[int, str], Value], list[str]]:
        machine = self._machine
        dormant, machine.dormant = machine.dormant, False
        before, dotted = dict(machine.active), list(machine.dotted)
        try:
            value = self._evaluate(fixture)
        finally:
            machine.dormant = dormant
        begun = {key: each for key, each in machine.active.items() if before.get(key) is not each}
        return value, begun, [each for each in machine.dotted if each not in dotted]

    def _evaluate(self, fixture: Fixture) -> Value:
        machine, function = self._machine, fixture.function
        node = function.node
        assert not isinstance(node, ast.Lambda)
        arguments = Arguments()
        for each in functions.parameters(node)[function.receiver is not None :]:
            arguments.keywords[each] = self.asked(each, fixture.module, function.owner, beyond=fixture)
        sight = machine.sight(node, function.scope)
        value = functions.inline(machine, function, arguments, sight)
        if isinstance(value, Double):
            value.names.add(fixture.name)
            calls.note_return(machine, function, value, function.scope)
        return value

    def asked(self, name: str, module: TestModule, cls: LocalClass | None, beyond: Fixture | None = None) -> Value:
        """The value of a fixture by name, as a test of a module and class sees it."""
        found = self.find(name, module, cls, beyond if beyond is not None and beyond.name == name else None)
        if found is not None:
            return self.value(found)
        if name in MOCKERS:
            return Special("mocker")
        return Special("monkeypatch") if name == "monkeypatch" else UNKNOWN

    def begin_autouse(self, module: TestModule, cls: LocalClass | None) -> None:
        for scope, owner in reversed(self._scopes(module, cls)):
            for fixture in self.of_scope(scope, owner).values():
                if fixture.autouse:
                    self.value(fixture)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
