"""Reads logs while they grow: one file, or all that appear in a folder, in the order of their beginning."""

import os
from itertools import count
from pathlib import Path
from typing import Protocol

from core.live.reading import Lines

_BLOCK = 1 << 20
_BLOCKS_A_LOOK = 16


class Source(Protocol):
    """Where lines come from."""

    def read(self) -> list[bytes]:
        """The lines that are whole since the last look."""
        ...

    def notes(self) -> list[str]:
        """What was odd, in sentences."""
        ...


class GrowingFile:
    """One file; it may not be there yet, and may be replaced or emptied meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = Lines()
        self._offset = 0
        self._inode: int | None = None
        self._restarts = 0
        self._skipped = 0
        self._trouble = ""

    def read(self) -> list[bytes]:
        found: list[bytes] = []
        try:
            with self._path.open("rb") as raw:
                self._begin_anew(os.fstat(raw.fileno()))
                raw.seek(self._offset)
                for number in count(1):
                    block = raw.read(_BLOCK)
                    self._offset += len(block)
                    found += self._lines.feed(block)
                    # A look without a line says that the file has no more; a line that is too long must not say so.
                    if len(block) < _BLOCK or (found and number >= _BLOCKS_A_LOOK):
                        break
            self._trouble = ""
        except FileNotFoundError:
            pass
        except OSError as error:
            self._trouble = f"{self._path} cannot be read: {error.strerror or error}"
        return found

    def _begin_anew(self, now: os.stat_result) -> None:
        replaced = self._inode is not None and now.st_ino != self._inode
        if replaced or now.st_size < self._offset:
            self._restarts += 1
            self._skipped += self._lines.skipped
            self._lines, self._offset = Lines(), 0
        self._inode = now.st_ino

    def notes(self) -> list[str]:
        told = [self._trouble] if self._trouble else []
        if self._restarts:
            told.append("the log was replaced or emptied while it was read")
        skipped = self._skipped + self._lines.skipped
        if skipped:
            told.append(f"{skipped} {'line was' if skipped == 1 else 'lines were'} too long to be read")
        return told


class LogFolder:
    """The logs of the sessions of a command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, GrowingFile] = {}

    @property
    def paths(self) -> list[Path]:
        """The logs that were read."""
        return list(self._files)

    def read(self) -> list[bytes]:
        new = [path for path in self._folder.glob("*.log") if path not in self._files]
        for path in sorted(new, key=lambda each: each.stat().st_mtime_ns):
            self._files[path] = GrowingFile(path)
        return [line for each in self._files.values() for line in each.read()]

    def notes(self) -> list[str]:
        told = [note for each in self._files.values() for note in each.notes()]
        for path in sorted(self._folder.glob("*.trouble")):
            told.append(f"the run could not be followed: {path.read_text(encoding='utf-8', errors='replace')[:200]}")
        return told
