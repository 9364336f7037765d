"""Who did what to which credential; a line each, on a connection of its own so that nothing takes it back."""

import sqlite3
from pathlib import Path

_PATIENCE_SECONDS = 0.05


class AuditTrail:
    """Appends and reads; close it at the end. What need not survive a power cut is quicker when not `durable`."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self._connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        with self._connection:
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, who TEXT, what TEXT, name TEXT)"
            )

    def record(self, who: str, what: str, name: str) -> None:
        with self._connection:
            self._connection.execute("INSERT INTO audit (who, what, name) VALUES (?, ?, ?)", (who, what, name))

    def entries(self, name: str | None = None) -> list[tuple[str, str, str]]:
        """(who, what, name), oldest first; of one credential when it is named."""
        where, values = ("WHERE name = ?", (name,)) if name else ("", ())
        query = f"SELECT who, what, name FROM audit {where} ORDER BY id"
        return [tuple(row) for row in self._connection.execute(query, values)]

    def close(self) -> None:
        self._connection.close()
