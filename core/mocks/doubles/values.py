"""What an expression of a test may be, as far as reading can tell."""

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from core.mocks.model import Place
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Symbol

if TYPE_CHECKING:
    from core.mocks.doubles.trees import TestModule

Kind = Literal["Mock", "MagicMock", "NonCallableMock", "AsyncMock", "PropertyMock", "autospec", "patch", "child"]
SpecKind = Literal["", "spec", "spec_set", "autospec"]
EventKind = Literal["set", "get", "assert", "negative"]


class Value:
    """Base of all values; a bare one is never made."""

    __slots__ = ()


class Nothing(Value):
    """A value of which nothing is known; its only instance is `UNKNOWN`."""

    __slots__ = ()


UNKNOWN = Nothing()


@dataclass(eq=False, slots=True)
class Const(Value):
    """A literal."""

    value: object


@dataclass(eq=False, slots=True)
class Items(Value):
    """A tuple or list display."""

    items: list[Value]
    is_list: bool = False


@dataclass(eq=False, slots=True)
class Keyed(Value):
    """A dict display whose keys are all strings."""

    items: dict[str, Value]
    is_open: bool = False
    """It was changed afterwards, so it may hold more."""


@dataclass(eq=False, slots=True)
class Special(Value):
    """A name of the mocking, testing or typing libraries that the interpreter acts on, by its canonical dotted name."""

    name: str
    receiver: Value | None = None
    """What a method such as `Mock.configure_mock` or `Patcher.start` was taken from."""


@dataclass(eq=False, slots=True)
class Real(Value):
    """A module, class or function of production or of a library."""

    symbol: ModuleSymbol | ClassSymbol | FunctionSymbol


@dataclass(eq=False, slots=True)
class Instance(Value):
    """An object of a real class. `exact`: made by calling that very class."""

    cls: ClassSymbol
    exact: bool
    attributes: dict[str, Value] = field(default_factory=dict)
    """What the test itself has set on it."""
    doubted: bool = False
    """The test treats it as a mock, so it may be one."""
    given: dict[str, Value] = field(default_factory=dict)
    """Mocks and fakes that it was made with, by parameter."""
    is_passed: bool = False
    """It was an argument of a call that is not the test's own."""


@dataclass(eq=False, slots=True)
class Method(Value):
    """A function taken from a class or an instance; `bound`: the receiver is passed by Python."""

    function: FunctionSymbol
    receiver: Value
    bound: bool


@dataclass(eq=False, slots=True)
class LocalFunction(Value):
    """A function or lambda of the tests."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: "Scope"
    owner: "LocalClass | None" = None
    receiver: Value | None = None

    @property
    def name(self) -> str:
        return "<lambda>" if isinstance(self.node, ast.Lambda) else self.node.name

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)


@dataclass(eq=False, slots=True)
class LocalClass(Value):
    """A class of the tests: a test case, a fake, a helper."""

    node: ast.ClassDef
    scope: "Scope"
    """Its body's names; the parent is the scope that it is defined in."""
    bases: list[Value]
    attributes: dict[str, Value] = field(default_factory=dict)
    is_unit: bool | None = None
    """Whether unittest runs it; None until someone asks."""
    _lineage: "list[LocalClass | Value] | None" = None

    def lineage(self) -> list["LocalClass | Value"]:
        """Itself and its bases, nearest first; bases that are no class of the tests stay what they are."""
        if self._lineage is None:
            self._lineage = self._find_lineage()
        return self._lineage

    def _find_lineage(self) -> list["LocalClass | Value"]:
        found: list[LocalClass | Value] = []
        queue: list[Value] = [self]
        while queue and len(found) < 40:
            each = queue.pop(0)
            if any(each is one for one in found):
                continue
            found.append(each)
            if isinstance(each, LocalClass):
                queue = [*each.bases, *queue]
        return found


@dataclass(eq=False, slots=True)
class LocalInstance(Value):
    """An object of a class of the tests, `self` of a test case among them."""

    cls: LocalClass
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class TestFile(Value):
    """A module of the tests themselves."""

    module: "TestModule"


