"""Brings reports in: read, diagnose, store. One flow for the command line, uploads and watched folders."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clock import Clock, utc_now
from core.errors import ReportError
from core.runs.attempts import Repeats
from core.runs.benchmark_store import IncomingBenchmarks, put_benchmarks
from core.runs.benchmarks import read_benchmarks
from core.runs.coverage import read_coverage
from core.runs.history import runs_by_id
from core.runs.identity import clean
from core.runs.junit import read_report
from core.runs.model import Coverage, Diagnose, ElementCounts, ReportCounts, RunMark, StoredBenchmarks, StoredReport
from core.runs.parsed import ParsedReport, ReadOptions
from core.runs.sniff import Progress, Source, is_json
from core.runs.store import Incoming, find_report, put_coverage, store_report
from core.storage.database import Database
from core.storage.events import record

_BLOCK = 1 << 20

Beside = Callable[[AsyncConnection, int], Awaitable[None]]
"""Keeps more of the run with this id, in the transaction of its report: who is told of the run finds it there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a report may be."""

    max_bytes: int = 4 << 30
    """Unpacked size."""
    max_cases: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Ingest:
    """Everything the flow needs; build one and use it for every report."""

    database: Database
    diagnose: Diagnose
    limits: Limits = Limits()
    repeats: Repeats = "auto"
    zone: tzinfo = UTC
    clock: Clock = utc_now

    async def report(
        self,
        raw: BinaryIO,
        mark: RunMark,
        source: str,
        *,
        coverage: Coverage | None = None,
        beside: Beside | None = None,
        progress: Progress | None = None,
    ) -> StoredReport:
        """Bring in one report from a seekable stream of plain or gzip bytes.

        The same bytes, packed or not, with the same mark are the same report: a repeat changes nothing and answers the
        same run. Raises `ReportError`; nothing is stored then.
        """
        mark = _cleaned(mark)
        identity, size = _identity(raw, mark, self.limits.max_bytes)
        known = await self._known(mark, identity, source, coverage, beside)
        if known is not None:
            return known
        raw.seek(0)
        options = ReadOptions(mark.suite, mark.variant, self.repeats, self.zone, self.limits.max_cases)
        parsed = read_report(Source(raw, self.limits.max_bytes, progress), options, self.diagnose)
        try:
            return await self._store(
                parsed, mark, identity=identity, size=size, source=source, coverage=coverage, beside=beside
            )
        except IntegrityError:
            # Another process stored the same report between our look and our write.
            known = await self._known(mark, identity, source, coverage, beside)
            if known is None:
                raise
            return known
        finally:
            parsed.spool.close()

    async def file(
        self,
        raw: BinaryIO,
        mark: RunMark,
        source: str,
        *,
        coverage: Coverage | None = None,
        beside: Beside | None = None,
        progress: Progress | None = None,
    ) -> StoredReport | StoredBenchmarks:
        """Bring in a report, or a file of pytest-benchmark, which is known by its being JSON."""
        if not is_json(Source(raw, self.limits.max_bytes)):
            return await self.report(raw, mark, source, coverage=coverage, beside=beside, progress=progress)
        mark = _cleaned(mark)
        identity, _size = _identity(raw, mark, self.limits.max_bytes)
        raw.seek(0)
        parsed = read_benchmarks(Source(raw, self.limits.max_bytes, progress), self.zone)
        incoming = IncomingBenchmarks(parsed, mark, identity, clean(source), self.clock())
        async with self.database.write() as connection:
            is_new = await put_benchmarks(connection, incoming)
        return StoredBenchmarks(source, mark.suite, parsed.machine, len(parsed.results), not is_new)

    async def _store(
        self, parsed: ParsedReport, mark: RunMark, *, identity: bytes, size: int, source: str,
        coverage: Coverage | None, beside: Beside | None,
    ) -> StoredReport:  # fmt: skip
        now = self.clock()
        kept = clean(source)
        incoming = Incoming(parsed, mark, identity, kept, size, self.diagnose.version, now)
        async with self.database.write() as connection:
            run_id = await store_report(connection, incoming)
            if coverage is not None:
                await put_coverage(connection, run_id, coverage)
            if beside is not None:
                await beside(connection, run_id)
            await record(connection, "RunIngested", now, run_id=run_id, source=kept[:500], tests=parsed.counts.tests)
            run = (await runs_by_id(connection, [run_id]))[run_id]
        return StoredReport(source, run, False, parsed.counts, parsed.warnings)

    async def _known(
        self, mark: RunMark, identity: bytes, source: str, coverage: Coverage | None, beside: Beside | None
    ) -> StoredReport | None:
        async with self.database.read() as connection:
            row = await find_report(connection, mark.suite, identity)
        if row is None:
            return None
        if coverage is not None or beside is not None:
            async with self.database.write() as connection:
                if coverage is not None:
                    await put_coverage(connection, row.run_id, coverage)
                if beside is not None:
                    await beside(connection, row.run_id)
        async with self.database.read() as connection:
            run = (await runs_by_id(connection, [row.run_id]))[row.run_id]
        counts = ReportCounts(**{**row.counts, "elements": ElementCounts(**row.counts["elements"])})
        return StoredReport(source, run, True, counts, tuple(row.warnings))


def coverage_of(raw: BinaryIO, limits: Limits) -> Coverage:
    """Read a Cobertura file, plain or gzip. Raises `ReportError`."""
    return read_coverage(Source(raw, limits.max_bytes))


def report_files(folder: Path) -> Iterator[Path]:
    """The files of a folder, at any depth, that look like reports by their ending, in the order of their paths."""
    endings = (".xml", ".xml.gz")
    for path in sorted(folder.rglob("*")):
        if path.name.lower().endswith(endings) and path.is_file():
            yield path


def _cleaned(mark: RunMark) -> RunMark:
    """The sender's words without what breaks a layout, within what a column holds."""

    def kept(text: str | None, limit: int) -> str | None:
        return (clean(text).strip()[:limit] or None) if text else None

    suite = kept(mark.suite, 200)
    if suite is None:
        raise ReportError("the suite has no name; give one with --suite", reason="bad-mark")
    return replace(
        mark, suite=suite, branch=kept(mark.branch, 300), revision=kept(mark.revision, 100),
        run_key=kept(mark.run_key, 300), variant=kept(mark.variant, 200) or "",
    )  # fmt: skip


def _identity(raw: BinaryIO, mark: RunMark, limit: int) -> tuple[bytes, int]:
    """Digest of unpacked bytes and mark, and the number of those bytes; the stream is read from its start."""
    digest, size = hashlib.sha256(), 0
    raw.seek(0)
    source = Source(raw, limit)
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
    started = mark.started_at.astimezone(UTC).isoformat() if mark.started_at else ""
    words = "\x1f".join((mark.branch or "", mark.revision or "", mark.run_key or "", mark.variant, started))
    digest.update(b"\x00" + words.encode("utf-8", "surrogatepass"))
    return digest.digest(), size
