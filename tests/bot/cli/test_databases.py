"""`t12 db` says in a terminal what `/t12 db` says in Slack."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12

SETTINGS = """
[databases.orders]
url = "sqlite:///orders.db"
[[databases.orders.orphans]]
table = "users"
column = "boss"
references = "users.id"
[[databases.orders.cleanup]]
name = "probe users"
table = "users"
where = "name = 'probe'"
[databases.remote]
url_variable = "ORDERS_URL"
timeout_seconds = 0.5
"""


@pytest.fixture
def orders(t12: T12, files: Callable[..., Path]) -> Path:
    files("t12.toml", SETTINGS)
    with closing(sqlite3.connect("orders.db")) as connection:
        connection.executescript(
            """CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER);
            INSERT INTO users VALUES (1, 'ana', NULL), (2, 'probe', 1), (3, 'probe', 9);"""
        )
    return Path("orders.db")


@pytest.mark.usefixtures("orders")
def test_a_healthy_database_exits_with_0(t12: T12) -> None:
    found = t12("db", "orders")
    assert found.code == 0
    assert "orders: healthy" in found.out
    assert "the quick check passes, nobody holds a lock" in found.out


@pytest.mark.usefixtures("orders")
def test_one_that_cannot_be_reached_exits_with_1_and_hides_its_address(
    t12: T12, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_URL", "postgresql://u:s3cretword@127.0.0.1:1/d")
    found, told = t12("db"), t12("db", "--format", "json")
    assert (found.code, told.code) == (1, 1)
    assert "remote: cannot be reached" in found.out
    assert "Nothing listens there" in found.out
    assert [each["healthy"] for each in told.json["databases"]] == [True, False]
    assert told.json["databases"][1]["problems"][0]["kind"] == "unreachable"
    for shown in (found.out, told.out, t12("config").out):
        assert "s3cretword" not in shown
        assert "127.0.0.1:1" not in shown


@pytest.mark.usefixtures("orders")
def test_other_words_are_told(t12: T12) -> None:
    assert "no database is called 'other'" in t12("db", "other").err
    assert t12("db", "orders", "twice").code == 2
    Path("t12.toml").write_text("")
    assert "no database is configured" in t12("db").err


@pytest.mark.usefixtures("orders")
def test_what_does_not_hold_together_exits_with_1(t12: T12) -> None:
    for words in (("db", "integrity", "orders"), ("db", "--integrity", "orders")):
        found = t12(*words)
        assert found.code == 1
        assert "1 row points nowhere: users(boss) to users(id) (rule), such as 9." in found.out
    told = t12("db", "integrity", "orders", "--format", "json").json["integrity"][0]
    assert (told["sound"], told["orphans"][0]["count"]) == (False, 1)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM users").fetchone()[0])


def test_test_data_is_deleted_after_a_yes(t12: T12, orders: Path) -> None:
    shown = t12("db", "cleanup", "orders", "--format", "json")
    assert (shown.code, shown.json["cleanup"][0]["rows"]) == (0, 2)
    refused = t12("db", "cleanup", "orders", sent="n\n")
    assert "probe users: 2 rows of users go." in refused.out
    assert "Delete 2 rows of orders? [y/N]" in refused.out
    assert count(orders) == 3
    found = t12("db", "cleanup", "orders", "--yes")
    assert "probe users: 2 rows of users deleted." in found.out
    assert (found.code, count(orders)) == (0, 1)
    assert t12("db", "cleanup", "orders", "--yes", "--format", "json").json == {"cleaned": []}


@pytest.mark.usefixtures("orders")
def test_yes_goes_with_cleanup_alone(t12: T12) -> None:
    assert t12("db", "orders", "--yes").code == 2
    assert "no rule says what test data of remote may be deleted" in t12("db", "cleanup", "remote").err
