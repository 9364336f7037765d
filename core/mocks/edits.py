"""What the edits since the last audit leave as it was, told from the changed files alone."""

import ast
import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from core.mocks.members import classes_named
from core.mocks.model import Place
from core.mocks.modules import Modules
from core.mocks.questions import Questions, outside_parts, scope_of
from core.mocks.resolving import closest
from core.mocks.sources import Sources
from core.mocks.symbols import ModuleSymbol
from core.mocks.trail import Question

_ELSEWHERE = frozenset({"module", "owner"})
"""Fields of a symbol that lead back to what holds it."""


class MovedError(Exception):
    """Nobody can say where a line is now."""


class Edits:
    """The changed files as they were and as they are. `contents` gives what they were; None when it is not kept."""

    def __init__(
        self, sources: Sources, modules: Modules, changed: frozenset[str], contents: Callable[[str], bytes | None]
    ) -> None:
        self.changed = changed
        self._sources, self._modules, self._contents = sources, modules, contents
        self._tables: dict[str, _Tables | None] = {}

    @functools.cached_property
    def _then(self) -> Questions | None:
        found = {path: self._contents(path) for path in self.changed}
        known = {path: content for path, content in found.items() if content is not None}
        return self._asked_of(known) if len(known) == len(found) else None

    @functools.cached_property
    def _now(self) -> Questions:
        return self._asked_of({path: self._sources.contents[path] for path in self.changed})

    def _asked_of(self, contents: Mapping[str, bytes]) -> Questions:
        files = {path: self._sources.files[path] for path in sorted(contents)}
        return Questions(Sources(self._sources.root, files, {path: contents[path] for path in files}))

    def leave(self, question: Question) -> bool:
        """Whether the answer is surely what it was. Raises `KeyError` or the like for what is no question."""
        scope = scope_of(question)
        if scope == "table":
            return self._leaves_table(*question)
        if scope == "file" and question[1] not in self.changed:
            return True
        if not any(scope in ("file", "all") or self._is_in(path, scope) for path in self.changed):
            return True
        then, now = self._then, self._now
        return then is not None and _part_of(then, question) == _part_of(now, question) and self._is_all(question)

    def _is_in(self, path: str, scope: str) -> bool:
        return self._sources.files[path].is_test == (scope == "tests")

    def _is_all(self, question: Question) -> bool:
        """Whether what each file says is all that decides the answer."""
        return question[0] != "replaced" or question[2] not in self.changed

    def _leaves_table(self, kind: str, path: str, name: str) -> bool:
        if path not in self.changed:
            return True
        tables = self._tables_of(path)
        return tables is not None and tables.are_alike(kind, name)

    def place(self, place: Place) -> Place:
        """Where a line of a definition is now. Raises `MovedError`."""
        if place.path not in self.changed:
            return place
        tables = self._tables_of(place.path)
        line = None if tables is None else tables.lines.get(place.line)
        if line is None:
            raise MovedError
        return Place(place.path, line)

    def moved(self, value: Any) -> Any:
        """A result with every place in it where it is now. Raises `MovedError`."""
        if isinstance(value, Place):
            return self.place(value)
        if isinstance(value, tuple):
            parts = [self.moved(each) for each in value]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        if isinstance(value, dict):
            return {key: self.moved(each) for key, each in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dataclasses.replace(
                value, **{each.name: self.moved(getattr(value, each.name)) for each in dataclasses.fields(value)}
            )
        return value

    def _tables_of(self, path: str) -> "_Tables | None":
        if path not in self._tables:
            now = self._modules.at(path)
            then = None if now is None else self._table_then(path)
            self._tables[path] = None if then is None or now is None else _Tables(then, now)
        return self._tables[path]

    def _table_then(self, path: str) -> ModuleSymbol | None:
        content = self._contents(path)
        return None if content is None else self._modules.table_of(path, content)


def _part_of(asked: Questions, question: Question) -> object:
    """What some files say to a question: two times alike, the answer of all files is alike."""
    kind, *parts = question
    if kind == "replaced":
        return asked.vocabulary.replaced
    if kind == "descendants":
        return asked.vocabulary.subclasses
    if kind == "outside":
        return outside_parts(asked, *parts)
    return asked.answer(question)


class _Tables:
    """One module's table as it was and as it is."""

    def __init__(self, then: ModuleSymbol, now: ModuleSymbol) -> None:
        self._then, self._now = then, now
        self.lines: dict[int, int | None] = {1: 1}
        """By the line of a definition then, its line now."""
        names = [name for table in self._parts(then) for name in table]
        self._alike = {name for name in dict.fromkeys(names) if self._is_alike(name)}

    @staticmethod
    def _parts(module: ModuleSymbol) -> tuple[Mapping[str, Any], ...]:
        return (module.names, module.others, module.typing_names)

    def _is_alike(self, name: str) -> bool:
        pairs = zip(self._parts(self._then), self._parts(self._now), strict=True)
        return all(alike(then.get(name), now.get(name), self._note) for then, now in pairs)

    def _note(self, then: Place, now: Place) -> bool:
        known = self.lines.setdefault(then.line, now.line)
        if known != now.line:
            self.lines[then.line] = None
        return then.path == now.path

    def are_alike(self, kind: str, name: str) -> bool:
        then, now = self._then, self._now
        if kind == "classes":
            return alike(classes_named(then, name), classes_named(now, name), self._note)
        if kind == "near":
            return closest(name, then.names) == closest(name, now.names)
        if name == "*":
            return list(then.names) == list(now.names)
        if name:
            return name in self._alike or not any(name in table for both in (then, now) for table in self._parts(both))
        return self._head(then) == self._head(now)

    @staticmethod
    def _head(module: ModuleSymbol) -> tuple[object, ...]:
        return (module.name, module.unknown, module.exports, module.star_imports, bool(module.names))


def alike(then: Any, now: Any, note: Callable[[Place, Place], bool]) -> bool:
    """Whether two parts of tables say the same, wherever they stand; `note` is told of all places."""
    if isinstance(then, Place) and isinstance(now, Place):
        return note(then, now)
    if type(then) is not type(now):
        return False
    if isinstance(then, ast.AST):
        return ast.dump(then) == ast.dump(now)
    if isinstance(then, tuple | list):
        return len(then) == len(now) and all(alike(one, other, note) for one, other in zip(then, now, strict=True))
    if isinstance(then, Mapping):
        return list(then) == list(now) and all(alike(then[key], now[key], note) for key in then)
    if dataclasses.is_dataclass(then):
        names = (each.name for each in dataclasses.fields(then) if each.name not in _ELSEWHERE)
        return all(alike(getattr(then, name), getattr(now, name), note) for name in names)
    return bool(then == now)