class Sight(NamedTuple):
    """Where something was seen: the line, the test it lies in, and whether that test ever runs."""

    place: Place
    test: str
    dormant: bool


class Event(NamedTuple):
    """Something that a test does with a member of a mock."""

    member: str
    kind: EventKind
    sight: Sight


class Shape(NamedTuple):
    """How a call looks: `positional` counts the plain ones, `open` says that stars may add more of either sort."""

    positional: int
    keywords: tuple[str, ...]
    open_positional: bool = False
    open_keywords: bool = False


class AssertedCall(NamedTuple):
    """`mock.assert_called_with(...)` and kin."""

    shape: Shape
    sight: Sight
    negative: bool = False


class Evidence(NamedTuple):
    """Why a mock stands for something. `as_instance`: for an object of the class, not for the class itself."""

    symbol: Symbol
    as_instance: bool
    exact: bool
    sight: Sight
    how: str
    """A part of a sentence, such as `it is passed as hsm to KeyManager`."""
    bound: bool = True
    """For a function: whether calls of the mock leave the receiver out."""
    held: str = ""
    """The parameter, attribute or function by which production gets it, where only an annotation tells the class."""


@dataclass(eq=False, slots=True)
class Double(Value):
    """A mock, or a member or return value of one; everything that the tests do with it gathers here."""

    kind: Kind
    sight: Sight
    is_async: bool | None = None
    """Whether calling it gives an awaitable; None: as what it stands for."""
    spec: Value | None = None
    spec_kind: SpecKind = ""
    as_instance: bool = False
    """`create_autospec(..., instance=True)`."""
    specs_its_target: bool = False
    """`autospec=True`: the spec is whatever the patch replaces."""
    is_explicit: bool = False
    """Made by a constructor call that the test wrote, so its kind is the author's choice."""
    parent: "Double | None" = None
    name: str = ""
    """Under the parent; `()` for its return value."""
    children: dict[str, "Double"] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    calls: list[AssertedCall] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    assigned: dict[str, "Value"] = field(default_factory=dict)
    """Members that the test has set itself."""
    attached: list[tuple["Double", str]] = field(default_factory=list)
    """Mocks that it was made a member (or `()`, the return value) of."""
    effects: list[LocalFunction] = field(default_factory=list)
    """Functions given as side_effect."""
    names: set[str] = field(default_factory=set)
    """Variables and fixtures that it was bound to."""
    returns: Value | None = None
    side_effect: Value | None = None
    is_used: bool = False
    """It was handed to code that is not the test's, or took the place of something there."""
    is_passed: bool = False
    """It was an argument of a call."""
    is_lost: bool = False
    """Its spec or kind is computed, so nothing is said about it."""
    wraps: bool = False
    called_directly: bool = False

    def root(self) -> "Double":
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def child(self, name: str, sight: Sight) -> "Double":
        """The member (or `()`, the return value) of a name, made on first use as mocks do."""
        found = self.children.get(name)
        if found is None:
            inherits = name != "()" and not self.spec_kind and self.kind != "patch"
            found = Double("child", sight, self.is_async if inherits else None, parent=self, name=name)
            self.children[name] = found
        return found


@dataclass(eq=False, slots=True)
class Patcher(Value):
    """A patch that has been described and not yet begun; `parts` are those of `patch.multiple`."""

    slots: list["Slot"]
    injects: bool
    """As a decorator it passes its mock on, by position."""
    by_name: bool = False
    """As a decorator it passes its mocks on by keyword (`patch.multiple`)."""
    is_dict: bool = False


@dataclass(eq=False, slots=True)
class Slot:
    """One attribute of something that a patch replaces; `key` is what the interpreter finds the override by."""

    key: tuple[int, str] | None
    holder: Value | None
    name: str
    value: Value
    dotted: str


class Scope:
    """Names of a function, class body or module of the tests."""

    __slots__ = ("module", "names", "parent")

    def __init__(self, module: "TestModule", parent: "Scope | None" = None) -> None:
        self.module = module
        self.parent = parent
        self.names: dict[str, Value] = {}

    def find(self, name: str) -> Value | None:
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None
