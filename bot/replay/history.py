"""Reads a folder of reports as a history: which run was when, on which branch, of which revision, and which died."""

import csv
import fnmatch
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from core.errors import ReportError, UsageError
from core.runs.deaths import last_words
from core.runs.ingest import report_files
from core.runs.sniff import COVERAGE_ROOT, Source, root_of
from core.runs.times import instant

META = "meta.json"
_TIMES = ("commit_date", "started_at", "date", "timestamp", "time")
_REVISIONS = ("sha", "commit", "revision")
_CONSOLES = ("console.txt", "console.log", "pytest.log", "console.txt.gz")
_MOST_BYTES = 1 << 40
_HEAD_BYTES = 64 << 10
_STAMP = re.compile(rb"""\btimestamp\s*=\s*["']([^"'<>]{8,60})["']""")


@dataclass(frozen=True, slots=True)
class Step:
    """One run of a history."""

    name: str
    """Its path below the folder."""
    at: datetime
    report: Path | None
    """None: it died."""
    coverage: Path | None = None
    branch: str | None = None
    revision: str | None = None
    exit_code: int | None = None
    why: str = ""
    run_key: str | None = None
    """Joins the reports that lie beside one `meta.json`."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands beside a report about it."""

    at: datetime | None = None
    branch: str | None = None
    revision: str | None = None
    exit_code: int | None = None


def read_history(folder: Path, times: Path | None, only: str | None, zone: tzinfo) -> list[Step]:
    """The runs of a folder, the oldest first.

    A time is that of `meta.json` beside the report, else of `times`, else of the report, else of the file. Raises
    `UsageError` for a folder without runs and for times that cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; give the one that holds the reports")
    told = _read_times(times, zone) if times is not None else {}
    steps = [*_reports(folder, told, zone), *_deaths(folder, told, zone)]
    chosen = [each for each in steps if only is None or _is_named(each.name, only)]
    if not chosen:
        rest = f" whose name fits {only}" if steps else ", neither a report nor a meta.json"
        raise UsageError(f"there is no run in {folder}{rest}")
    return sorted(chosen, key=lambda each: (each.at, each.name))


def _reports(folder: Path, told: Mapping[str, _Said], zone: tzinfo) -> Iterator[Step]:
    files = list(report_files(folder))
    roots = {path: _root(path) for path in files}
    covers = {path.parent: path for path in files if roots[path] == COVERAGE_ROOT}
    reports = [path for path in files if roots[path] != COVERAGE_ROOT]
    beside = Counter(path.parent for path in reports)
    for path in reports:
        name = path.relative_to(folder).as_posix()
        said = _first(_meta(path.parent / META, zone), _told(told, name))
        at = said.at or _stamp(path, zone) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
        joined = beside[path.parent] > 1 and (path.parent / META).is_file()
        coverage = covers.get(path.parent) if joined or beside[path.parent] == 1 else None
        key = path.parent.relative_to(folder).as_posix() if joined else None
        yield Step(name, at, path, coverage, said.branch, said.revision, said.exit_code, run_key=key)


def _deaths(folder: Path, told: Mapping[str, _Said], zone: tzinfo) -> Iterator[Step]:
    for meta in sorted(folder.rglob(META)):
        place = meta.parent
        if any(_root(path) != COVERAGE_ROOT for path in report_files(place)):
            continue
        name = place.relative_to(folder).as_posix()
        said = _first(_meta(meta, zone), _told(told, name))
        at = said.at or datetime.fromtimestamp(meta.stat().st_mtime, UTC)
        yield Step(name, at, None, None, said.branch, said.revision, said.exit_code, _why(place))


def _is_named(name: str, only: str) -> bool:
    """Whether the path, the file or one of its folders fits."""
    return any(fnmatch.fnmatch(part, only) for part in (name, *name.split("/")))


def _first(one: _Said, other: _Said) -> _Said:
    return _Said(
        one.at or other.at, one.branch or other.branch, one.revision or other.revision,
        one.exit_code if one.exit_code is not None else other.exit_code,
    )  # fmt: skip


def _told(told: Mapping[str, _Said], name: str) -> _Said:
    """What the list of times says of a path: by the whole of it, by its folder, or by its file's name."""
    folder, _, file = name.rpartition("/")
    return next((told[each] for each in (name, folder, folder.rpartition("/")[2], file) if each in told), _Said())


def _meta(path: Path, zone: tzinfo) -> _Said:
    if not path.is_file():
        return _Said()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from None
    if not isinstance(said, dict):
        raise UsageError(f"{path} is no JSON object")
    return _said(said, zone, str(path))


def _read_times(path: Path, zone: tzinfo) -> Mapping[str, _Said]:
    """Rows of path or name, time, and perhaps branch and revision, from CSV with a header or from JSON."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    rows: Any = list(csv.DictReader(io.StringIO(text)))
    if path.suffix.lower() == ".json":
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} is no JSON: {error}") from None
    if isinstance(rows, dict):
        rows = [{"path": name, **(row if isinstance(row, dict) else {"time": row})} for name, row in rows.items()]
    found = {}
    for row in rows if isinstance(rows, list) else []:
        name = row.get("path") or row.get("name") if isinstance(row, dict) else None
        if not name:
            raise UsageError(f"{path}: every row needs a path or a name, a time, and may have branch and revision")
        found[str(name).strip().strip("/")] = _said(row, zone, f"{path}, {name}")
    return found


def _said(row: Mapping[str, Any], zone: tzinfo, where: str) -> _Said:
    raw = next((row[key] for key in _TIMES if row.get(key)), None)
    at = instant(str(raw), zone) if raw is not None else None
    if raw is not None and at is None:
        raise UsageError(f"{where}: {str(raw)[:40]!r} is no time; write it like 2026-03-02T08:00:00Z")
    revision = next((str(row[key]) for key in _REVISIONS if row.get(key)), None)
    code = row.get("exit_code")
    branch = str(row["branch"]) if row.get("branch") else None
    return _Said(at, branch, revision, code if isinstance(code, int) else None)


def _stamp(path: Path, zone: tzinfo) -> datetime | None:
    """The first time that the report names."""
    try:
        with path.open("rb") as raw:
            head = Source(raw, _MOST_BYTES).read(_HEAD_BYTES)
    except (ReportError, OSError):
        return None
    stamps = (instant(each.decode("ascii", "replace"), zone) for each in _STAMP.findall(head))
    return next((each for each in stamps if each is not None), None)


def _root(path: Path) -> str:
    try:
        with path.open("rb") as raw:
            return root_of(Source(raw, _MOST_BYTES))
    except (ReportError, OSError):
        return ""


def _why(folder: Path) -> str:
    console = next((folder / name for name in _CONSOLES if (folder / name).is_file()), None)
    if console is None:
        return ""
    try:
        with console.open("rb") as raw:
            return last_words(Source(raw, _MOST_BYTES).read().decode("utf-8", "replace"))
    except (ReportError, OSError):
        return ""
