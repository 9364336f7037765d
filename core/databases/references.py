"""References between tables, and the statements that count what breaks them or follows a deletion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.settings import OrphanSettings

_DEEPEST = 6
"""Steps that a chain of cascades is followed for."""


class Table(NamedTuple):
    schema: str
    """Empty where the search path finds it, and in SQLite."""
    name: str

    @property
    def sql(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}" if self.schema else quoted(self.name)

    @property
    def shown(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema not in ("", "public") else self.name


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of a table that point at columns of another: a foreign key, or a rule of the settings."""

    name: str
    table: Table
    columns: tuple[str, ...]
    target: Table
    target_columns: tuple[str, ...]
    where: str = ""
    """Of a rule: the condition that its rows hold."""
    is_rule: bool = False
    is_full: bool = False
    """MATCH FULL: some columns null and others not is broken too; else a null points nowhere and is fine."""
    on_delete: str = ""
    """cascade, null, or empty where a row that is pointed at cannot be deleted."""
    is_partitioned: tuple[bool, bool] = (True, True)
    """Of the table and of its target; one that is not is read without its heirs, as the key itself does."""
    operators: tuple[str, ...] = ()
    """That compare the target's columns with ours; = where none is given."""

    @property
    def shown(self) -> str:
        return f"{self.table.shown}({', '.join(self.columns)}) to {self.target.shown}({', '.join(self.target_columns)})"

    @property
    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Target's column, operator, our column."""
        operators = self.operators or ("=",) * len(self.columns)
        return zip(self.target_columns, operators, self.columns, strict=True)


def quoted(name: str) -> str:
    """A name as SQL takes it literally."""
    return '"' + name.replace('"', '""') + '"'


def table_named(name: str) -> Table:
    schema, _, last = name.rpartition(".")
    return Table(schema, last)


def rule_reference(rule: OrphanSettings) -> Reference:
    target, _, column = rule.references.rpartition(".")
    name = f"{rule.table}.{rule.column}"
    return Reference(
        name, table_named(rule.table), (rule.column,), table_named(target), (column,), rule.where or "", is_rule=True
    )


def orphan_count(reference: Reference) -> str:
    return f"SELECT count(*) {_orphans(reference)}"


def orphan_examples(reference: Reference, most: int) -> str:
    """The values that point nowhere, as text."""
    values = ", ".join(f"CAST(c.{quoted(each)} AS text)" for each in reference.columns)
    return f"SELECT DISTINCT {values} {_orphans(reference)} LIMIT {int(most)}"


def _orphans(reference: Reference) -> str:
    """An anti-join, which costs no product of the tables, with an index or without one.

    The rule's condition stands apart, so that it means the columns of its own table alone.
    """
    is_whole, is_target_whole = (not each for each in reference.is_partitioned)
    where = f" WHERE ({reference.where}\n)" if reference.where else ""
    ours = f"(SELECT * FROM {'ONLY ' if is_whole else ''}{reference.table.sql}{where}) c"  # noqa: S608 - quoted names
    target = f"{'ONLY ' if is_target_whole else ''}{reference.target.sql} p"
    given = [f"c.{quoted(each)} IS NOT NULL" for each in reference.columns]
    broken = f"p.{quoted(reference.target_columns[0])} IS NULL AND {' AND '.join(given)}"
    if reference.is_full and len(given) > 1:
        broken = f"({broken}) OR (({' OR '.join(given)}) AND NOT ({' AND '.join(given)}))"
    return f"FROM {ours} LEFT JOIN {target} ON {_match(reference)} WHERE {broken}"


def _match(reference: Reference) -> str:
    return " AND ".join(f"p.{quoted(theirs)} {operator} c.{quoted(ours)}" for theirs, operator, ours in reference.pairs)


@dataclass(frozen=True, slots=True)
class Follower:
    """Rows of another table that a deletion takes along, or changes."""

    table: Table
    is_deleted: bool
    """Else they lose their reference."""
    count: str
    """The statement that counts them."""


def followers(table: Table, condition: str, references: Sequence[Reference]) -> list[Follower]:
    """What follows when the rows of a table that hold a condition are deleted, by the rules of its foreign keys.

    A chain of cascades is followed as far as it comes to no table twice.
    """
    return list(_following(table, f"SELECT * FROM {table.sql} WHERE ({condition}\n)", references, (table,)))  # noqa: S608


def _following(
    table: Table, rows: str, references: Sequence[Reference], behind: tuple[Table, ...]
) -> Iterator[Follower]:
    for each in references:
        if each.target != table or each.on_delete not in ("cascade", "null"):
            continue
        if each.table in behind:
            continue
        theirs = f"FROM {each.table.sql} c WHERE EXISTS (SELECT 1 FROM ({rows}) p WHERE {_match(each)})"  # noqa: S608
        yield Follower(each.table, each.on_delete == "cascade", f"SELECT count(*) {theirs}")
        if each.on_delete == "cascade" and len(behind) < _DEEPEST:
            yield from _following(each.table, f"SELECT c.* {theirs}", references, (*behind, each.table))
