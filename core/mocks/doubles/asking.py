"""Fixtures that tests ask for, and async fixtures and tests that nobody runs."""

import ast
import functools
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from core.mocks.doubles import functions
from core.mocks.doubles.fixtures import Fixture, Fixtures
from core.mocks.doubles.record import AsyncSlip, FixtureRequest
from core.mocks.doubles.running import decorators, is_skip, is_unit_test
from core.mocks.doubles.trees import TestModule
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Items,
    LocalClass,
    LocalFunction,
    Patcher,
    Scope,
    Special,
    Value,
)
from core.mocks.questions import Questions
from core.mocks.runners import BUILTIN, Runner

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_COLLECTED = re.compile(r"test_.*\.py|.*_test\.py")
_FIXTURE_HOOKS = (b"pytest_fixture_setup", b"pytest_fixture_post_finalizer")
_RUN_HOOKS = (b"pytest_pyfunc_call", b"pytest_pycollect_makeitem", b"pytest_runtest_call")
_MARKING = re.compile(
    rb"pytest_(?:collection_modifyitems|itemcollected)[^\0]*?add_marker\([^)]*(?:asyncio|anyio|mark\))"
)
_WRITTEN = re.compile(
    rb"(?:globals|locals|vars)\(\)\s*(?:\[|\.update)|setattr\(\s*(?:sys\.modules|module)|factoryboy|pytest_bdd"
)
_OTHER_LOOPS = frozenset({"pytest-aiohttp", "pytest-trio", "pytest-tornasync", "pytest-tornado", "pytest-twisted",
                          "pytest-sanic", "pytest-jupyter", "pytest-asyncio-cooperative"})  # fmt: skip


