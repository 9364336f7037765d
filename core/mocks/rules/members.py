"""Members that a mock configures and its class lacks: M001, M003, M005 and the orphans of M020."""

import re
from collections.abc import Iterator

from core.mocks.doubles import words
from core.mocks.doubles.attributes import label
from core.mocks.doubles.meaning import Meaning, walk
from core.mocks.doubles.values import Const, Double, Event, LocalFunction, Sight
from core.mocks.model import Confidence, Finding, Place, Severity
from core.mocks.rules.finding import Case, finding, is_named_for_tests, loud, said_near
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, No

_RANK = {"get": 0, "set": 1, "negative": 2, "assert": 3}


def by_member(double: Double) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in double.events:
        if not event.member.startswith("__"):
            found.setdefault(event.member, []).append(event)
    return found


def find_phantoms(case: Case) -> Iterator[Finding]:
    """M001 and M003."""
    for double in walk(case.record.doubles):
        meanings = case.meanings.all_of(double) if double.events else ()
        if not meanings or any(isinstance(each.symbol, FunctionSymbol) for each in meanings):
            continue
        for name, events in by_member(double).items():
            strongest = max(events, key=lambda each: _RANK[each.kind])
            if strongest.kind == "get" and (not meanings[0].enforced or _is_set_somewhere(case, double, name)):
                continue
            if (
                _is_kept(case, double, name)
                or _is_weak(meanings)
                or (double.is_passed and isinstance(meanings[0].symbol, ModuleSymbol))
            ):
                continue
            answers = [
                case.lookup.member(each.symbol, name, on_instance=True, exact=each.exact and len(meanings) == 1)
                for each in meanings
            ]
            nears = [each.near for each in answers if isinstance(each, No)]
            open_to_it = not meanings[0].enforced and any(
                isinstance(each.symbol, ClassSymbol) and case.lookup.dispatches(each.symbol) for each in meanings
            )
            if len(nears) == len(meanings) and not open_to_it and not _is_read_off(case, meanings[0], name):
                yield _phantom(case, meanings, name, strongest, events, nears[0])


def _is_set_somewhere(case: Case, double: Double, name: str) -> bool:
    """Whether the file sets the attribute where reading does not go, such as in a function that is only handed on."""
    word = re.escape(name.encode())
    pattern = rb"\." + word + rb"\s*(?:=[^=]|:)|['\"]" + word + rb"['\"]"
    return re.search(pattern, case.text(double.sight.place.path)) is not None


def _is_read_off(case: Case, meaning: Meaning, name: str) -> bool:
    """Whether production itself asks what it is given for the member, so that the annotation there is too narrow."""
    if meaning.enforced or meaning.exact or not meaning.held:
        return False
    plain = meaning.held.strip("_")
    word, held = re.escape(name.encode()), re.escape(plain.encode())
    bound = rb"\n[ \t]*(\w+)(?:[ \t]*:[^=\n]+)?\s*=\s*(?:await\s+)?[\w.]*\b_*" + held + rb"\("
    read = (
        rb"\b_*" + held + rb"_*(?:\([^()\n]*\))?\.\s*" + word + rb"\b"
        rb"|" + bound + rb"[\s\S]{1,3000}?\b\1\." + word + rb"\b"
    )
    made = rb"\bdef\s+" + word + rb"\b|\n[ \t]+(?:self\.)?" + word + rb"\s*[:=]"
    return case.found_in(made, name, in_tests=False) and case.found_in(read, name, plain, in_tests=False)


def _is_kept(case: Case, double: Double, name: str) -> bool:
    """Whether a constant, or a function that production does not know, is set for the tests themselves to use."""
    if is_named_for_tests(name):
        return True
    value = double.assigned.get(name)
    if isinstance(value, LocalFunction) and not case.lookup.knows_word(name):
        return case.found_in(rb"\w\." + re.escape(name.encode()) + rb"\(", name, in_tests=True)
    if not isinstance(value, Const):
        return False
    pattern = rb"\." + re.escape(name.encode()) + rb"\b(?!\s*=[^=]|\s*:)"
    return re.search(pattern, case.text(double.sight.place.path)) is not None


def _is_weak(meanings: tuple[Meaning, ...]) -> bool:
    """A class of a library named by an annotation: implementations have more, and only the library knows them."""
    classes = [each for each in meanings if isinstance(each.symbol, ClassSymbol) and not each.symbol.module.is_own]
    return any(not each.exact and not each.enforced for each in classes)


