"""A database is looked at while a watched run goes on, and the looks are kept with the run."""

import sys
from pathlib import Path

from bot.live.looks import MOST_LOOKS, Looks
from core.settings import Settings
from tests.bot.cli.conftest import T12
from tests.bot.cli.test_ask import Files

LOCKS = """
import sqlite3, time

def test_locks():
    orders = sqlite3.connect("orders.db", isolation_level=None)
    orders.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER)")
    orders.execute("BEGIN IMMEDIATE")
    orders.execute("INSERT INTO orders VALUES (1)")
    time.sleep(3.5)
    orders.execute("ROLLBACK")
"""
SETTINGS = """
suite = "tiny"
[live]
sample_seconds = 0.2
database_seconds = 1
[databases.orders]
url = "sqlite:///{folder}/orders.db"
[databases.gone]
url = "sqlite:///{folder}/gone.db"
"""


def test_a_lock_that_a_test_holds_and_a_database_that_is_away_are_seen(t12: T12, files: Files) -> None:
    files("t12.toml", SETTINGS.format(folder=Path.cwd()))
    files("test_locks.py", LOCKS)
    words = ("-p", "no:cacheprovider", "-p", "no:xdist", "-q", "test_locks.py")
    assert t12("watch", "--quiet", "--run", "job-8", "--", sys.executable, "-m", "pytest", *words).code == 0
    looks = t12("resources", "job-8", "--format", "json").json["shown"]["databases"]
    held = [each for each in looks if each["name"] == "orders" and each.get("writers")]
    assert len(held) >= 2
    assert all("python" in each["writers"][0] for each in held)
    away = [each for each in looks if each["name"] == "gone"]
    assert len(away) >= 3 and all("no file gone.db" in each["error"] for each in away)
    assert [each["at"] for each in looks] == sorted(each["at"] for each in looks)


def test_a_long_run_keeps_looks_that_are_even_in_time() -> None:
    looks = Looks(Settings())
    for number in range(MOST_LOOKS + 1):
        looks.add([{"name": "orders", "at": number}])
    kept = [each["at"] for each in looks.found]
    assert kept == list(range(0, MOST_LOOKS + 1, 2))
    assert looks.pause == 2 * Settings().live.database_seconds
