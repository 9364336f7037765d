"""`t12 ingest`: reports from files, folders and standard input."""

import gc
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import click

from bot.cli.context import Command, command, format_option, print_json, with_store
from bot.dying import check_died, console_words
from bot.reactions import react_to_all
from core.clock import utc_now
from core.errors import ReportError, UsageError
from core.failures.diagnose import diagnoser
from core.runs.deaths import Death, record_death
from core.runs.ingest import Ingest, Limits, coverage_of, report_files
from core.runs.model import Coverage, RejectedReport, RunMark, StoredBenchmarks, StoredReport
from core.runs.presenting import benchmarks_json, report_json
from core.runs.sniff import COVERAGE_ROOT, Progress, Source, root_of
from core.runs.times import instant
from core.storage.database import Database

_LONG_BYTES = 8 << 20
"""Reports that together are larger are worth a progress bar."""


@dataclass(slots=True)
class _Item:
    """One file to bring in; None stands for standard input."""

    source: str
    path: Path | None
    coverage: Path | None = None


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--suite", metavar="NAME", help="Suite of the reports; else the configured one.")
@click.option("--branch", metavar="NAME", help="Branch they were made on.")
@click.option("--revision", metavar="SHA", help="Revision they were made from.")
@click.option("--started-at", metavar="TIME", help="When the run started; else what the report says, else now.")
@click.option("--coverage", "coverage_file", metavar="FILE", help="Cobertura XML of the run.")
@click.option("--run", "run_key", metavar="ID", help="Join all reports of this ID into one run, also later ones.")
@click.option("--variant", metavar="NAME", default="", help="Leg of a build matrix, such as windows-py312.")
@click.option("--died", is_flag=True, help="Instead of reports: the run died and left none.")
@click.option("--exit-code", type=int, metavar="N", help="With --died: how the test process ended.")
@click.option("--console", metavar="FILE", type=click.Path(path_type=Path), help="With --died: its console log.")
@format_option
@command
@with_store
async def ingest(
    self: Command, store: Database, *, paths: tuple[str, ...], suite: str | None, branch: str | None,
    revision: str | None, started_at: str | None, coverage_file: str | None, run_key: str | None, variant: str,
    died: bool, exit_code: int | None, console: Path | None, form: str,
) -> None:  # fmt: skip
    """Bring reports in: files, folders (searched at any depth), or - for standard input; plain or gzip.

    A file that pytest-benchmark wrote (--benchmark-json) is kept for `t12 slow`; name it, folders are searched for XML.

    Each file is a run unless --run joins them. What the runs say opens, joins and closes incidents. Exits 1 when some
    were refused; the others are stored.
    """
    check_died(died, paths, exit_code, console, coverage_file)
    if died:
        said = Death(suite or self.settings.suite, branch, revision, run_key, _instant(self, started_at), exit_code,
                     console_words(console))  # fmt: skip
        await _take_death(self, store, said, form)
        return
    # Rows come by the hundred thousand and hold no cycles: look for some less often.
    gc.set_threshold(100_000, 50, 100)
    mark = RunMark(suite or self.settings.suite, branch, revision, _instant(self, started_at), run_key, variant)
    limits = Limits(self.settings.ingest.max_bytes, self.settings.ingest.max_cases)
    flow = Ingest(
        store, diagnoser(self.settings.failures.rules), limits, self.settings.ingest.repeats, self.settings.zone
    )
    items, rejected = _items(paths, joined=run_key is not None)
    if coverage_file is not None and len(items) > 1 and run_key is None:
        raise UsageError(f"--coverage belongs to one run and {len(items)} reports are given; join them with --run ID")
    given = _coverage(Path(coverage_file), limits) if coverage_file is not None else None
    stored: list[StoredReport] = []
    benchmarks: list[StoredBenchmarks] = []
    with _progress(items) as steps:
        for item in items:
            try:
                with _opened(item) as raw:
                    coverage = given or (coverage_of_file(item.coverage, limits) if item.coverage else None)
                    kept = await flow.file(raw, mark, item.source, coverage=coverage, progress=steps(item))
                if isinstance(kept, StoredReport):
                    stored.append(kept)
                else:
                    benchmarks.append(kept)
            except ReportError as error:
                rejected.append(RejectedReport(item.source, str(error), error.reason))
            except OSError as error:
                rejected.append(RejectedReport(item.source, f"cannot be read: {error.strerror or error}", "unreadable"))
    await react_to_all(store, self.sourced)
    _tell(self, form, stored, benchmarks, rejected)
    if rejected:
        sys.exit(1)


async def _take_death(self: Command, store: Database, death: Death, form: str) -> None:
    try:
        is_new = await record_death(store, death, utc_now())
    except ReportError as error:
        raise UsageError(str(error)) from None
    await react_to_all(store, self.sourced)
    if form == "json":
        print_json({"died": {"suite": death.suite, "branch": death.branch, "why": death.why, "duplicate": not is_new}})
        return
    click.echo("a run without a report is noted" if is_new else "this run's death was known already")


