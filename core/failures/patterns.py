"""Patterns that cannot hang: a checked subset of regular expressions, matched line by line.

CPython's `re` backtracks and cannot be interrupted, so safety is decided before a pattern is ever run. A pattern is cut
at its top-level gaps (`.*`, `.+`) into pieces that are looked for one after another on one line, which is linear.
Inside a piece the product of all ways to match from one position is bounded by `MAX_COST` (an open repeat covers at
most `OPEN_CHARS` or `ANCHORED_CHARS` characters); repeated groups, look-arounds and back-references are refused. On
text of n characters a piece costs at most n x MAX_COST steps.
"""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

MAX_PATTERN_CHARS: Final = 1_000
MAX_COST: Final = 2_000
OPEN_CHARS: Final = 40  # `*`, `+` and `{n,}` inside a piece stand for at most this many characters,
ANCHORED_CHARS: Final = 120  # or this many in a piece that begins with ^: dotted type names are long
MAX_REPEAT: Final = 200
ANCHORED_FACTOR: Final = 100  # a piece that begins with ^ is tried once per line, not once per character
_ESCAPES: Final = frozenset("dDwWsSbBntr")
_QUANTIFIER: Final = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_PLAIN: Final = re.compile(r"[\w ,:;'\"<>=/@#%&!-]{2,}(?![*+?{])")  # characters that stand for themselves
_FLAGS: Final = re.IGNORECASE | re.MULTILINE


class PatternError(ValueError):
    """A pattern was refused; the message completes the sentence 'pattern ... '."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matched in the judged text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Pieces that follow one another on one line; every match contains one of `needles`, which are lower case.

    No needles means that nothing is known beforehand.
    """

    needles: tuple[str, ...]
    pieces: tuple[tuple[str, int], ...]  # compiled at first use: of hundreds of patterns a run needs a few

    def may_match(self, lowered: str) -> bool:
        """False when a lower-case text cannot match; a cheap test before `search`."""
        return not self.needles or any(needle in lowered for needle in self.needles)

    def search(self, text: str) -> Found | None:
        """The first line's match, or None."""
        position = 0
        while (match := self._first(text, position)) is not None:
            if len(self.pieces) == 1:
                return Found(match.start(), match.end())
            line_end = text.find("\n", match.end())
            line_end = len(text) if line_end < 0 else line_end
            if (end := self._follow(text, match.end(), line_end)) is not None:
                return Found(match.start(), end)
            if line_end >= len(text):
                return None
            position = line_end + 1
        return None

    def _first(self, text: str, position: int) -> re.Match[str] | None:
        """The first piece's match; one that begins with ^ is tried at line starts only."""
        first = _compiled(self.pieces[0][0])
        if self.pieces[0][0][0] != "^":
            return first.search(text, position)
        while (match := first.match(text, position)) is None:
            position = text.find("\n", position) + 1
            if position == 0:
                return None
        return match

    def _follow(self, text: str, position: int, line_end: int) -> int | None:
        for piece, gap in self.pieces[1:]:
            match = _compiled(piece).search(text, position + gap, line_end) if position + gap <= line_end else None
            if match is None:
                return None
            position = match.end()
        return position


@dataclass(frozen=True, slots=True)
class _Atom:
    """What one element of a pattern may cost: `cost` ways from one position, `single` when it is one character."""

    cost: int
    single: bool
    literal: str = ""
    options: tuple[str, ...] = ()  # of a group: words of which every match contains one


