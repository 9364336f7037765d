"""`t12 resources` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, section, when
from core.live.report import ResourcesReport
from core.live.resources import Measure, Resources
from core.live.sampling import shortened
from core.live.wording import leak_sentence, past_alert, past_silence, peaks, used, verdict, watched, watched_for
from core.performance.words import bars
from core.quantities import size

_COURSE = 60
_PEAK_TESTS = 3


def draw(report: ResourcesReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The verdict, the last runs, and the one that is shown."""
    yield Text(f"suite {report.suite}: {verdict(report)}", style="bold")
    if not report.is_named:
        yield from _runs(report, zone)
    shown = report.shown
    found = shown.used
    told = [watched(found), *used(found)]
    yield from section(f"Run {shown.run.name}", told)
    yield from section("Leak", [leak] if (leak := leak_sentence(found)) else [], "yellow")
    yield from section("At the peak", [_peak(what, measure, zone) for what, measure in peaks(found)])
    yield from section("Alerts and hangs", [*_alerts(found, zone)], "yellow")
    yield from _course(found)
    if found.limits:
        yield Text(f"Percentages are of a limit: {found.limits}", style="dim")


def _runs(report: ResourcesReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    table = grid("run", "when", "watched", "CPU avg", "max", "memory avg", "max", "processes", "trouble",
                 right=(2, 3, 4, 5, 6, 7))  # fmt: skip
    for each in reversed(report.runs):
        found = each.used
        table.add_row(
            Text(each.run.name), when(each.run.started_at, zone), watched_for(found),
            f"{found.cpu.average:.0f} %", f"{found.cpu.high:.0f} %", f"{found.memory.average:.0f} %",
            f"{found.memory.high:.0f} %", size(int(found.tree_memory.high)),
            Text(", ".join(each.troubles), style="yellow"),
        )  # fmt: skip
    yield Text("\nWatched runs", style="bold")
    yield table


def _peak(what: str, measure: Measure, zone: ZoneInfo) -> str:
    at = f" at {measure.peak_at.astimezone(zone):%H:%M:%S}" if measure.peak_at is not None else ""
    if not measure.peak_tests:
        return f"{what}{at}, no test ran"
    names = ", ".join(measure.peak_tests[:_PEAK_TESTS])
    more = measure.peak_tests_count - len(measure.peak_tests[:_PEAK_TESTS])
    return f"{what}{at} while {names}{f' and {more} more' if more > 0 else ''} ran"


def _alerts(found: Resources, zone: ZoneInfo) -> Iterable[str]:
    for alert in found.alerts:
        yield f"{alert.at.astimezone(zone):%H:%M:%S} {past_alert(alert)}{_while(each.name for each in alert.tests[:3])}"
    for silence in found.silences:
        ran = _while(each.name for each in silence.tests[:3])
        yield f"{silence.since.astimezone(zone):%H:%M:%S} {past_silence(silence)}{ran}"


def _while(names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f"; running: {told}" if told else ""


def _course(found: Resources) -> Iterable[RenderableType]:
    points = shortened(found.points, _COURSE)
    if len(points) < 2:
        return
    yield Text("\nCourse", style="bold")
    for name, values in (("CPU", [each.cpu for each in points]), ("memory", [each.memory for each in points])):
        yield Text(f"  {name:<9} {bars(values, _COURSE)} up to {max(values):.0f} %")
    yield Text(f"  {'processes':<9} {bars([each.tree_memory for each in points], _COURSE)} "
               f"up to {size(int(max(each.peak_tree_memory for each in points)))}")  # fmt: skip
