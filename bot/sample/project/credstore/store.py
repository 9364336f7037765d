"""The credentials, sealed, with every earlier version, in one SQLite file."""

import sqlite3
from pathlib import Path

from .audit import AuditTrail
from .crypto import seal, unseal


class UnknownCredentialError(KeyError):
    """Nothing of that name is stored."""


class CredentialStore:
    """Keeps credentials under names; close it at the end. `durable` as for the audit trail."""

    def __init__(self, path: Path, key: bytes, trail: AuditTrail, *, durable: bool = True) -> None:
        self._key = key
        self._trail = trail
        self._connection = sqlite3.connect(path, timeout=0.05)
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        with self._connection:
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS credential (name TEXT, version INTEGER, sealed BLOB,"
                " PRIMARY KEY (name, version))"
            )

    def put(self, name: str, secret: str, who: str) -> int:
        """Store a new version and return its number, from 1. Raises `ValueError` for an empty name or secret."""
        if not name or not secret:
            raise ValueError("a credential has a name and a secret")
        with self._connection:
            version = self.latest(name) + 1
            sealed = seal(self._key, secret.encode("utf-8"))
            self._connection.execute("INSERT INTO credential VALUES (?, ?, ?)", (name, version, sealed))
        self._trail.record(who, "put", name)
        return version

    def get(self, name: str, who: str, version: int | None = None) -> str:
        """The newest version, or the one named. Raises `UnknownCredentialError`."""
        row = self._connection.execute(
            "SELECT sealed FROM credential WHERE name = ? AND version = ?", (name, version or self.latest(name))
        ).fetchone()
        if row is None:
            raise UnknownCredentialError(name)
        self._trail.record(who, "get", name)
        return unseal(self._key, row[0]).decode("utf-8")

    def delete(self, name: str, who: str) -> int:
        """Forget every version; returns how many there were."""
        with self._connection:
            count = self._connection.execute("DELETE FROM credential WHERE name = ?", (name,)).rowcount
        self._trail.record(who, "delete", name)
        return count

    def latest(self, name: str) -> int:
        """The newest version's number, 0 when there is none."""
        row = self._connection.execute("SELECT max(version) FROM credential WHERE name = ?", (name,)).fetchone()
        return int(row[0] or 0)

    def names(self) -> list[str]:
        """Every name once, in order."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT name FROM credential ORDER BY name")]

    def close(self) -> None:
        self._connection.close()
