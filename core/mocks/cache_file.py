"""The file in which one folder's results are kept beside the contents that they were read from: data, never code.

Everything in it goes with its digest, so whatever is damaged is as good as absent.
"""

import contextlib
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.mocks.sources import LARGEST_FILE

_MOST_BYTES = 64 << 20
_MOST_PROJECTS = 8
"""Files in the folder; those that were not used for longest go."""
_SUFFIX = ".sqlite"
_RESULTS = "results"


def digest_of(content: bytes | str) -> str:
    text = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


class CacheFile:
    """Bodies by name: the results, and each content by its digest. Nothing here raises for a file that is no use."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.path = folder / f"{digest_of(str(project.resolve()))}{_SUFFIX}"

    def results(self) -> bytes | None:
        """What was kept last."""
        found = self._body(_RESULTS, _MOST_BYTES)
        if found is None:
            return None
        head, _, body = found.partition(b"\n")
        with contextlib.suppress(OSError):
            os.utime(self.path)
        return body if head.decode("ascii", "replace") == digest_of(body) else None

    def content(self, digest: str) -> bytes | None:
        """The content that has a digest."""
        found = self._body(digest, LARGEST_FILE)
        return found if found is not None and digest_of(found) == digest else None

    def _body(self, name: str, most: int) -> bytes | None:
        if not self.path.is_file():
            return None
        try:
            with self._open() as connection:
                row = connection.execute("SELECT body FROM kept WHERE name = ?", (name,)).fetchone()
            return None if row is None else zlib.decompressobj().decompress(row[0], most + 100)
        except (sqlite3.Error, zlib.error, TypeError):
            return None

    def save(self, results: bytes, contents: Mapping[str, bytes]) -> None:
        """Keep these alone. Whoever reads at the same time, or after a kill, finds what was there or what is now."""
        if len(results) > _MOST_BYTES:
            return
        with contextlib.suppress(OSError, sqlite3.Error):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignored = self.path.parent / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", "ascii")
            try:
                self._write(results, contents)
            except sqlite3.OperationalError:
                return  # someone else writes, or nobody can
            except sqlite3.DatabaseError:
                self.path.unlink()
                self._write(results, contents)
            _drop_old(self.path.parent)

    def _write(self, results: bytes, contents: Mapping[str, bytes]) -> None:
        with self._open() as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
            connection.execute("BEGIN IMMEDIATE")
            known = {name for (name,) in connection.execute("SELECT name FROM kept")}
            gone = known - contents.keys()
            connection.executemany("DELETE FROM kept WHERE name = ?", [(name,) for name in gone])
            rows = [(name, zlib.compress(body, 1)) for name, body in contents.items() if name not in known]
            rows.append((_RESULTS, zlib.compress(digest_of(results).encode("ascii") + b"\n" + results, 1)))
            connection.executemany("INSERT INTO kept VALUES (?, ?)", rows)
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
