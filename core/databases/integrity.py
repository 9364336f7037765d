"""What the integrity checks of a database came to, and whether that is sound."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.databases.references import Reference

EXAMPLES = 3
"""Values that point nowhere, shown of each reference."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows that point at a row which is not there."""

    reference: Reference
    count: int
    examples: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        rows = "1 row points" if self.count == 1 else f"{self.count} rows point"
        kind = "rule" if self.reference.is_rule else f"foreign key {self.reference.name}"
        shown = f", such as {', '.join(self.examples)}" if self.examples else ""
        return f"{rows} nowhere: {self.reference.shown} ({kind}){shown}."


@dataclass(frozen=True, slots=True)
class Weak:
    """A foreign key that is there and does not hold everything."""

    reference: Reference
    why: str

    @property
    def sentence(self) -> str:
        return f"Foreign key {self.reference.name} on {self.reference.table.shown} {self.why}."


@dataclass(frozen=True, slots=True)
class Unchecked:
    what: str
    why: str

    @property
    def sentence(self) -> str:
        return f"{self.what}: {self.why}."


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """The answer to `db integrity` about one database."""

    name: str
    at: datetime
    checked: int = 0
    """Foreign keys and rules whose rows were all looked at."""
    orphans: tuple[Orphans, ...] = ()
    weak: tuple[Weak, ...] = ()
    corrupt: tuple[str, ...] = ()
    """What SQLite's own check complains about."""
    unchecked: tuple[Unchecked, ...] = ()
    has_pages_checked: bool | None = None
    """Whether SQLite's own check came to its end; None for a server, which has none."""
    error: str = ""
    """Why nothing could be checked."""

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong as far as it was checked."""
        return not (self.orphans or self.weak or self.corrupt or self.error)

    @property
    def is_complete(self) -> bool:
        return not self.unchecked and not self.error

    @property
    def verdict(self) -> str:
        if self.error:
            return f"{self.name}: cannot be checked"
        count = len(self.orphans) + len(self.weak) + len(self.corrupt)
        if count:
            return f"{self.name}: {count} {'thing does' if count == 1 else 'things do'} not hold together"
        return f"{self.name}: holds together{'' if self.is_complete else ', as far as I looked'}"

    @property
    def counted(self) -> str:
        """How much was looked at."""
        pages = {None: "", True: ", SQLite's own check came to its end", False: ", SQLite's own check did not"}
        noun = "reference was" if self.checked == 1 else "references were"
        return f"{self.checked} {noun} checked{pages[self.has_pages_checked]}."


def integrity_to_json(reports: tuple[IntegrityReport, ...]) -> dict[str, Any]:
    return {
        "integrity": [
            {
                "name": each.name, "at": each.at.isoformat(), "sound": each.is_sound, "complete": each.is_complete,
                "checked": each.checked, "error": each.error or None, "corrupt": list(each.corrupt),
                "orphans": [_orphans(found) for found in each.orphans],
                "weak": [{"name": found.reference.name, "table": found.reference.table.shown, "why": found.why}
                         for found in each.weak],
                "unchecked": [{"what": found.what, "why": found.why} for found in each.unchecked],
            }
            for each in reports
        ]
    }  # fmt: skip


def _orphans(found: Orphans) -> dict[str, Any]:
    reference = found.reference
    return {
        "name": reference.name, "kind": "rule" if reference.is_rule else "foreign_key", "table": reference.table.shown,
        "columns": list(reference.columns), "references": reference.target.shown,
        "referenced_columns": list(reference.target_columns), "count": found.count, "examples": list(found.examples),
    }  # fmt: skip
