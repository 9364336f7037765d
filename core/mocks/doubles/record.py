"""What reading all tests has brought to light; the rules judge it afterwards, when all evidence is in."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.mocks.doubles.values import Double, LocalClass, LocalFunction, Shape, Sight, Value
from core.mocks.model import Place, UnknownPlace
from core.mocks.symbols import Answer, ClassSymbol, FunctionSymbol, ModuleSymbol, Symbol

ValueKind = Literal["mock", "callable", "constant", "other"]


class Patched(NamedTuple):
    """A target of patch, mocker or monkeypatch, looked up."""

    sight: Sight
    dotted: str
    """For people: the target as written, or as its names say."""
    owner: Symbol | None
    """What the attribute is looked for on, where that is known."""
    name: str
    answer: Answer
    form: str
    """`patch`, `patch.object`, `patch.multiple`, `monkeypatch.setattr`, ..."""
    hides: str = ""
    """`create=True` or `raising=False`, as written."""
    on_instance: bool = False
    value: Value | None = None


class Untold(NamedTuple):
    """A member that a test patches or uses as a mock, of something that reading cannot tell the class of."""

    sight: Sight
    name: str


class RealUse(NamedTuple):
    """A member of a real object, class or module that a test reads or sets."""

    sight: Sight
    owner: Symbol
    name: str
    answer: Answer
    kind: Literal["get", "set"]
    value: ValueKind = "other"
    on_instance: bool = False
    exact: bool = True
    holder: Value | None = None
    """The object that is given the member."""


class RealCall(NamedTuple):
    """A call of production by a test."""

    sight: Sight
    symbol: ClassSymbol | FunctionSymbol
    bound: bool
    shape: Shape


class MissingImport(NamedTuple):
    """A test imports what is not there; `name` is None for the module itself."""

    sight: Sight
    module: str
    name: str | None
    near: str
    symbol: ModuleSymbol | None


class Slip(NamedTuple):
    """An assertion that asserts nothing, or an option that nobody reads."""

    sight: Sight
    wrote: str
    reason: str
    suggestion: str
    is_sure: bool
    """The receiver is known to be a mock."""
    is_loud: bool = False
    word: str = ""
    """A name that production may know all the same."""
    double: Double | None = None
    """The mock whose member the word is."""


class Replaced(NamedTuple):
    """A function of the tests put in the place of a real one. `bound`: it is called without the receiver."""

    sight: Sight
    symbol: FunctionSymbol | ClassSymbol
    function: LocalFunction
    bound: bool
    how: str


class Stand(NamedTuple):
    """A hand-written class of the tests that stands for, or inherits from, a real one."""

    sight: Sight
    fake: LocalClass
    real: ClassSymbol
    how: Literal["inherits", "replaces", "name"]


class FixtureRequest(NamedTuple):
    """A name that a test or fixture asks for and that nobody provides."""

    sight: Sight
    name: str
    unknown: str
    """Why it may be provided all the same; else empty."""
    near: str = ""


class AsyncSlip(NamedTuple):
    """An async fixture or test that the settings do not run."""

    sight: Sight
    name: str
    what: Literal["fixture", "test", "unittest"]


@dataclass(slots=True)
class Record:
    """Everything seen, in the order of reading."""

    doubles: list[Double] = field(default_factory=list)
    """Roots only; members hang below them."""
    patched: list[Patched] = field(default_factory=list)
    untold: list[Untold] = field(default_factory=list)
    uses: list[RealUse] = field(default_factory=list)
    calls: list[RealCall] = field(default_factory=list)
    imports: list[MissingImport] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)
    requests: list[FixtureRequest] = field(default_factory=list)
    async_slips: list[AsyncSlip] = field(default_factory=list)
    unknown: dict[UnknownPlace, None] = field(default_factory=dict)
    targets: dict[tuple[Place, str], bool] = field(default_factory=dict)
    """What is patched where, and whether production could be asked for it."""

    def note_target(self, place: Place, name: str, *, is_known: bool) -> None:
        self.targets[place, name] = is_known or self.targets.get((place, name), False)
