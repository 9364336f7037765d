"""Brings in the reports that appear in watched folders: complete ones only, each exactly once.

A report is complete when its size and its time of change stayed the same from one look to the next; to be sure, write
under another name and rename. It is claimed by a rename into `processing`, and ends in `done`, or in `bad` beside a
`.reason.txt`. A claim that a stopped process left behind is found at the next start; the store knows a report that was
stored already, so bringing it in again changes nothing.
"""

import asyncio
import logging
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from core.clock import Clock, utc_now
from core.errors import ReportError, StorageError
from core.runs.model import RunMark, StoredBenchmarks, StoredReport
from core.settings import Settings, WatchSettings

POLL_SECONDS = 1.0
EMPTY_POLLS = 30
"""An empty file is often one that is just being begun; it is waited for that many looks before it is refused."""

ENDINGS = (".xml", ".xml.gz")
PROCESSING, DONE, BAD = "processing", "done", "bad"

_CLAIMED = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}-(.+)", re.DOTALL)
_NAME_BYTES = 180
_WATCHED_TIMES = 10
"""A watched report may be far larger than an upload, and may take so many times `server.upload_seconds`."""

_log = logging.getLogger("t12.watching")

Look = tuple[int, int, int]
"""Device-independent identity of what a file held: inode, size and time of change in nanoseconds."""


class BringsIn(Protocol):
    """What a watcher needs of the ingest worker."""

    async def report(
        self, path: Path, mark: RunMark, source: str, *, seconds: float | None = None
    ) -> StoredReport | StoredBenchmarks: ...


@dataclass(slots=True)
class _Seen:
    look: Look
    polls: int = 1


class FolderWatcher:
    """Watches one folder. `poll` is one look; `run` looks every second until it is cancelled."""

    def __init__(self, watched: WatchSettings, settings: Settings, worker: BringsIn, clock: Clock = utc_now) -> None:
        self._folder = watched.path
        self._mark = RunMark(suite=watched.suite or settings.suite, branch=watched.branch or settings.default_branch)
        self._seconds = settings.server.upload_seconds * _WATCHED_TIMES
        self._worker = worker
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self._told = False

    async def run(self) -> None:
        """Look every second. A folder that cannot be used is said once, and looked for again."""
        while True:
            try:
                await self.poll()
                self._told = False
            except (OSError, StorageError) as error:
                if not self._told:
                    _log.warning("reports in %s wait: %s", self._folder, error)
                self._told = True
            except Exception as error:
                _log.error("watching %s failed", self._folder, exc_info=error)
            await asyncio.sleep(POLL_SECONDS)

    async def poll(self) -> int:
        """Bring in what is complete; answers the number of files that came to an end.

        Raises `OSError` for a folder that cannot be used and `StorageError` when the store takes nothing; what was
        claimed then stays claimed for the next look.
        """
        ended = 0
        for path in await asyncio.to_thread(self._complete):
            claimed = path if path.parent.name == PROCESSING else await asyncio.to_thread(self._claim, path)
            if claimed is not None and await self._bring_in(claimed):
                ended += 1
        return ended

    def _complete(self) -> list[Path]:
        """Claimed files first, then new ones by time of change; only those that are as they were at the last look."""
        for place in (PROCESSING, DONE, BAD):
            (self._folder / place).mkdir(parents=True, exist_ok=True)
        found = [
            *_files(self._folder / PROCESSING),
            *sorted(_files(self._folder, ENDINGS), key=lambda each: each[1][2]),
        ]
        complete: list[Path] = []
        seen: dict[Path, _Seen] = {}
        for path, look in found:
            before = self._seen.get(path)
            seen[path] = now = _Seen(look, before.polls + 1 if before is not None and before.look == look else 1)
            if now.polls >= (2 if look[1] else EMPTY_POLLS):
                complete.append(path)
        self._seen = seen
        return complete

    def _claim(self, path: Path) -> Path | None:
        """Move the file to `processing`; None when another process was first or when it changed at the last moment."""
        name = os.fsencode(path.name)[-_NAME_BYTES:].decode(errors="replace")
        claimed = self._folder / PROCESSING / f"{self._clock():%Y%m%dT%H%M%S}-{token_hex(4)}-{name}"
        seen = self._seen.pop(path)
        try:
            path.replace(claimed)
        except FileNotFoundError:
            return None
        look = _look(claimed)
        if look is None or look != seen.look:
            # Its writer was not done; it is looked at again where it is now.
            return None
        return claimed

    async def _bring_in(self, claimed: Path) -> bool:
        match = _CLAIMED.fullmatch(claimed.name)
        source = str(self._folder / (match[1] if match else claimed.name))
        before = _look(claimed)
        if before is None:
            return False
        try:
            stored = await self._worker.report(claimed, self._mark, source, seconds=self._seconds)
        except ReportError as error:
            if await asyncio.to_thread(_look, claimed) != before:
                return False
            _log.warning("%s refused: %s", source, error)
            return await asyncio.to_thread(self._refuse, claimed, str(error))
        what = f"run {stored.run.name}" if isinstance(stored, StoredReport) else f"{stored.benchmarks} benchmarks"
        _log.info("%s is %s%s", source, what, ", known before" if stored.duplicate else "")
        return await asyncio.to_thread(self._move, claimed, DONE)

    def _refuse(self, claimed: Path, sentence: str) -> bool:
        # The reason comes first: a process that stops in between finds the file again and writes it again.
        reason = self._folder / BAD / f"{claimed.name}.reason.txt"
        reason.write_text(sentence + "\n", encoding="utf-8", errors="backslashreplace")
        return self._move(claimed, BAD)

    def _move(self, claimed: Path, place: str) -> bool:
        self._seen.pop(claimed, None)
        with suppress(FileNotFoundError):
            claimed.replace(self._folder / place / claimed.name)
            return True
        return False


async def watch(settings: Settings, worker: BringsIn, clock: Clock = utc_now) -> None:
    """Watch all folders of the settings until cancelled; at once the end where there are none."""
    await asyncio.gather(*(FolderWatcher(each, settings, worker, clock).run() for each in settings.watch))


def _files(folder: Path, endings: tuple[str, ...] = ("",)) -> Iterator[tuple[Path, Look]]:
    """Plain files of a folder; links, folders, pipes and hidden files are none."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.name.lower().endswith(endings):
                path = Path(entry.path)
                look = _look(path)
                if look is not None:
                    yield path, look


def _look(path: Path) -> Look | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None
