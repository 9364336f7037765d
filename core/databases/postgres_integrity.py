"""Checks of PostgreSQL's references: the foreign keys that its catalogue knows, and the rules of the settings."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

from core.databases.address import PostgresAddress
from core.databases.integrity import EXAMPLES, IntegrityReport, Orphans, Unchecked, Weak
from core.databases.postgres import bound, read_only, sentence_of
from core.databases.references import Reference, Table, orphan_count, orphan_examples, rule_reference
from core.redact import redact
from core.settings import DatabaseSettings

_NO_TIME = "no time was left; integrity_seconds of the database gives it more"
_LONGEST_VALUE = 60

# `conenforced` and `conperiod` are there from PostgreSQL 18 on. The keys that hold least come first, then small tables.
_KEYS = """SELECT c.conname, n.nspname, t.relname, t.relkind = 'p' AS is_parted, pn.nspname AS target_schema,
    p.relname AS target, p.relkind = 'p' AS is_target_parted, c.confmatchtype = 'f' AS is_full,
    CASE c.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'null' WHEN 'd' THEN 'null' ELSE '' END AS on_delete,
    c.convalidated, coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) AS is_enforced,
    EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgconstraint = c.oid AND g.tgenabled IN ('D', 'R')) AS is_off,
    (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num) AS columns,
    (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(num, n)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num) AS target_columns,
    (SELECT array_agg(format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY k.n)
        FROM unnest(c.conpfeqop) WITH ORDINALITY k(num, n) JOIN pg_operator o ON o.oid = k.num
        JOIN pg_namespace s ON s.oid = o.oprnamespace) AS operators
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_class p ON p.oid = c.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT coalesce((to_jsonb(c) ->> 'conperiod')::boolean, false)
    ORDER BY c.convalidated, t.reltuples, c.conname, c.oid"""


async def check_postgres(
    name: str, address: PostgresAddress, settings: DatabaseSettings, now: datetime
) -> IntegrityReport:
    """All references, within `integrity_seconds`. Raises `DatabaseError` when it cannot be reached."""
    deadline = time.monotonic() + settings.integrity_seconds
    patience = settings.timeout_seconds
    async with read_only(address, settings.integrity_seconds + patience, patience) as connection:
        await connection.execute("SELECT set_config('row_security', 'off', true)")  # hidden rows are an error, not none
        rows = await connection.fetch(_KEYS)
        is_replica = await connection.fetchval("SELECT current_setting('session_replication_role')") == "replica"
        keys = [(_reference(row), row) for row in rows]
        weak = [Weak(key, why) for key, row in keys for why in _whys(row)]
        found = _Found(address, connection, deadline)
        for reference in [*(key for key, _ in keys), *map(rule_reference, settings.orphans)]:
            await found.check(reference)
    if is_replica:
        found.unchecked.append(
            Unchecked("New rows", "session_replication_role is replica for this login, so no foreign key is checked")
        )
    return IntegrityReport(name, now, found.checked, tuple(found.orphans), tuple(weak), (), tuple(found.unchecked))


async def foreign_keys(connection: Any) -> list[Reference]:
    """All foreign keys of the database."""
    return [_reference(row) for row in await connection.fetch(_KEYS)]


class _Found:
    """Checks one reference after the other; one that fails, or takes half of the time left, leaves the others alone."""

    def __init__(self, address: PostgresAddress, connection: Any, deadline: float) -> None:
        self._address, self._connection, self._deadline = address, connection, deadline
        self.checked = 0
        self.orphans: list[Orphans] = []
        self.unchecked: list[Unchecked] = []

    async def check(self, reference: Reference) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.unchecked.append(Unchecked(reference.shown, _NO_TIME))
            return
        await self._connection.execute("SAVEPOINT t12_check")
        try:
            await bound(self._connection, left / 2)
            await self._count(reference)
            self.checked += 1
        except asyncpg.PostgresError as error:
            if self._connection.is_closed():
                raise
            await self._connection.execute("ROLLBACK TO SAVEPOINT t12_check")
            is_late = isinstance(error, asyncpg.QueryCanceledError)
            why = _NO_TIME if is_late else sentence_of(error, self._address, left)
            self.unchecked.append(Unchecked(reference.shown, why))

    async def _count(self, reference: Reference) -> None:
        count = await self._connection.fetchval(orphan_count(reference))
        if count:
            rows = await self._connection.fetch(orphan_examples(reference, EXAMPLES))
            self.orphans.append(Orphans(reference, count, tuple(sorted(example_of(row) for row in rows))))


def example_of(values: Sequence[Any]) -> str:
    """Values that point nowhere, in a form that fits a sentence."""
    shown = [redact("null" if each is None else " ".join(str(each).split())) for each in values]
    return " / ".join(each if len(each) <= _LONGEST_VALUE else each[: _LONGEST_VALUE - 1] + "…" for each in shown)


def _reference(row: Any) -> Reference:
    return Reference(
        row["conname"], Table(row["nspname"], row["relname"]), tuple(row["columns"]),
        Table(row["target_schema"], row["target"]), tuple(row["target_columns"]), is_full=row["is_full"],
        on_delete=row["on_delete"], is_partitioned=(row["is_parted"], row["is_target_parted"]),
        operators=tuple(row["operators"]),
    )  # fmt: skip


def _whys(row: Any) -> list[str]:
    found = []
    if not row["is_enforced"]:
        found.append("is not enforced")
    elif not row["convalidated"]:
        found.append("is NOT VALID: rows from before it were never checked; VALIDATE CONSTRAINT does it")
    if row["is_off"]:
        found.append("is switched off: its triggers are disabled, so nothing new is checked")
    return found
