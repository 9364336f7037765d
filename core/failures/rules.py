"""Failure rules: data that says which words mean which cause category. Packaged and team rules use the same door."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, get_args

from core.failures.model import Category, Phase
from core.failures.patterns import Chain, Found, PatternError, read_pattern

MAX_RULES: Final = 500
GRAM: Final = 4
_KEYS: Final = frozenset({"id", "category", "weight", "patterns", "unless", "frames", "phases", "inside_assertion"})
_PHASES: Final = frozenset(get_args(Phase))
TEAM_WEIGHT: Final = 96  # a team knows its own suite: above every packaged rule unless it says otherwise


class RulesError(ValueError):
    """Rules that cannot be used. `problems` holds one sentence per mistake, all of them at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule: any of `patterns` in the judged text of an exception speaks for `category` with `weight` (1 to 100).

    `unless` vetoes; `frames` must match one of the four innermost frames ("path:function"), those of importing aside;
    `phases` limits where the failure happened. In the words of an assertion, which quote anything, only rules with
    `inside_assertion` count.
    """

    id: str
    category: Category
    weight: int
    patterns: tuple[Chain, ...]
    unless: tuple[Chain, ...] = ()
    frames: tuple[Chain, ...] = ()
    phases: frozenset[str] = frozenset()
    inside_assertion: bool = False

    def allows(self, words: str, lowered: str, frames: str, phase: Phase | None) -> bool:
        """Whether everything but the patterns holds. `frames` are newline-separated, innermost last."""
        if self.phases and phase not in self.phases:
            return False
        if self.frames and find_any(self.frames, frames, frames.lower()) is None:
            return False
        return not self.unless or find_any(self.unless, words, lowered) is None


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Rules in the order they are tried, heaviest first, and the version that a stored verdict can name.

    `index` leads from four characters to the positions in `table` of the chains whose every match contains them;
    `always` are the positions of chains without such characters.
    """

    version: str
    rules: tuple[Rule, ...]
    table: tuple[tuple[Chain, Rule], ...]
    index: Mapping[str, tuple[int, ...]]
    always: tuple[int, ...]

    def candidates(self, lowered: str) -> list[tuple[Chain, Rule]]:
        """The chains that may match a lower-case text, heaviest first."""
        positions = set(self.always)
        for gram in _grams(lowered) & self.index.keys():
            positions.update(self.index[gram])
        entries = (self.table[position] for position in sorted(positions))
        return [entry for entry in entries if entry[0].may_match(lowered)]


def find_any(chains: Iterable[Chain], text: str, lowered: str) -> Found | None:
    """The first chain's match in `text`; `lowered` is the same text in lower case."""
    for chain in chains:
        if chain.may_match(lowered) and (found := chain.search(text)) is not None:
            return found
    return None


@cache
def load_rules() -> RuleSet:
    """The packaged rules; read once."""
    packaged = tomllib.loads(resources.files("core.failures").joinpath("rules.toml").read_text("utf-8"))
    return _build(str(packaged["version"]), parse_rules(packaged["rules"], trusted=True))


def extend_rules(base: RuleSet, tables: Sequence[Mapping[str, object]]) -> RuleSet:
    """The base rules and a team's own `[[failures.rules]]` tables. A table with a packaged id replaces that rule.

    The version gains a digest of the tables, so that verdicts of other rules are recognised. Raises RulesError.
    """
    if not tables:
        return base
    added = parse_rules(tables)
    replaced = {rule.id for rule in added}
    digest = hashlib.sha256(repr([sorted(table.items()) for table in tables]).encode()).hexdigest()[:8]
    return _build(f"{base.version}+{digest}", [*added, *(rule for rule in base.rules if rule.id not in replaced)])


def parse_rules(tables: object, *, trusted: bool = False) -> list[Rule]:
    """Rules from decoded TOML tables. Raises RulesError with every problem of every table.

    `trusted` says that the patterns are known to be sound, as the packaged ones are; they are compiled when needed.
    """
    if not isinstance(tables, list | tuple):
        raise RulesError(["failures.rules must be an array of tables; write each rule under [[failures.rules]]."])
    if len(tables) > MAX_RULES:
        raise RulesError([f"failures.rules holds {len(tables)} rules; at most {MAX_RULES} are allowed."])
    problems: list[str] = []
    rules = [
        rule
        for number, table in enumerate(tables, 1)
        if (rule := _Table(number, table, problems, trusted=trusted).rule()) is not None
    ]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            problems.append(f"Rule '{rule.id}' is defined twice; give each rule its own id.")
        seen.add(rule.id)
    if problems:
        raise RulesError(problems)
    return rules


