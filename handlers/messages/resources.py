"""The answer to `resources`: what the last watched runs used, or one of them, and which tests ran at the peak."""

from collections.abc import Iterable, Sequence

from core.live.report import ResourcesReport, WatchedRun
from core.live.resources import Measure, Resources
from core.live.sampling import Point, shortened
from core.live.wording import leak_sentence, past_alert, past_silence, peaks, used, verdict, watched
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper, open_tests
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    ask_button,
    bullets,
    chart,
    header,
    line,
    moment,
    rich,
    said,
    section,
    small,
    strong,
    test_name,
    words,
)
from .runs import run_labels, run_line

_MOST = (5, 3, 2, 1, 0)
_CHARTED = 20
_FEWEST_CHARTED = 3
_PEAK_TESTS = 3


def render_resources(report: ResourcesReport, ask: Ask) -> Message:
    """What was too high first, then the numbers, then their course."""
    shown = report.shown

    def draw(most: int) -> list[Json]:
        names = [each for _, measure in peaks(shown.used) for each in measure.peak_tests[:2]]
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {verdict(report)}"),
            *([] if report.is_named else _troubled(report, most)),
            section(f"Run {place.plain(shown.run.name, place.WORD)}", _numbers(shown.used)),
            *_peaks(shown.used, most),
            *_alerts(shown.used, most),
            *(_charts(report) if most else ()),
            small(*run_line(shown.run)),
            *([small(said(f"Percentages are of a limit: {shown.used.limits}."))] if shown.used.limits else []),
            *open_tests(ask, names[:most]),
            *([] if report.is_named else _open_runs(report, ask, most)),
            *deeper(ask, "failures", "slow", "runs", run=f"#{shown.run.id}"),
        ]

    return fit(draw, _MOST)


def _numbers(found: Resources) -> list[Line]:
    told = [watched(found), *used(found)]
    told += [leak] if (leak := leak_sentence(found)) else []
    return [[said(f"{each[:1].upper()}{each[1:]}.")] for each in told]


def _troubled(report: ResourcesReport, most: int) -> list[Json]:
    lines: list[Line] = [
        [words("Run "), said(each.run.name, place.WORD), words(" · "), moment(each.run.started_at),
         words(f" · {', '.join(each.troubles)}")]
        for each in report.troubled[:most]
    ]  # fmt: skip
    return [section("Runs with trouble", and_more(lines, len(report.troubled)))] if lines else []


def _peaks(found: Resources, most: int) -> list[Json]:
    lines = [_peak(what, measure) for what, measure in peaks(found)]
    return [section("At the peak", lines)] if most else []


def _peak(what: str, measure: Measure) -> Line:
    told: list[Leaf] = [strong(f"{what[:1].upper()}{what[1:]}")]
    if measure.peak_at is not None:
        told += [words(" at "), moment(measure.peak_at, "{time_secs}")]
    if not measure.peak_tests:
        return [*told, words(", no test ran")]
    told.append(words(" while "))
    shown = measure.peak_tests[:_PEAK_TESTS]
    for number, name in enumerate(shown):
        told += [words(", "), test_name(name)] if number else [test_name(name)]
    more = measure.peak_tests_count - len(shown)
    return [*told, words(f" and {more} more ran" if more > 0 else " ran")]


def _alerts(found: Resources, most: int) -> list[Json]:
    if not most:
        return []
    told: list[Line] = [[said(past_alert(each)), words(" · "), moment(each.at, "{time_secs}")] for each in found.alerts]
    told += [[said(past_silence(each)), words(" · "), moment(each.since, "{time_secs}")] for each in found.silences]
    tests = [each.tests for each in found.alerts] + [each.tests for each in found.silences]
    if not told:
        return []
    parts: list[Json] = [line(strong("Alerts and hangs"))]
    for lead, ran in list(zip(told, tests, strict=True))[:most]:
        parts.append(bullets([lead]))
        parts += [bullets([[test_name(each.name)] for each in ran[:2]], indent=1)] if ran else []
    left = len(told) - most
    return [rich(*parts, *([bullets([[words(f"and {left} more")]])] if left > 0 else []))]


def _charts(report: ResourcesReport) -> Iterable[Json]:
    """CPU and memory, over the run that was asked for or over the last ones; a message holds two charts."""
    if report.is_named:
        points = shortened(report.shown.used.points, _CHARTED)
        labels, of = _seconds(points), "this run"
        drawn = [[each.cpu for each in points], [each.memory for each in points]]
    else:
        runs = report.runs[-_CHARTED:]
        labels, of = run_labels([each.run for each in runs]), f"the last {len(runs)} watched runs"
        drawn = [[each.used.cpu.average for each in runs], [each.used.memory.average for each in runs]]
    if len(labels) < _FEWEST_CHARTED:
        return
    for name, values in zip(("CPU", "Memory"), drawn, strict=True):
        rounded = (round(min(max(value, 0.0), 100.0), 1) for value in values)
        yield chart(f"{name} over {of}", "percent", dict(zip(labels, rounded, strict=True)), f"{name} on average")


def _seconds(points: Sequence[Point]) -> list[str]:
    """When each point was, since the first; numbers where that tells them not apart."""
    began = points[0].at if points else 0.0
    labels = [f"{each.at - began:.0f} s" for each in points]
    is_plain = len(set(labels)) == len(labels) and max(map(len, labels), default=0) <= _CHARTED
    return labels if is_plain else [f"part {number}" for number in range(1, len(points) + 1)]


def _open_runs(report: ResourcesReport, ask: Ask, most: int) -> list[Json]:
    opened: Sequence[WatchedRun] = report.troubled or (report.shown,)
    found: list[Json] = []
    for number, each in enumerate(opened[: min(most, 3)], 1):
        label = f"Resources of run {place.plain(each.run.name, 40)}"
        found += ask_button(label, f"resources.show:{number}", ask.about("resources", f"#{each.run.id}"))
    return actions(found)
