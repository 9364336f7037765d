"""What a mock stands for, decided when all evidence is in; evidence that disagrees says nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.mocks.doubles import telling
from core.mocks.doubles.attributes import label
from core.mocks.doubles.telling import is_telling
from core.mocks.doubles.values import (
    Double,
    Evidence,
    Instance,
    Method,
    Real,
    Special,
    SpecKind,
    Value,
)
from core.mocks.lookup import Lookup
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Symbol, Unknown, VariableSymbol, Yes


@dataclass(frozen=True, slots=True)
class Meaning:
    """`as_instance`: an object of the class; `exact`: of that very class; `bound`: the receiver is left out."""

    symbol: ModuleSymbol | ClassSymbol | FunctionSymbol
    as_instance: bool
    exact: bool
    enforced: SpecKind
    how: str
    bound: bool = True
    held: str = ""
    """See `Evidence.held`."""

    @property
    def cls(self) -> ClassSymbol | None:
        """The class whose object the mock stands for."""
        return self.symbol if isinstance(self.symbol, ClassSymbol) and self.as_instance else None


class Meanings:
    """The meanings of all mocks, each decided once."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._known: dict[Double, Meaning | None] = {}
        self._torn: dict[Double, tuple[Meaning, ...]] = {}

    def of(self, double: Double) -> Meaning | None:
        if double not in self._known:
            self._known[double] = None  # a mock that is its own member means nothing
            self._known[double] = self._decide(double)
        return self._known[double]

    def all_of(self, double: Double) -> tuple[Meaning, ...]:
        """The meaning, or each of those that the evidence cannot choose from."""
        one = self.of(double)
        return (one,) if one is not None else self._torn.get(double, ())

    def _decide(self, double: Double) -> Meaning | None:
        if double.is_lost:
            return None
        if double.spec_kind:
            return self._of_spec(double)
        if any(owner.root() is double for owner, _ in double.attached):
            return None  # one mock plays several parts
        found = [each for each in self._candidates(double) if each is not None]
        if not found:
            return None
        first = found[0]
        if any(each.symbol is not first.symbol or each.as_instance != first.as_instance for each in found):
            return self._narrowest(double, found)
        exact = all(each.exact for each in found)
        return Meaning(first.symbol, first.as_instance, exact, first.enforced, first.how, first.bound, first.held)

    def _candidates(self, double: Double) -> Iterator[Meaning | None]:
        for evidence in double.evidence:
            yield self._of_evidence(evidence)
        if double.parent is not None:
            yield self._of_member(double.parent, double.name)
        for owner, name in double.attached:
            if owner is not double:
                yield self._of_member(owner, name)

    def _narrowest(self, double: Double, found: list[Meaning]) -> Meaning | None:
        """Of classes that inherit from one another the most special one; anything else is a conflict."""
        classes = [each.cls for each in found]
        for meaning in found:
            mro = self._lookup.mro(meaning.symbol) if isinstance(meaning.symbol, ClassSymbol) else ()
            if (
                meaning.as_instance
                and not isinstance(mro, Unknown)
                and all(any(cls is each for each in mro) for cls in classes)
            ):
                return Meaning(meaning.symbol, True, False, "", meaning.how)
        self._torn[double] = tuple({(each.symbol, each.as_instance): each for each in found}.values())
        return None

    def _of_evidence(self, evidence: Evidence) -> Meaning | None:
        symbol = evidence.symbol
        if isinstance(symbol, VariableSymbol) or (isinstance(symbol, ClassSymbol) and not is_telling(symbol)):
            return None
        return Meaning(symbol, evidence.as_instance, evidence.exact, "", evidence.how, evidence.bound, evidence.held)

    def _of_spec(self, double: Double) -> Meaning | None:
        spec, kind = double.spec, double.spec_kind
        how = "its autospec says so" if kind == "autospec" else f"its {kind} says so"
        bound = all(each.bound for each in double.evidence)
        if isinstance(spec, Instance):
            return Meaning(spec.cls, True, spec.exact, kind, how)
        if isinstance(spec, Method):
            return Meaning(spec.function, False, True, kind, how, spec.bound and bound)
        symbol = self._symbol(spec)
        if symbol is None or isinstance(symbol, VariableSymbol):
            return self._of_spied(double)
        as_class = (kind == "autospec" or double.specs_its_target) and not double.as_instance
        as_instance = isinstance(symbol, ClassSymbol) and not as_class
        return Meaning(symbol, as_instance, not as_instance, kind, how, bound)

    def _of_spied(self, double: Double) -> Meaning | None:
        """A spy has the spec of what it replaces."""
        if double.spec is None and len(double.evidence) == 1:
            return self._of_evidence(double.evidence[0])
        return None

    def _symbol(self, spec: Value | None) -> Symbol | None:
        if isinstance(spec, Real):
            return spec.symbol
        if isinstance(spec, Special):
            answer = self._lookup.target(spec.name)
            return answer.symbol if isinstance(answer, Yes) else None
        return None

    def _of_member(self, owner: Double, name: str) -> Meaning | None:
        whole = self.of(owner)
        if whole is None:
            return None
        if name == "()":
            return self._of_result(owner, whole)
        if isinstance(whole.symbol, FunctionSymbol):
            return None
        answer = self._lookup.member(whole.symbol, name, on_instance=True, exact=whole.exact)
        if not isinstance(answer, Yes):
            return None
        symbol = answer.symbol
        kept: SpecKind = "autospec" if whole.enforced == "autospec" else ""
        how = f"it is {label(symbol)} of what {whole.how}" if not kept else whole.how
        if isinstance(symbol, FunctionSymbol) and symbol.kind != "property":
            return Meaning(symbol, False, whole.exact, kept, how)
        if isinstance(symbol, FunctionSymbol | VariableSymbol):
            return self._of_value(symbol, how)
        return Meaning(symbol, False, True, kept, how)

    def _of_value(self, symbol: FunctionSymbol | VariableSymbol, how: str) -> Meaning | None:
        found = (
            telling.returned_class(self._lookup, symbol)
            if isinstance(symbol, FunctionSymbol)
            else telling.value_class(self._lookup, symbol)
        )
        held = symbol.name.rpartition(".")[2]
        return Meaning(found, True, False, "", how, held=held) if isinstance(found, ClassSymbol) else None

    def _of_result(self, owner: Double, whole: Meaning) -> Meaning | None:
        if isinstance(whole.symbol, FunctionSymbol):
            cls = telling.returned_class(self._lookup, whole.symbol)
            how = f"{label(whole.symbol)} returns {cls.name}" if isinstance(cls, ClassSymbol) else ""
            held = whole.symbol.name.rpartition(".")[2]
            return Meaning(cls, True, False, "", how, held=held) if isinstance(cls, ClassSymbol) else None
        if isinstance(whole.symbol, ClassSymbol) and not whole.as_instance:
            if not whole.enforced and not telling.makes_itself(self._lookup, whole.symbol):
                return None
            kept: SpecKind = whole.enforced if whole.enforced else ""
            return Meaning(whole.symbol, True, True, kept, whole.how)
        return None


def walk(roots: list[Double]) -> Iterator[Double]:
    """Every mock with its members and return values, each once."""
    seen: set[Double] = set()
    stack = list(reversed(roots))
    while stack:
        double = stack.pop()
        if double in seen:
            continue
        seen.add(double)
        yield double
        stack.extend(double.children.values())
