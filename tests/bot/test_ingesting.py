"""Which errors are the report's fault, and which will pass."""

import sqlite3

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.ingesting import is_no_fault_of_the_report
from core.errors import StorageError


class FromPostgres(Exception):  # noqa: N818 - stands for the driver's errors, which bear a state
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (StorageError("x"), True),
        (OSError(28, "No space left on device"), True),
        (ConnectionRefusedError(), True),
        (OperationalError("s", {}, sqlite3.OperationalError("database is locked")), True),
        (ProgrammingError("s", {}, Exception("relation does not exist")), True),
        (PoolTimeoutError(), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (sqlite3.DatabaseError("database disk image is malformed"), True),
        (FromPostgres("53100"), True),
        (FromPostgres("57P01"), True),
        (FromPostgres("22021"), False),
        (DataError("s", {}, Exception("value too long")), False),
        (IntegrityError("s", {}, sqlite3.IntegrityError("UNIQUE")), False),
        (sqlite3.IntegrityError("UNIQUE"), False),
        (RuntimeError("a bug"), False),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), False),
    ],
    ids=repr,
)
def test_only_a_store_in_trouble_asks_to_come_back(error: Exception, passes: bool) -> None:
    assert is_no_fault_of_the_report(error) is passes
