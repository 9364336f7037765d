"""The answer to `incident stats`: how fast incidents are answered and mended, by severity, and how many a month."""

from collections.abc import Mapping
from datetime import timedelta

from core.incidents.metrics import IncidentStats, SeverityStats
from core.incidents.model import Severity
from core.incidents.report import span

from . import place
from .message import Message, fit
from .pieces import Json, chart, header, moment, paragraph, said, small, strong, words

_MONTHS = (12, 6, 3, 0)


def render_incident_stats(stats: IncidentStats) -> Message:
    """Figures over all severities first, then the table, then the chart of incidents by month."""

    def draw(most: int) -> list[Json]:
        return [
            header(_verdict(stats)),
            *(_summary(stats.total) or [paragraph(words("There is nothing to reckon with yet."))]),
            *_table(stats.by_severity),
            *_chart(stats, most),
            *_footer(stats),
        ]

    return fit(draw, _MONTHS)


def _verdict(stats: IncidentStats) -> str:
    total, days = stats.total, (stats.until - stats.since).days
    name = f"{place.plain(stats.suite, place.WORD)}: " if stats.suite else ""
    if not total.incidents:
        return f"{name}no incident in {days} days"
    noun = "incident" if total.incidents == 1 else "incidents"
    return f"{name}{total.incidents} {noun} in {days} days, {total.open} open"


def _summary(total: SeverityStats) -> list[Json]:
    if not total.incidents:
        return []
    answer, resolve = total.answer, total.resolve
    rate = f"{total.reopen_rate:.0%}" if total.reopen_rate is not None else "–"
    return [
        paragraph(
            strong("Time to acknowledge: "), words(f"{_times(answer.median, answer.mean)}; "),
            strong("to resolve: "), words(f"{_times(resolve.median, resolve.mean)}. "),
            words(f"{total.in_time} of {answer.count} answered in time, "),
            words(f"{rate} of {total.resolved} resolved came back."),
        )
    ]  # fmt: skip


def _times(median: timedelta | None, mean: timedelta | None) -> str:
    if median is None or mean is None:
        return "not known yet"
    return f"median {span(median)}, mean {span(mean)}"


def _table(by_severity: Mapping[Severity, SeverityStats]) -> list[Json]:
    head = ("Severity", "Incidents", "Open", "Acknowledged (median, mean)", "In time", "Resolved (median, mean)",
            "Came back")  # fmt: skip
    rows = [_row(severity, each) for severity, each in by_severity.items() if each.incidents]
    return [{"type": "table", "rows": [[_cell(text) for text in row] for row in (head, *rows)]}] if rows else []


def _row(severity: Severity, each: SeverityStats) -> tuple[str, ...]:
    return (
        severity.value.capitalize(),
        str(each.incidents),
        str(each.open),
        _pair(each.answer.median, each.answer.mean),
        f"{each.in_time} of {each.answer.count}" if each.answer.count else "–",
        _pair(each.resolve.median, each.resolve.mean),
        f"{each.reopened} of {each.resolved}" if each.resolved else "–",
    )


def _pair(median: timedelta | None, mean: timedelta | None) -> str:
    return f"{span(median)}, {span(mean)}" if median is not None and mean is not None else "–"


def _cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def _chart(stats: IncidentStats, most: int) -> list[Json]:
    points = {month: sum(counts.values()) for month, counts in list(stats.months.items())[-most:]} if most else {}
    return [chart("Incidents by month", "incidents", points, "incidents", kind="bar")] if len(points) > 1 else []


def _footer(stats: IncidentStats) -> list[Json]:
    suite = [said(f"{stats.suite} · ", place.WORD + 3)] if stats.suite else []
    return [
        small(*suite, words("opened since "), moment(stats.since)),
        small(words("From the first message to the first acknowledgement, hand-over or resolution by a person; "
                    "what green runs closed before anybody answered counts for the time to resolve alone.")),
    ]  # fmt: skip
