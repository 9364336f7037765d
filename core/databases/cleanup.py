"""Deleting test data: what the rules of the settings match, and what may be deleted after somebody saw the numbers.

The book deletes by a guess at names (`LIKE '%test%'`) and vacuums inside the transaction. Here a rule is a table and a
condition that the team wrote; it is counted first, confirmed by somebody who may, and deletes what was counted or less.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.errors import UsageError
from core.settings import CleanupSettings


class Counts(NamedTuple):
    """Rows of the rule's table, and all that are deleted with them: those of other tables by cascades."""

    rows: int
    total: int


NOTHING = Counts(0, 0)


@dataclass(frozen=True, slots=True)
class Followed:
    """Rows of another table that go along, or lose their reference."""

    table: str
    count: int
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """What a rule matches now."""

    rule: CleanupSettings
    rows: int = 0
    followed: tuple[Followed, ...] = ()
    error: str = ""
    """Why it could not be counted."""

    @property
    def key(self) -> str:
        return rule_key(self.rule)

    @property
    def counts(self) -> Counts:
        return Counts(self.rows, self.rows + sum(each.count for each in self.followed if each.is_deleted))

    @property
    def is_too_much(self) -> bool:
        return self.rows > self.rule.most

    @property
    def is_deletable(self) -> bool:
        return not self.error and 0 < self.rows <= self.rule.most

    @property
    def sentence(self) -> str:
        """What it matches, in a sentence."""
        if self.error:
            return f"It cannot be counted: {self.error}."
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        verb = "goes" if self.rows == 1 else "go"
        parts = [f"{rows} of {self.rule.table} {verb}" if self.rows else f"no row of {self.rule.table} matches"]
        parts += [
            f"up to {each.count} of {each.table} {'follow' if each.is_deleted else 'lose their reference'}"
            for each in self.followed
            if each.count
        ]
        if self.is_too_much:
            parts.append(f"that is more than {self.rule.most} at once, so none is deleted")
        told = ", ".join(parts)
        return f"{told[:1].upper()}{told[1:]}."


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be deleted from one database; nothing was."""

    name: str
    at: datetime
    matched: tuple[Matched, ...]
    error: str = ""
    """Why the database could not be looked at."""

    @property
    def deletable(self) -> tuple[Matched, ...]:
        return tuple(each for each in self.matched if each.is_deletable)

    @property
    def rows(self) -> int:
        """All rows that would be deleted, by cascades too."""
        return sum(each.counts.total for each in self.deletable)

    @property
    def seen(self) -> "Seen":
        return Seen(self.name, {each.key: each.counts for each in self.deletable})


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers that somebody confirms: per rule, by its key, what it matched when they saw it."""

    name: str
    counts: Mapping[str, Counts]

    @property
    def total(self) -> int:
        return sum(each.total for each in self.counts.values())

    def packed(self) -> str:
        """As a button carries it."""
        return json.dumps({"d": self.name, "n": {key: list(each) for key, each in self.counts.items()}},
                          separators=(",", ":"))  # fmt: skip


def unpack_seen(packed: str) -> Seen:
    """Raises `UsageError` for anything we did not pack."""
    try:
        found = json.loads(packed)
        counts = {str(key): Counts(int(rows), int(total)) for key, (rows, total) in found["n"].items()}
        return Seen(str(found["d"]), counts)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageError("this button is from another version of T12; ask again with /t12 db cleanup") from None


def rule_key(rule: CleanupSettings) -> str:
    """The same as long as the rule is: who confirms one confirms its table and condition."""
    return hashlib.sha256(json.dumps([rule.name, rule.table, rule.where]).encode()).hexdigest()[:10]


def chosen_rules(rules: Sequence[CleanupSettings], seen: Seen) -> list[tuple[CleanupSettings, Counts]]:
    """The rules that were confirmed, with their numbers. Raises `UsageError` when one was changed since."""
    known = {rule_key(each): each for each in rules}
    if not seen.counts or not set(seen.counts) <= set(known):
        raise UsageError(f"the rules of {seen.name} were changed since you saw them; look again with `db cleanup`")
    return [(known[key], counts) for key, counts in seen.counts.items()]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of one rule."""

    rule: str
    table: str
    seen: Counts
    counts: Counts = NOTHING
    """Deleted rows; none when there is an error."""
    error: str = ""
    is_unclear: bool = False
    """The server fell silent while it was to confirm the deletion."""

    @property
    def sentence(self) -> str:
        if self.is_unclear:
            return f"{self.rule}: it is not known whether anything was deleted, because {self.error}; look again."
        if self.error:
            return f"{self.rule}: nothing was deleted, because {self.error}."
        rows = "1 row" if self.counts.rows == 1 else f"{self.counts.rows} rows"
        more = self.counts.total - self.counts.rows
        others = f" and {more} of other tables with them" if more else ""
        fewer = f"; {self.seen.rows} were seen before" if self.counts.rows < self.seen.rows else ""
        return f"{self.rule}: {rows} of {self.table} deleted{others}{fewer}."


def refusal(seen: Counts, found: Counts) -> str:
    """Why a deletion that came to more than somebody saw is taken back; empty when it did not."""
    if found.rows > seen.rows:
        return f"{found.rows} rows match now and {seen.rows} were seen; look again"
    if found.total > seen.total:
        return f"{found.total} rows in all would go and {seen.total} were seen; look again"
    return ""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a confirmed cleanup came to."""

    name: str
    deleted: tuple[Deleted, ...]
    vacuumed: tuple[str, ...] = ()
    """Tables that were vacuumed and analysed afterwards."""
    trouble: str = ""
    """Why a table was not vacuumed."""
    is_repeat: bool = False
    """It was asked for before, and nothing was done again."""

    @property
    def rows(self) -> int:
        return sum(each.counts.total for each in self.deleted)

    @property
    def verdict(self) -> str:
        if self.is_repeat:
            return f"{self.name}: this was asked for before, and is done once"
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows" if self.rows else "nothing"
        return f"{self.name}: {rows} deleted"

    @property
    def sentences(self) -> list[str]:
        found = [each.sentence for each in self.deleted]
        if self.vacuumed:
            found.append(f"Vacuumed and analysed: {', '.join(self.vacuumed)}.")
        return [*found, self.trouble] if self.trouble else found


def previews_to_json(previews: Sequence[Preview]) -> dict[str, Any]:
    return {
        "cleanup": [
            {
                "name": each.name, "at": each.at.isoformat(), "error": each.error or None, "rows": each.rows,
                "rules": [
                    {
                        "name": found.rule.name, "table": found.rule.table, "where": found.rule.where,
                        "rows": found.rows, "total": found.counts.total, "deletable": found.is_deletable,
                        "error": found.error or None,
                        "followed": [{"table": one.table, "count": one.count, "deleted": one.is_deleted}
                                     for one in found.followed],
                    }
                    for found in each.matched
                ],
            }
            for each in previews
        ]
    }  # fmt: skip


def cleaned_to_json(cleaned: Cleaned) -> dict[str, Any]:
    return {
        "name": cleaned.name, "rows": cleaned.rows, "repeat": cleaned.is_repeat, "vacuumed": list(cleaned.vacuumed),
        "rules": [
            {"name": each.rule, "table": each.table, "seen": each.seen.rows, "rows": each.counts.rows,
             "total": each.counts.total, "error": each.error or None, "unclear": each.is_unclear}
            for each in cleaned.deleted
        ],
    }  # fmt: skip
