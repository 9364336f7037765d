"""The daily and the weekly report: the headline, then one section a subject, each with its figures and its chart."""

from collections.abc import Sequence

from core.briefings.documents import title_of
from core.briefings.flows import is_late
from core.briefings.model import Briefing, Chart, Kind, Morning, Report, Section
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .morning import render_morning
from .navigation import deeper
from .pieces import Json, chart, header, moment, paragraph, said, section, small, typed, words

_MOST_CHARTS = 2
"""Slack refuses a message with more."""


def render_briefing(told: Briefing, tells: Sequence[str] = ()) -> Message | None:
    """The message of one that was made; None for one that was missed. `tells` are whom an alarm concerns."""
    if told.content is None:
        return None
    if isinstance(told.content, Morning):
        return render_morning(told.content, Ask("morning"), is_late=is_late(told), tells=tells)
    return render_report(told.content, Ask("report", told.kind.value))


def render_report(report: Report, ask: Ask) -> Message:
    def draw(most: int) -> list[Json]:
        suite = f": {place.plain(report.suite, place.WORD)}" if report.suite else ""
        return [
            header(f"{title_of(report.kind)}{suite}"),
            paragraph(said(report.headline)),
            *_sections(report, most),
            small(words("From "), moment(report.begins), words(" to "), moment(report.ends)),
            *deeper(ask, "health", "failures", "flaky", *(["mocks"] if report.kind is Kind.WEEKLY else [])),
        ]

    return fit(draw, (8, 6, 4, 3, 2, 1, 0))


def _sections(report: Report, most: int) -> list[Json]:
    """At 0 they are too long for a message whatever is left out of them."""
    if most:
        has_chart = [at for at, each in enumerate(report.sections) if each.chart is not None and each.chart.points]
        shown = has_chart[:_MOST_CHARTS] if most > 1 else []
        return [block for at, each in enumerate(report.sections) for block in _section(each, most, at in shown)]
    return [paragraph(words("The sections are too long for a message; "), typed("t12 report"), words(" shows them."))]


def _section(told: Section, most: int, is_charted: bool) -> list[Json]:
    lines = and_more([[said(each)] for each in told.lines[:most]], len(told.lines), "lines")
    drawn = _chart(told.chart) if told.chart is not None and is_charted else []
    return [section(place.plain(told.title, place.WORD), lines), *drawn]


def _chart(told: Chart) -> list[Json]:
    points = {place.plain(label, 20): value for label, value in told.points}
    unit = place.plain(told.unit, 20)
    return [chart(told.title, unit, points, unit)] if points else []