class _Reader:
    """Reads one pattern left to right and gathers its chains."""

    def __init__(self, pattern: str, *, trusted: bool) -> None:
        self.pattern = pattern
        self.trusted = trusted
        self.at = 0
        self.open_chars = OPEN_CHARS
        self.closed: list[tuple[int, int, str]] = []  # where an open repeat stands, and its bounded spelling

    def chains(self) -> tuple[Chain, ...]:
        """One chain per top-level alternative."""
        found = [self._chain()]
        while self._peek() == "|":
            self.at += 1
            found.append(self._chain())
        if self.at < len(self.pattern):
            raise PatternError("closes a bracket that was never opened")
        return tuple(found)

    def _peek(self, length: int = 1) -> str:
        return self.pattern[self.at : self.at + length]

    def _chain(self) -> Chain:
        pieces: list[tuple[str, int]] = []
        options: list[tuple[str, ...]] = []
        gap = 0
        while True:
            start = self.at
            options.extend(self._piece())
            pieces.append((self._bounded(start), gap))
            if self._peek(2) not in {".*", ".+"}:
                break
            gap = int(self._peek(2) == ".+")
            self.at += 3 if self._peek(3).endswith("?") else 2
        kept = [(piece, gap) for piece, gap in pieces if piece]
        if not self.trusted and all(_may_be_empty(_compiled(piece)) for piece, _ in kept):
            raise PatternError("matches every line")
        return Chain(max(options, key=_telling, default=()), tuple(kept))

    def _bounded(self, start: int) -> str:
        """The piece from `start` to here with every open repeat bounded."""
        piece, at = "", start
        for begin, end, spelling in self.closed:
            if begin >= start:
                piece, at = piece + self.pattern[at:begin] + spelling, end
        return piece + self.pattern[at : self.at]

    def _piece(self) -> list[tuple[str, ...]]:
        """Reads up to a gap or alternative; the word sets of which every match contains one each."""
        cost, run, longest = 1, "", ""
        options: list[tuple[str, ...]] = []
        self.open_chars = ANCHORED_CHARS if self._peek() == "^" else OPEN_CHARS
        limit = MAX_COST * (ANCHORED_FACTOR if self._peek() == "^" else 1)
        while self.at < len(self.pattern) and self._peek() not in {"|", ")"} and self._peek(2) not in {".*", ".+"}:
            atom, quantified = self._quantified()
            cost *= atom.cost
            _check_cost(cost, limit)
            run = "" if quantified or not atom.literal else run + atom.literal
            longest = max(longest, run, key=len)
            if atom.options and not quantified:
                options.append(atom.options)
        return [*options, (longest.lower(),)] if longest else options

    def _quantified(self) -> tuple[_Atom, bool]:
        atom = self._atom()
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            return atom, False
        self.at = match.end()
        low, high = _bounds(match)
        if not atom.single and (high is None or high > 3):
            raise PatternError("repeats a group; repeat a single character or class instead")
        if high is None:
            high = low + self.open_chars
            self.closed.append((match.start(), match.end(), f"{{{low},{high}}}"))
        if self._peek() == "?":
            self.at += 1
        cost = high - low + 1 if atom.single else (atom.cost + 1) ** (high or 1)
        return _Atom(cost, atom.single), True

    def _atom(self) -> _Atom:
        if (run := _PLAIN.match(self.pattern, self.at)) is not None:
            self.at = run.end()
            return _Atom(1, True, run.group())
        character = self._peek()
        self.at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escape()
        if character in "*+?{":
            raise PatternError(f"has nothing to repeat before '{character}'")
        return _Atom(1, True, "" if character in ".^$" else character)

    def _escape(self) -> _Atom:
        character = self._peek()
        self.at += 1
        if character.isdigit():
            raise PatternError("uses a back-reference, which cannot be bounded")
        if not character or (character.isalpha() and character not in _ESCAPES):
            raise PatternError(f"uses the escape '\\{character}', which is not supported")
        return _Atom(1, True, "" if character.isalpha() else character)

    def _class(self) -> _Atom:
        if self._peek() == "^":
            self.at += 1
        if self._peek() == "]":  # in first place it stands for itself
            self.at += 1
        while self.at < len(self.pattern):
            if self._peek() == "]":
                self.at += 1
                return _Atom(1, True)
            self.at += 2 if self._peek() == "\\" else 1
        raise PatternError("opens '[' and never closes it")

    def _group(self) -> _Atom:
        if self._peek(2) == "?:":
            self.at += 2
        elif self._peek() == "?":
            raise PatternError("uses a look-around, name or flag; only (...) and (?:...) are supported")
        costs, literal, words = [], [], []
        while True:
            start = self.at
            cost, word = self._alternative()
            costs.append(cost)
            words.append(word)
            literal.append(self.pattern[start : self.at])
            if self._peek() != "|":
                break
            self.at += 1
        if self._peek() != ")":
            raise PatternError("opens '(' and never closes it")
        self.at += 1
        cost = max(costs) if _exclusive(literal) else sum(costs)
        return _Atom(cost, False, "", tuple(dict.fromkeys(words)) if all(words) else ())

    def _alternative(self) -> tuple[int, str]:
        """Cost and longest literal run, lower case, of one alternative of a group."""
        cost, run, longest = 1, "", ""
        while self.at < len(self.pattern) and self._peek() not in {"|", ")"}:
            atom, quantified = self._quantified()
            cost *= atom.cost
            _check_cost(cost, MAX_COST * ANCHORED_FACTOR)
            run = "" if quantified or not atom.literal else run + atom.literal
            longest = max(longest, run, key=len)
        return cost, longest.lower()


def _bounds(match: re.Match[str]) -> tuple[int, int | None]:
    spelling = match.group()
    if spelling in "?*+":
        return int(spelling == "+"), 1 if spelling == "?" else None
    low, comma, high = match.groups()
    if not low and not high:
        raise PatternError("has empty braces")
    least = int(low or 0)
    most = (int(high) if high else None) if comma else least
    if not least <= (least if most is None else most) <= MAX_REPEAT:
        raise PatternError(f"repeats {spelling}, which is outside 0 to {MAX_REPEAT}")
    return least, most


def _may_be_empty(piece: re.Pattern[str]) -> bool:
    return any((match := piece.search(text)) is not None and not match.group() for text in ("", " a."))


def _telling(words: tuple[str, ...]) -> tuple[int, int]:
    """How much a set of words excludes: long words first, then few of them."""
    return min(5, *map(len, words), 5), -len(words)


def _exclusive(alternatives: Iterable[str]) -> bool:
    """True for plain words of which none begins another: at most one can match at a position."""
    words = sorted(alternatives)
    plain = all(word and word.replace("_", "a").replace(" ", "a").isalnum() for word in words)
    return plain and not any(later.lower().startswith(word.lower()) for word, later in pairwise(words))


def _check_cost(cost: int, limit: int) -> None:
    if cost > limit:
        raise PatternError(
            "can match in too many ways; use fewer repeats, or separate them by '.*' outside of brackets"
        )


@cache
def _compiled(piece: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # re warns about sets that will change their meaning
            return re.compile(piece, _FLAGS)
    except (re.error, FutureWarning, RecursionError, OverflowError) as error:
        raise PatternError(f"is not a regular expression: {error}") from error


def read_pattern(pattern: str, *, trusted: bool = False) -> tuple[Chain, ...]:
    """The chains of a pattern, any of which is a match. Raises PatternError with the reason of a refusal.

    `trusted` patterns went through this door before; they are compiled at first use, which saves most of the time.
    """
    if not pattern:
        raise PatternError("is empty")
    if len(pattern) > MAX_PATTERN_CHARS:
        raise PatternError(f"is longer than {MAX_PATTERN_CHARS} characters")
    if pattern.count("(") > 40:
        raise PatternError("has more than 40 groups")
    chains = _Reader(pattern, trusted=trusted).chains()
    if not trusted:
        for piece, _ in (piece for chain in chains for piece in chain.pieces):
            _compiled(piece)
    return chains