def coverage_of_file(path: Path, limits: Limits) -> Coverage:
    """Read a Cobertura file. Raises `ReportError` or `OSError`."""
    with path.open("rb") as raw:
        return coverage_of(raw, limits)


def _instant(self: Command, text: str | None) -> datetime | None:
    if text is None:
        return None
    found = instant(text, self.settings.zone)
    if found is None:
        raise UsageError(f"--started-at {text[:60]!r} is no time; write one like 2026-11-24T09:30:00+01:00")
    return found


def _coverage(path: Path, limits: Limits) -> Coverage:
    try:
        return coverage_of_file(path, limits)
    except (ReportError, OSError) as error:
        raise UsageError(f"--coverage {path}: {error}; nothing was stored") from None


def _items(paths: tuple[str, ...], *, joined: bool) -> tuple[list[_Item], list[RejectedReport]]:
    """The files meant, in order, each once; folders are searched, and a lone coverage file in one is its report's."""
    items: list[_Item] = []
    rejected: list[RejectedReport] = []
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if name == "-":
            items.append(_Item("-", None))
        elif path.is_dir():
            found = list(report_files(path))
            fresh = [each for each in found if each.resolve() not in seen]
            seen.update(each.resolve() for each in fresh)
            items += _with_coverage(fresh, joined=joined)
            if not found:
                rejected.append(RejectedReport(name, "no file in this folder ends in .xml or .xml.gz", "no-reports"))
        elif path.resolve() not in seen:
            seen.add(path.resolve())
            items.append(_Item(name, path))
    return items, rejected


def _with_coverage(found: list[Path], *, joined: bool) -> list[_Item]:
    """Coverage files that lie beside exactly one report, or beside any report of a joined run, go with it."""
    roots = {path: _root(path) for path in found}
    reports = Counter(path.parent for path in found if roots[path] != COVERAGE_ROOT)
    covers = {path.parent: path for path in found if roots[path] == COVERAGE_ROOT}
    items = []
    for path in found:
        beside = reports[path.parent]
        if roots[path] == COVERAGE_ROOT and (beside == 1 or (joined and beside)):
            continue
        alone = roots[path] != COVERAGE_ROOT and (beside == 1 or joined)
        items.append(_Item(str(path), path, covers.get(path.parent) if alone else None))
    return items


def _root(path: Path) -> str:
    try:
        with path.open("rb") as raw:
            return root_of(Source(raw, 1 << 40))
    except (ReportError, OSError):
        return ""


@contextmanager
def _opened(item: _Item) -> Iterator[BinaryIO]:
    """The bytes to read, from which one can read twice: standard input and pipes are copied first."""
    with nullcontext(sys.stdin.buffer) if item.path is None else item.path.open("rb") as raw:
        if item.path is not None and raw.seekable():
            yield cast(BinaryIO, raw)
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(raw, copy)
            copy.seek(0)
            yield copy


@contextmanager
def _progress(items: list[_Item]) -> Iterator[Callable[[_Item], Progress | None]]:
    """A progress bar on standard error where somebody watches and there is much to read."""
    sizes = {item.source: item.path.stat().st_size for item in items if item.path is not None and item.path.is_file()}
    if not sys.stderr.isatty() or (sum(sizes.values()) < _LONG_BYTES and len(items) < 50):
        yield lambda _item: None
        return
    from rich import progress as bars  # noqa: PLC0415 - only a watched terminal needs it

    from bot.terminal.style import InertConsole  # noqa: PLC0415

    columns = (
        bars.TextColumn("reading {task.fields[source]}", markup=False),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=InertConsole(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=sum(sizes.values()) or None, source="reports")
        behind = 0

        def begin(item: _Item) -> Progress:
            nonlocal behind
            start = behind
            behind += sizes.get(item.source, 0)
            shown = item.source if len(item.source) <= 40 else f"…{item.source[-39:]}"
            return lambda position: bar.update(task, completed=start + position, source=shown)

        yield begin


def _tell(
    self: Command,
    form: str,
    stored: list[StoredReport],
    benchmarks: list[StoredBenchmarks],
    rejected: list[RejectedReport],
) -> None:
    if form == "json":
        refused = [{"source": each.source, "error": each.error, "reason": each.reason} for each in rejected]
        kept = {"benchmarks": [benchmarks_json(each) for each in benchmarks]} if benchmarks else {}
        print_json({"runs": [report_json(each) for each in stored], **kept, "rejected": refused})
        return
    from bot.terminal.ingest import show_ingest  # noqa: PLC0415 - Rich is not needed for JSON

    show_ingest(stored, benchmarks, rejected, self.settings.zone)
