"""Patch targets that are missing (M002), hidden (M016) or read by nobody (M011)."""

import builtins
import re
from collections.abc import Callable, Iterator

from core.mocks.doubles.attributes import label
from core.mocks.doubles.record import Patched
from core.mocks.doubles.values import Double
from core.mocks.model import Confidence, Finding
from core.mocks.rules.finding import Case, finding, said_near
from core.mocks.symbols import ModuleSymbol, No, Symbol, Unknown, VariableSymbol, Yes

_BUILTINS = frozenset(dir(builtins))


def find_missing(case: Case) -> Iterator[Finding]:
    """M002 and M016."""
    for seen in case.record.patched:
        if not isinstance(seen.answer, No) or seen.name.startswith("__") or _is_builtin(seen):
            continue
        if seen.on_instance and not _is_own(case, seen) and case.lookup.knows_word(seen.name):
            continue  # production may have put it on the object of a library
        where = label(seen.owner) if seen.owner is not None else seen.dotted.rpartition(".")[0]
        near = seen.answer.near
        suggestion = f"replace {seen.name} by {near}" if near else ""
        if seen.hides:
            if near == seen.name or _is_made_to_be_found(case, seen):
                continue  # declared for its objects, it is made on the class only for the test
            message = f"{seen.dotted} does not exist, which {seen.hides} hides{said_near(near)}."
            yield finding("M016", seen.sight, message, symbol=seen.owner, member=seen.name, suggestion=suggestion)
        else:
            message = f"{seen.form} replaces {seen.dotted}, but {where} has no {seen.name}{said_near(near)}."
            if seen.owner is None:
                message = f"{seen.form} replaces {seen.dotted}, which does not exist{said_near(near)}."
            yield finding(
                "M002", seen.sight, message, symbol=seen.owner, member=seen.name, loudness="loud", suggestion=suggestion
            )


def _is_made_to_be_found(case: Case, seen: Patched) -> bool:
    """Whether the test makes something new and hands its dotted name to production."""
    text = case.text(seen.sight.place.path)
    alike = (each for each in case.record.patched if each.sight.place.path == seen.sight.place.path)
    places = {each.sight.place for each in alike if each.dotted == seen.dotted}
    return len(re.findall(rb"[\"']" + re.escape(seen.dotted.encode()) + rb"[\"']", text)) > len(places)


def find_unknown_names(case: Case) -> Iterator[Finding]:
    """M021: right or wrong only a change tells, for much makes names that no source contains."""
    for seen in case.record.patched:
        name = seen.name
        if not isinstance(seen.answer, Unknown) or seen.hides or name.startswith("__") or _is_builtin(seen):
            continue
        if _is_own(case, seen) and not case.lookup.knows_word(name):
            message = f"{seen.form} replaces {seen.dotted}; {seen.answer.reason}, but production never says {name}."
            yield finding(
                "M021", seen.sight, message, symbol=seen.owner, member=name, loudness="loud",
                confidence=Confidence.MEDIUM,
            )  # fmt: skip


def find_untold(case: Case) -> Iterator[Finding]:
    """M021 for what nobody can tell the class of: all that a change says about it is that the name is gone."""
    for seen in case.record.untold if "M021" in case.switched_on else ():
        if not seen.name.startswith("__") and seen.name not in _BUILTINS and not case.lookup.knows_word(seen.name):
            message = f"The test replaces or asserts {seen.name}, a name that production does not contain."
            yield finding("M021", seen.sight, message, member=seen.name, confidence=Confidence.LOW)


def _is_own(case: Case, seen: Patched) -> bool:
    """Whether what is patched, or the nearest that can be read of it, is of the project."""
    if seen.owner is not None:
        return _module_is_own(seen.owner)
    parts = seen.dotted.split(".")
    for size in range(len(parts) - 1, 1, -1):
        holder = case.lookup.target(".".join(parts[:size]))
        if isinstance(holder, Yes):
            return _module_is_own(holder.symbol)
    return False


def _module_is_own(symbol: Symbol) -> bool:
    return symbol.is_own if isinstance(symbol, ModuleSymbol) else symbol.module.is_own


def _is_builtin(seen: Patched) -> bool:
    """`patch` makes a missing name of a module when Python itself has it, such as `open`."""
    makes_it = "patch" in seen.form.split(".") or bool(seen.hides)
    return seen.name in _BUILTINS and isinstance(seen.owner, ModuleSymbol) and makes_it


def find_unread(case: Case, tests_read: Callable[[str, str], bool]) -> Iterator[Finding]:
    """M011. `tests_read` says whether a test file itself reads a name, which may be why it patches it."""
    for seen in case.record.patched:
        if not isinstance(seen.answer, Yes) or not isinstance(seen.owner, ModuleSymbol) or seen.hides:
            continue
        if isinstance(seen.value, Double) and seen.value.is_passed:
            continue
        if seen.owner.is_package and _is_elsewhere(seen.answer.symbol, seen.owner):
            continue  # packages hand on names for others to import, by their text too
        if not seen.owner.is_own or isinstance(seen.answer.symbol, ModuleSymbol) or seen.name.startswith("__"):
            continue
        if case.lookup.is_read(seen.owner, seen.name) is False and not tests_read(seen.sight.place.path, seen.name):
            yield _unread(case, seen)


def _is_elsewhere(symbol: Symbol, owner: ModuleSymbol) -> bool:
    return not isinstance(symbol, ModuleSymbol) and symbol.module is not owner


def _unread(case: Case, seen: Patched) -> Finding:
    owner, symbol = seen.owner, seen.answer.symbol if isinstance(seen.answer, Yes) else None
    assert isinstance(owner, ModuleSymbol)
    elsewhere = symbol is not None and _is_elsewhere(symbol, owner)
    reason = "imports it and never looks it up afterwards" if elsewhere else "never reads it"
    message = f"{seen.dotted} is patched, but {owner.name} {reason}, so nothing is replaced."
    # A mock that the test says is called is either loud, or read by what first imports it under the patch.
    is_said_called = isinstance(seen.value, Double) and any(not call.negative for call in seen.value.calls)
    confidence = Confidence.MEDIUM if isinstance(symbol, VariableSymbol) or is_said_called else Confidence.HIGH
    return finding(
        "M011", seen.sight, message, symbol=symbol or owner, member=seen.name, confidence=confidence,
        component=owner.name, suggestion="patch the name where it is looked up, or drop the patch",
    )  # fmt: skip


def reads_word(text: bytes, word: str) -> bool:
    """Whether a test file names a word outside of patch strings: `.word` or an import of it."""
    name = re.escape(word.encode())
    return re.search(rb"(?<![\w.'\"])" + name + rb"\b(?!['\"])|\w\." + name + rb"\b\s*[(.\[,)=:\n]", text) is not None