def _build(version: str, rules: Iterable[Rule]) -> RuleSet:
    ordered = tuple(sorted(rules, key=lambda rule: -rule.weight))
    table = tuple((chain, rule) for rule in ordered for chain in rule.patterns)
    index, always = _index([chain.needles for chain, _ in table])
    return RuleSet(version, ordered, table, index, always)


def _index(needles: Sequence[tuple[str, ...]]) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Each chain under the rarest four characters of each of its needles: a text is compared with few chains."""
    counts = Counter(gram for words in needles for word in words for gram in _grams(word))
    index: dict[str, list[int]] = {}
    always: list[int] = []
    for position, words in enumerate(needles):
        if not words or min(map(len, words)) < GRAM:
            always.append(position)
            continue
        for word in words:
            rarest = min(_grams(word), key=lambda gram: (counts[gram], gram))
            index.setdefault(rarest, []).append(position)
    return {gram: tuple(positions) for gram, positions in index.items()}, tuple(always)


def _grams(text: str) -> set[str]:
    return {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}


class _Table:
    """One table on its way to a rule; notes every mistake instead of stopping at the first."""

    def __init__(self, number: int, table: object, problems: list[str], *, trusted: bool) -> None:
        self.problems = problems
        self.trusted = trusted
        self.values: Mapping[str, object] = table if isinstance(table, Mapping) else {}
        name = self.values.get("id")
        self.name = f"Rule '{name}'" if isinstance(name, str) and name else f"Rule number {number}"
        if not isinstance(table, Mapping):
            self._problem("must be a table with id, category and patterns")

    def rule(self) -> Rule | None:
        """The rule, or None after noting why not."""
        before = len(self.problems)
        for key in sorted(str(key) for key in self.values.keys() - _KEYS):
            self._problem(f"has the unknown key '{key}'; known are {', '.join(sorted(_KEYS))}")
        patterns = self._patterns("patterns")
        if self.values and not patterns and "patterns" not in self.values:
            self._problem("has no patterns; give it at least one")
        rule_id, category, weight = self._id(), self._category(), self._weight()
        unless, frames = self._patterns("unless"), self._patterns("frames")
        phases, inside = self._phases(), self._inside()
        if len(self.problems) > before or category is None:
            return None
        return Rule(rule_id, category, weight, patterns, unless, frames, phases, inside)

    def _problem(self, words: str) -> None:
        self.problems.append(f"{self.name} {words}.")

    def _id(self) -> str:
        value = self.values.get("id")
        if isinstance(value, str) and 0 < len(value) <= 80 and value.isprintable() and value.strip() == value:
            return value
        if self.values:
            self._problem("needs an id of 1 to 80 printable characters")
        return ""

    def _category(self) -> Category | None:
        value = self.values.get("category")
        try:
            return Category(str(value))
        except ValueError:
            if self.values:
                known = ", ".join(category.value for category in Category)
                self._problem(f"has the category '{value}', which does not exist; choose one of {known}")
            return None

    def _weight(self) -> int:
        value = self.values.get("weight", TEAM_WEIGHT)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100:
            return value
        self._problem(f"has the weight {value!r}; use a whole number from 1 to 100")
        return 1

    def _words(self, key: str) -> list[str]:
        value = self.values.get(key, [])
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            if key == "patterns" and key in self.values and not value:
                self._problem("has no patterns; give it at least one")
            return [str(item) for item in value]
        self._problem(f"has {key} of the wrong kind; use a list of strings")
        return []

    def _patterns(self, key: str) -> tuple[Chain, ...]:
        chains: list[Chain] = []
        for pattern in self._words(key):
            try:
                chains.extend(read_pattern(pattern, trusted=self.trusted))
            except PatternError as error:
                self._problem(f"has a pattern {pattern[:80]!r} that {error}")
        return tuple(chains)

    def _phases(self) -> frozenset[str]:
        words = self._words("phases")
        for word in words:
            if word not in _PHASES:
                self._problem(f"has the phase '{word}'; choose from {', '.join(sorted(_PHASES))}")
        return frozenset(words)

    def _inside(self) -> bool:
        value = self.values.get("inside_assertion", False)
        if not isinstance(value, bool):
            self._problem("has inside_assertion of the wrong kind; use true or false")
        return value is True