def _phantom(
    case: Case, meanings: tuple[Meaning, ...], name: str, strongest: Event, events: list[Event], near: str
) -> Finding:
    meaning = meanings[0]
    symbol = meaning.symbol
    first = next(each for each in events if each.kind == strongest.kind)
    more = tuple(dict.fromkeys(each.sight.place for each in events if each.sight.place != first.sight.place))
    what = " or ".join(dict.fromkeys(label(each.symbol) for each in meanings))
    suggestion = f"rename {name} to {near}" if near else f"remove {name}"
    if meaning.enforced:
        sure = strongest.kind == "get" or meaning.enforced == "spec_set" or not case.lookup.knows_word(name)
        is_loud = events[0].kind != "set" or meaning.enforced == "spec_set"
        message = f"The mock has {what} as its {_spec_word(meaning)}, which has no {name}{said_near(near)}."
        return finding(
            "M001",
            first.sight,
            message,
            symbol=symbol,
            member=name,
            loudness=loud(is_loud),
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            suggestion=suggestion,
            more=more,
        )
    asserted = strongest.kind != "set"
    message = f"The mock stands for {what} ({meaning.how}), which has no {name}{said_near(near)}."
    sure = len(meanings) == 1 and (asserted or not case.lookup.knows_word(name))
    confidence = Confidence.HIGH if sure else Confidence.MEDIUM
    return finding(
        "M003", first.sight, message, symbol=symbol, member=name, confidence=confidence, suggestion=suggestion,
        more=more, severity=Severity.HIGH if asserted else Severity.MEDIUM,
    )  # fmt: skip


def _spec_word(meaning: Meaning) -> str:
    return "autospec" if meaning.enforced == "autospec" else meaning.enforced


def find_unspecced(case: Case) -> Iterator[Finding]:
    """M005, once for each file and class."""
    places: dict[tuple[str, ClassSymbol], list[Sight]] = {}
    for double in case.record.doubles:
        meaning = case.meanings.of(double) if not double.spec_kind else None
        if meaning is not None and isinstance(meaning.symbol, ClassSymbol) and meaning.symbol.module.is_own:
            places.setdefault((double.sight.place.path, meaning.symbol), []).append(double.sight)
    for (_path, cls), sights in places.items():
        unique = list({each.place: each for each in sights}.values())
        mocks = "1 mock of" if len(unique) == 1 else f"{len(unique)} mocks of"
        yield finding(
            "M005", unique[0], f"{mocks} {cls.name} without a spec.", symbol=cls, confidence=Confidence.HIGH,
            suggestion=f"add spec={cls.name}", more=tuple(each.place for each in unique[1:]),
        )  # fmt: skip


def find_orphans(case: Case) -> Iterator[Finding]:
    """M020: an assertion that something was not called which production does not know at all."""
    for double in walk(case.record.doubles):
        if case.meanings.of(double) is not None or double.is_lost or double.spec_kind:
            continue
        for name, events in by_member(double).items():
            if name in words.API or case.lookup.knows_word(name) or name.startswith("_"):
                continue
            kinds = {each.kind for each in events}
            negative = "negative" in kinds and not kinds & {"assert", "set"} and not _is_passed_on(double, name)
            passed = double.root().is_passed
            if negative or ("M020" in case.switched_on and kinds & {"set", "assert"}):
                yield _orphan(name, events, negative=negative, passed=passed)


def _is_passed_on(double: Double, name: str) -> bool:
    child = double.children.get(name)
    return child is None or child.called_directly or child.is_used


def _orphan(name: str, events: list[Event], *, negative: bool, passed: bool) -> Finding:
    event = next((each for each in events if each.kind != "get"), events[0])
    if negative:
        message = f"The mock is asserted not to have called {name}, a name that production does not contain."
    else:
        message = f"The mock configures {name}, a name that production does not contain."
    more: tuple[Place, ...] = tuple(each.sight.place for each in events if each.sight.place != event.sight.place)
    return finding(
        "M020", event.sight, message, member=name, severity=Severity.HIGH if negative else Severity.LOW,
        confidence=Confidence.MEDIUM if negative and passed else Confidence.LOW, suggestion=f"rename or remove {name}",
        more=tuple(dict.fromkeys(more)),
    )  # fmt: skip
