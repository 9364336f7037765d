"""The statements about references are what they say, whatever tables and columns are called."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from core.databases.references import (
    Reference,
    Table,
    followers,
    orphan_count,
    orphan_examples,
    quoted,
    rule_reference,
    table_named,
)
from core.settings import OrphanSettings
from tests.cpu import ends_soon

A, B, C = Table("", "a"), Table("", "b"), Table("", "c")


def a_reference(table: Table, target: Table, **values: Any) -> Reference:
    given: dict[str, Any] = {"name": "key", "columns": ("up",), "target_columns": ("id",)}
    return Reference(table=table, target=target, **(given | values))


def test_names_are_taken_literally() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        odd = 'we"ird; DROP TABLE a --'
        connection.execute(f"CREATE TABLE {quoted(odd)} (id INTEGER, {quoted(odd)} INTEGER)")
        connection.execute(f"INSERT INTO {quoted(odd)} VALUES (1, 1), (2, 9), (3, NULL)")
        reference = a_reference(Table("", odd), Table("", odd), columns=(odd,))
        assert connection.execute(orphan_count(reference)).fetchone() == (1,)
        assert connection.execute(orphan_examples(reference, 3)).fetchall() == [("9",)]


def test_a_rule_is_a_reference_with_a_condition() -> None:
    rule = OrphanSettings(table="app.logs", column="user_id", references="app.users.id", where="kind = 'user'")
    found = rule_reference(rule)
    assert (found.table, found.target) == (Table("app", "logs"), Table("app", "users"))
    assert found.shown == "app.logs(user_id) to app.users(id)"
    assert "(kind = 'user'\n)" in orphan_count(found)
    assert table_named("public.users").shown == "users"


@pytest.mark.parametrize(
    ("references", "told"),
    [
        ([], []),
        ([a_reference(B, A)], []),
        ([a_reference(B, A, on_delete="cascade")], [("b", True)]),
        ([a_reference(B, A, on_delete="null"), a_reference(C, B, on_delete="cascade")], [("b", False)]),
        ([a_reference(B, A, on_delete="cascade"), a_reference(C, B, on_delete="null")], [("b", True), ("c", False)]),
        ([a_reference(A, A, on_delete="cascade")], []),
        ([a_reference(B, A, on_delete="cascade"), a_reference(A, B, on_delete="cascade")], [("b", True)]),
    ],
)
def test_a_deletion_is_followed_as_far_as_it_cascades(
    references: list[Reference], told: list[tuple[str, bool]]
) -> None:
    assert [(each.table.shown, each.is_deleted) for each in followers(A, "id > 1", references)] == told


def test_who_follows_is_counted_right() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            """CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER, up INTEGER);
            CREATE TABLE c (id INTEGER, up INTEGER);
            INSERT INTO a VALUES (1), (2), (3); INSERT INTO b VALUES (10, 1), (20, 2), (21, 2), (30, 3);
            INSERT INTO c VALUES (1, 10), (2, 20), (3, 21), (4, 21), (5, 30);"""
        )
        cascades = [a_reference(B, A, on_delete="cascade"), a_reference(C, B, on_delete="cascade")]
        counts = [connection.execute(each.count).fetchone()[0] for each in followers(A, "id = 2", cascades)]
        assert counts == [2, 3]


def test_a_reference_without_an_index_costs_no_product_of_the_tables() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            """CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER, up INTEGER);
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
            INSERT INTO a SELECT i FROM n;
            INSERT INTO b SELECT id, id * 2 FROM a;"""
        )
        query = orphan_count(a_reference(B, A))
        assert ends_soon(lambda: connection.execute(query).fetchone())
        assert connection.execute(query).fetchone() == (30000,)
