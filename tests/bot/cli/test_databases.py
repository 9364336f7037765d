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
[databases.remote]
url_variable = "ORDERS_URL"
timeout_seconds = 0.5
"""


@pytest.fixture
def orders(t12: T12, files: Callable[..., Path]) -> Path:
    files("t12.toml", SETTINGS)
    with closing(sqlite3.connect("orders.db")) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")
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
