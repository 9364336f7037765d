"""The file in which an audit keeps what the next one of the same folder may use: data, never code.

Everything in it goes with its digest, so whatever is damaged is as good as absent.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_MOST_BYTES = 256 << 20
_MOST_PROJECTS = 8
"""Files in the folder; those that were not used for longest go."""
_SUFFIX = ".sqlite"


def digest_of(content: bytes | str) -> str:
    text = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


class CacheFile:
    """Bodies by name. Nothing here raises for a file that is no use."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{digest_of(name)}{_SUFFIX}"

    def get(self, name: str) -> bytes | None:
        """A body as it was saved; None when there is none."""
        try:
            if not self.path.is_file():
                return None
            with self._open() as connection:
                row = connection.execute("SELECT digest, body FROM kept WHERE name = ?", (name,)).fetchone()
            digest, body = row or ("", None)
        except (OSError, sqlite3.Error):
            return None
        return body if isinstance(body, bytes) and digest == digest_of(body) else None

    def note_use(self) -> None:
        """The file is among those that were used last."""
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def save(self, bodies: Iterable[tuple[str, bytes]], kept: Callable[[list[str]], Iterable[str]]) -> None:
        """Put bodies in, and keep of what is there only what `kept` gives.

        Whoever reads at the same time, or after a kill, finds what was there or what is now.
        """
        rows = [(name, digest_of(body), body) for name, body in bodies]
        if sum(len(body) for _, _, body in rows) > _MOST_BYTES:
            return
        with contextlib.suppress(OSError, sqlite3.Error):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignored = self.path.parent / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", "ascii")
            try:
                self._write(rows, kept)
            except sqlite3.OperationalError:
                return  # someone else writes, or nobody can
            except sqlite3.DatabaseError:
                self.path.unlink()
                self._write(rows, kept)
            _drop_old(self.path.parent)

    def _write(self, rows: list[tuple[str, str, bytes]], kept: Callable[[list[str]], Iterable[str]]) -> None:
        with self._open() as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, digest TEXT, body BLOB)")
            connection.execute("BEGIN IMMEDIATE")
            known = [name for (name,) in connection.execute("SELECT name FROM kept")]
            gone = set(known).difference(kept(known))
            connection.executemany("DELETE FROM kept WHERE name = ?", [(name,) for name in gone])
            connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            yield connection


def _drop_old(folder: Path) -> None:
    files = [each for each in folder.iterdir() if each.is_file() and each.name != ".gitignore"]
    files.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for old in files[_MOST_PROJECTS:]:
        old.unlink(missing_ok=True)
