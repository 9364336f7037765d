"""The answer to `runs`, and how one run is told in a line."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.failures.report import RunsReport
from core.runs.model import Run
from handlers.commands import Ask

from . import place
from .message import Message, fit
from .navigation import deeper, page_line, page_of, pages, turn
from .pieces import Json, Leaf, Line, bullets, header, moment, paragraph, rich, said, strong, typed, words

_PER_PAGE = 10
_LABEL = 20
_STALE = timedelta(days=2)


def run_line(run: Run) -> list[Leaf]:
    """Which run, of what, and when."""
    found = [words("Run "), said(run.name, place.WORD)]
    if run.branch:
        found += [words(" · branch "), typed(run.branch, place.WORD)]
    if run.revision:
        found += [words(" · "), typed(run.revision[: place.REVISION * 4], place.REVISION)]
    return [*found, words(" · "), moment(run.started_at), words(f" · {_tests(run)}{_length(run)}")]


def run_labels(runs: Sequence[Run]) -> list[str]:
    """The names of runs below a chart, oldest first; how long ago they were where names are long or not unique."""
    names = [place.plain(run.name, _LABEL + 1) for run in runs]
    if len(set(names)) == len(names) and max(map(len, names), default=0) <= _LABEL:
        return names
    return [f"{ago} runs ago" if ago else "newest" for ago in range(len(runs) - 1, -1, -1)]


def age(run: Run, now: datetime) -> list[str]:
    """Says so when the newest run is old; nothing while it is fresh."""
    old = now - run.started_at
    return [f"the newest run is {old.days} days old"] if old > _STALE else []


def render_runs(report: RunsReport, ask: Ask) -> Message:
    """The newest runs, the failing ones marked by words."""
    last = pages(len(report.runs), _PER_PAGE)
    shown, page = page_of(report.runs, ask.page, _PER_PAGE)

    def draw(most: int) -> list[Json]:
        lines = [_line(run, report.notes.get(run.id)) for run in shown[:most]]
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {_verdict(report)}"),
            rich(bullets(lines))
            if lines
            else paragraph(words("No run yet. Bring one in with "), typed("t12 ingest PATH")),
            *page_line(page, last, f"{len(report.runs)} newest runs"),
            *deeper(ask, "health", "failures", "flaky", turns=turn(ask, page, last)),
        ]

    return fit(draw, (10, 8, 6, 4, 2, 1))


def _verdict(report: RunsReport) -> str:
    failing = sum(run.counts.bad > 0 for run in report.runs)
    if not report.runs:
        return "no run yet"
    return f"{failing} of the {len(report.runs)} newest runs failed" if len(report.runs) > 1 else "one run"


def _line(run: Run, note: str | None) -> Line:
    bad = run.counts.bad
    verdict = f"FAILED {bad}" if bad else "passed"
    found: list[Leaf] = [
        strong(verdict),
        words(" · run "),
        said(run.name, place.WORD),
        words(" · "),
        moment(run.started_at),
    ]
    if run.branch:
        found += [words(" · "), typed(run.branch, place.WORD)]
    found.append(words(f" · {_tests(run)}{_length(run)}"))
    if note:
        found += [words(" · "), said(note, 120)]
    return found


def _tests(run: Run) -> str:
    return "1 test" if run.counts.tests == 1 else f"{run.counts.tests:,} tests"


def _length(run: Run) -> str:
    seconds = run.duration_seconds
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    return f", {seconds:.0f} s" if not minutes else f", {minutes} min {seconds % 60:.0f} s"