class Asking:
    """Judges the requests of one file after another."""

    def __init__(self, machine: "Machine", fixtures: Fixtures, runner: Runner, questions: Questions) -> None:
        self._machine, self._fixtures, self._runner, self._questions = machine, fixtures, runner, questions

        self._marks: dict[str, list[ast.expr]] = {}

    def judge(self, module: TestModule) -> None:
        self._machine.steps = 0
        name = PurePosixPath(module.path).name
        is_conftest = module.is_conftest
        scope = self._machine.names_of(module)
        self._unit_tests(scope, module)
        if not is_conftest and not _COLLECTED.fullmatch(name):
            return
        reason = self._doubt(module)
        for function, cls in self._tests(scope, module):
            self._judge_function(function, cls, module, reason)
        for fixture in self._all_fixtures(scope, module):
            self._judge_fixture(fixture, module, reason)

    def _tests(self, scope: Scope, module: TestModule) -> Iterator[tuple[LocalFunction, LocalClass | None]]:
        for value in scope.names.values():
            if isinstance(value, LocalFunction) and value.name.startswith("test") and value.scope.module is module:
                yield value, None
            elif isinstance(value, LocalClass) and value.scope.module is module and self._is_collected(value):
                for each in value.scope.names.values():
                    if isinstance(each, LocalFunction) and each.name.startswith("test") and each.owner is value:
                        yield each, value

    def _is_collected(self, cls: LocalClass) -> bool:
        if not cls.node.name.startswith("Test") or "__init__" in cls.scope.names or is_unit_test(cls):
            return False
        return all(isinstance(each, LocalClass) or _is_object(each) for each in cls.lineage())

    def _all_fixtures(self, scope: Scope, module: TestModule) -> Iterator[Fixture]:
        for fixture in self._fixtures.of_scope(scope, None).values():
            if fixture.module is module:
                yield fixture
        for value in scope.names.values():
            if isinstance(value, LocalClass) and value.scope.module is module:
                yield from self._fixtures.of_scope(value.scope, value).values()

    def _doubt(self, module: TestModule) -> str:
        """Why any name may be provided all the same."""
        runner = self._runner
        chain = self._fixtures.chain(module)
        if runner.unknown_plugins:
            return f"the plugin {min(runner.unknown_plugins)} is not known"
        if not runner.names_pytest:
            return "no list of requirements names pytest"
        for each in chain:
            names = self._machine.names_of(each).names
            if each.imports_star:
                return f"{each.path} imports everything from a module that is not read"
            if self._fixtures.opaque.get(each.path):
                return f"{each.path} names plugins that are not read"
            if "pytest_generate_tests" in names:
                return f"{each.path} generates parameters"
            if _makes_names(self._machine.tree.text(each.path)):
                return f"{each.path} makes names at run time"
        return ""

    def _judge_function(self, function: LocalFunction, cls: LocalClass | None, module: TestModule, reason: str) -> None:
        with self._machine.unrecorded():
            provided = self._provided(function, cls, module)
        if provided is None:
            return
        first = 0 if cls is None or _is_static(function) else 1
        names, skipped = provided
        parameters = ((None, each) for each in list(_required(function))[first + skipped :])
        asked = [(node, each) for node, each in (*parameters, *self._used(function)) if each not in names]
        if not asked and not function.is_async:
            return
        if self._machine.tree.text(module.path).count(f"{function.name}(".encode()) > 1:
            return
        for argument, each in asked:
            self._ask(each, function, cls, module, reason, argument)
        self._judge_async_test(function, cls, module)

    def _used(self, function: LocalFunction) -> Iterator[tuple[ast.expr, str]]:
        """What `pytest.mark.usefixtures` names above a test."""
        for node in decorators(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.usefixtures":
                for each in node.args:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each, each.value

    def _provided(
        self, function: LocalFunction, cls: LocalClass | None, module: TestModule
    ) -> tuple[set[str], int] | None:
        """Names that marks provide, and how many mocks come first; None when a decorator may provide anything."""
        assert not isinstance(function.node, ast.Lambda)
        scope = cls.scope if cls is not None else function.scope
        marks = [*function.node.decorator_list, *_class_marks(cls), *self._marks_of(module)]
        names: set[str] = set()
        skipped = 0
        for node in marks:
            head = node.func if isinstance(node, ast.Call) else node
            value = self._machine.evaluate(head, scope)
            if isinstance(value, Special) and value.name.startswith("pytest.mark."):
                given = self._parametrized(value, node, scope)
                if given is None:
                    return None
                names |= given
            elif isinstance(value, Special) and value.name.startswith("unittest.mock.patch"):
                patcher = self._machine.evaluate(node, scope)
                if not isinstance(patcher, Patcher) or patcher.by_name:
                    return None
                skipped += patcher.injects
            elif not _is_harmless(node):
                return None
        return names, skipped

    def _parametrized(self, value: Special, node: ast.expr, scope: Scope) -> set[str] | None:
        if value.name != "pytest.mark.parametrize":
            return set()
        keywords = {each.arg: each.value for each in node.keywords} if isinstance(node, ast.Call) else {}
        first = node.args[0] if isinstance(node, ast.Call) and node.args else keywords.get("argnames")
        given = self._machine.evaluate(first, scope)
        if isinstance(given, Const) and isinstance(given.value, str):
            return {each.strip() for each in given.value.split(",")}
        if isinstance(given, Items):
            texts = [each.value for each in given.items if isinstance(each, Const) and isinstance(each.value, str)]
            return set(texts) if len(texts) == len(given.items) else None
        return None

    def _judge_fixture(self, fixture: Fixture, module: TestModule, reason: str) -> None:
        function = fixture.function
        assert not isinstance(function.node, ast.Lambda)
        if len(function.node.decorator_list) == 1:
            first = 0 if function.owner is None or _is_static(function) else 1
            for each in list(_required(function))[first:]:
                found = self._fixtures.find(each, module, function.owner, fixture if each == fixture.name else None)
                if found is None and not self._overridden_below(each):
                    self._ask(each, function, function.owner, module, reason)
        if fixture.is_plain and function.is_async and self._is_strict(module, _FIXTURE_HOOKS):
            self._note_async(function, fixture.name, "fixture")

    def _overridden_below(self, name: str) -> bool:
        """A fixture of a conftest may ask for what only the files below it define."""
        return self._questions.defines_fixture(name) or self._questions.parametrizes(name)

    def _ask(
        self, name: str, function: LocalFunction, cls: LocalClass | None, module: TestModule, reason: str,
        where: ast.expr | None = None,
    ) -> None:  # fmt: skip
        if name in ("request", "self", "cls") or self._runner.provides(name):
            return
        if self._fixtures.find(name, module, cls) is not None:
            return
        doubt = reason
        provider = self._runner.provider_of(name)
        if not doubt and provider:
            doubt = f"{provider} provides it and is not among the requirements"
        if not doubt and self._questions.defines_fixture(name):
            doubt = "it is defined in a file that this one does not see"
        scopes = (self._machine.names_of(each) for each in self._fixtures.chain(module))
        if not doubt and any(_is_from_library(each.names.get(name)) for each in scopes):
            doubt = "it is imported from a library that is not read"
        machine = self._machine
        with machine.entered(LocalFunction(function.node, function.scope, cls)):
            sight = machine.sight(where or function.node, function.scope)
        marks = [*decorators(function), *_class_marks(cls)]
        sight = sight._replace(dormant=sight.dormant or any(is_skip(each) for each in marks))
        if doubt:
            machine.unknown(sight, f"the fixture {name}: {doubt}")
        near = get_close_matches(name, self._known(module), n=1, cutoff=0.75)
        machine.record.requests.append(FixtureRequest(sight, name, doubt, near[0] if near else ""))

    def _known(self, module: TestModule) -> list[str]:
        scopes = [self._machine.names_of(each) for each in self._fixtures.chain(module)]
        return [name for scope in scopes for name in self._fixtures.of_scope(scope, None)] + sorted(BUILTIN)

    def _is_strict(self, module: TestModule, hooks: tuple[bytes, ...]) -> bool:
        """Whether pytest-asyncio is there, in its strict mode, and no other plugin runs coroutines."""
        runner = self._runner
        if runner.plugins & _OTHER_LOOPS or runner.mode_for(module.path) != "strict" or runner.unknown_plugins:
            return False
        texts = [self._machine.tree.text(each.path) for each in self._fixtures.chain(module)]
        if any(word in text for text in texts for word in (b"anyio", b"trio", *hooks)):
            return False
        named = (b"pytest_asyncio", b"mark.asyncio")
        return "pytest-asyncio" in runner.plugins or any(word in text for text in texts for word in named)

    def _marks_of(self, module: TestModule) -> list[ast.expr]:
        if module.path not in self._marks:
            self._marks[module.path] = _pytestmark(module.tree.body)
        return self._marks[module.path]

    def _marks_itself(self, module: TestModule) -> bool:
        """Whether a conftest adds the mark to what it collects."""
        return any(_marks_tests(self._machine.tree.text(each.path)) for each in self._fixtures.chain(module))

    def _judge_async_test(self, function: LocalFunction, cls: LocalClass | None, module: TestModule) -> None:
        if not function.is_async or not self._is_strict(module, _RUN_HOOKS) or self._marks_itself(module):
            return
        assert not isinstance(function.node, ast.Lambda)
        marks = [*function.node.decorator_list, *_class_marks(cls), *self._marks_of(module)]
        known = ("parametrize", "skip", "skipif", "usefixtures", "filterwarnings", "timeout", "patch")
        texts = [ast.unparse(each.func if isinstance(each, ast.Call) else each) for each in marks]
        if all(text.endswith(known) or ".patch." in text for text in texts):
            self._note_async(function, function.name, "test", cls)

    def _note_async(self, function: LocalFunction, name: str, what: str, cls: LocalClass | None = None) -> None:
        machine = self._machine
        with machine.entered(LocalFunction(function.node, function.scope, cls or function.owner)):
            sight = machine.sight(function.node, function.scope)
        if what == "fixture":
            machine.record.async_slips.append(AsyncSlip(sight, name, "fixture"))
        else:
            machine.record.async_slips.append(AsyncSlip(sight, name, "test" if what == "test" else "unittest"))

    def _unit_tests(self, scope: Scope, module: TestModule) -> None:
        for value in scope.names.values():
            if not isinstance(value, LocalClass) or value.scope.module is not module or not _is_plain_unit(value):
                continue
            for each in value.scope.names.values():
                if not isinstance(each, LocalFunction) or not each.is_async or not each.name.startswith("test"):
                    continue
                if not isinstance(each.node, ast.Lambda) and not each.node.decorator_list:
                    self._note_async(each, each.name, "unittest", value)


@functools.lru_cache(maxsize=1 << 10)
def _makes_names(text: bytes) -> bool:
    return _WRITTEN.search(text) is not None


@functools.lru_cache(maxsize=1 << 10)
def _marks_tests(text: bytes) -> bool:
    return _MARKING.search(text) is not None


def _is_object(value: object) -> bool:
    return isinstance(value, Special) and value.name in ("builtins.object", "abc.ABC", "typing.Protocol")


def _is_plain_unit(cls: LocalClass) -> bool:
    """Inherits from `unittest.TestCase` and nothing else that could run a coroutine."""
    lineage = cls.lineage()
    outer = [each for each in lineage if not isinstance(each, LocalClass)]
    plain = len(outer) == 1 and isinstance(outer[0], Special) and outer[0].name == "unittest.TestCase"
    special = {"run", "_callTestMethod", "__getattribute__", "__init__", "__init_subclass__", "_callSetUp"}
    inner = [each for each in lineage if isinstance(each, LocalClass)]
    return (
        plain
        and not any(special & each.scope.names.keys() or each.node.keywords for each in inner)
        and not any(each.node.decorator_list for each in inner)
    )


def _is_from_library(value: Value | None) -> bool:
    return value is UNKNOWN or isinstance(value, Special)


def _is_static(function: LocalFunction) -> bool:
    assert not isinstance(function.node, ast.Lambda)
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in function.node.decorator_list)


def _is_harmless(node: ast.expr) -> bool:
    """A decorator that hands nothing to the test."""
    text = ast.unparse(node)
    return text == "staticmethod" or text.startswith(("pytest.mark.", "unittest.skip", "skip"))


def _required(function: LocalFunction) -> Iterator[str]:
    """Parameters without a default."""
    args = function.node.args
    names = functions.parameters(function.node)
    yield from names[: len(names) - len(args.defaults)]
    yield from (each.arg for each, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default is None)


def _class_marks(cls: LocalClass | None) -> list[ast.expr]:
    if cls is None:
        return []
    found: list[ast.expr] = []
    for each in cls.lineage():
        if isinstance(each, LocalClass):
            found += each.node.decorator_list
            found += _pytestmark(each.node.body)
    return found


def _pytestmark(body: list[ast.stmt]) -> list[ast.expr]:
    for node in body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == "pytestmark" for each in node.targets
        ):
            return list(node.value.elts) if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return []
