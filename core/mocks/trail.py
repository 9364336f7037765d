"""What reading some tests has leant on, so that its result is known to hold for as long as that stays the same."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Question = tuple[str, ...]
"""What was asked of all files at once: its kind, then its arguments."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Leaning:
    """A trail that has come to its end."""

    files: frozenset[str] = frozenset()
    questions: frozenset[Question] = frozenset()
    unparsed: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Trail:
    """Every file that was looked into, by path, and every question that was asked."""

    files: set[str] = field(default_factory=set)
    questions: set[Question] = field(default_factory=set)
    unparsed: set[str] = field(default_factory=set)
    """Those of the files whose tree was wanted and could not be had."""
    parts: dict[int, Leaning] = field(default_factory=dict)
    """By identity, the ended trails of answers that were given here."""
    is_circular: bool = False
    """It met a question that was under way, so what it led to depends on where it began."""

    def end(self) -> Leaning:
        """All of it, parts included."""
        parts = self.parts.values()
        return Leaning(
            frozenset(self.files).union(*(each.files for each in parts)),
            frozenset(self.questions).union(*(each.questions for each in parts)),
            frozenset(self.unparsed).union(*(each.unparsed for each in parts)),
        )


class Trails:
    """The trail that is being left, and those of the answers that are remembered, each kept once."""

    def __init__(self) -> None:
        self.current = Trail()
        self.memos: list[Memo[Any, Any]] = []
        self._ended: dict[Leaning, Leaning] = {}

    def begin(self) -> Trail:
        """A new trail, for a new result."""
        for memo in self.memos:
            memo.forget_circles()
        self.current = Trail()
        return self.current

    def ended(self, trail: Trail) -> Leaning:
        if not (trail.files or trail.questions or trail.unparsed) and len(trail.parts) == 1:
            return next(iter(trail.parts.values()))
        leaning = trail.end()
        return self._ended.setdefault(leaning, leaning)


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
            leaning = self._trails.ended(inner)
            outer.parts[id(leaning)] = leaning
            outer.is_circular |= inner.is_circular
        (self._circular if inner.is_circular else self._known)[key] = value, leaning
        return value

    def forget_circles(self) -> None:
        self._circular.clear()
