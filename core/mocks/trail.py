"""What reading some tests has leant on, so that its result is known to hold for as long as that stays the same."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

Question = tuple[str, ...]
"""What was asked of one file, or of all files at once: its kind, then its arguments."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Leaning(NamedTuple):
    """A trail that has come to its end; its parts are shared with whatever else leans on them."""

    files: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    unparsed: tuple[str, ...] = ()
    parts: tuple["Leaning", ...] = ()


_NOTHING = Leaning()


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a trail led to, parts included."""

    files: frozenset[str]
    questions: frozenset[Question]
    unparsed: frozenset[str]


@dataclass(eq=False, slots=True)
class Trail:
    """Every file that was looked into as a whole, by path, and every question that was asked."""

    files: set[str] = field(default_factory=set)
    questions: set[Question] = field(default_factory=set)
    unparsed: set[str] = field(default_factory=set)
    """Files whose tree was wanted and could not be had."""
    parts: dict[int, Leaning] = field(default_factory=dict)
    """By identity, the ended trails of answers that were given here."""
    is_circular: bool = False
    """It met a question that was under way, so what it led to depends on where it began."""

    def end(self) -> Leaning:
        """What answers that are remembered keep."""
        if not (self.files or self.questions or self.unparsed) and len(self.parts) < 2:
            return next(iter(self.parts.values()), _NOTHING)
        parts = tuple(self.parts.values())
        return Leaning(tuple(self.files), tuple(self.questions), tuple(self.unparsed), parts)

    def whole(self) -> Whole:
        """What results that are kept lean on."""
        files, questions, unparsed = set(self.files), set(self.questions), set(self.unparsed)
        seen = set(self.parts)
        pending = list(self.parts.values())
        while pending:
            part = pending.pop()
            files.update(part.files)
            questions.update(part.questions)
            unparsed.update(part.unparsed)
            for inner in part.parts:
                if id(inner) not in seen:
                    seen.add(id(inner))
                    pending.append(inner)
        return Whole(frozenset(files), frozenset(questions), frozenset(unparsed))


class Trails:
    """The trail that is being left, and the memories whose answers lead to others."""

    def __init__(self) -> None:
        self.current = Trail()
        self.memos: list[Memo[Any, Any]] = []

    def begin(self) -> Trail:
        """A new trail, for a new result."""
        for memo in self.memos:
            memo.forget_circles()
        self.current = Trail()
        return self.current


class Memo(Generic[K, V]):
    """Answers by key, each with what it leans on, so that whoever is given one again leans on the same.

    An answer found in a circle is forgotten between two results, as another way into the circle may find another one.
    """

    def __init__(self, trails: Trails) -> None:
        self._trails = trails
        trails.memos.append(self)
        self._known: dict[K, tuple[V, Leaning]] = {}
        self._circular: dict[K, tuple[V, Leaning]] = {}

    def answer(self, key: K, find: Callable[[], V]) -> V:
        known = self._known.get(key)
        if known is None:
            known = self._circular.get(key)
            if known is None:
                return self._find(key, find)
            self._trails.current.is_circular = True
        value, leaning = known
        self._trails.current.parts[id(leaning)] = leaning
        return value

    def _find(self, key: K, find: Callable[[], V]) -> V:
        outer = self._trails.current
        inner = self._trails.current = Trail()
        try:
            value = find()
        finally:
            self._trails.current = outer
            leaning = inner.end()
            outer.parts[id(leaning)] = leaning
            outer.is_circular |= inner.is_circular
        (self._circular if inner.is_circular else self._known)[key] = value, leaning
        return value

    def forget_circles(self) -> None:
        self._circular.clear()
