"""Morning checks and reports as documents for those outside Slack: Markdown, and HTML in one file. Pure."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape

from core.briefings.model import Chart, Kind, Morning, Report, Section
from core.checks import State
from core.markdown import code, one_line, prose, table

_LINE = 400
_WIDTH, _HEIGHT, _PAD = 640, 160, 28
_WORDS = {State.PASSED: "passed", State.FAILED: "FAILED", State.UNKNOWN: "not known"}
_TITLES = {Kind.DAILY: "Daily test report", Kind.WEEKLY: "Weekly test report", Kind.MORNING: "Morning check"}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1d1c1d; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } li { overflow-wrap: anywhere; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; }
svg { width: 100%; height: auto; } footer { color: #616061; margin-top: 2rem; }
@media (prefers-color-scheme: dark) { body { background: #1a1d21; color: #d1d2d3; } footer { color: #9a9b9d; } }
"""


def title_of(kind: Kind) -> str:
    return _TITLES[kind]


def report_markdown(report: Report, zone: tzinfo) -> str:
    """The whole document; foreign text cannot change what it is."""
    lines = [f"# {_TITLES[report.kind]}{_of(report.suite and code(report.suite))}", "", _span(report, zone), "",
             f"**{prose(report.headline)}**"]  # fmt: skip
    for section in report.sections:
        lines += ["", f"## {prose(section.title)}", "", *(f"- {prose(each, _LINE)}" for each in section.lines)]
        if section.chart is not None:
            rows = [(code(label), f"{value:g}") for label, value in section.chart.points]
            lines += ["", *table((prose(section.chart.title), prose(section.chart.unit)), rows)]
    return "\n".join(lines) + "\n"


def morning_markdown(morning: Morning, zone: tzinfo) -> str:
    lines = ["# Morning check", "", f"{_at(morning.at, zone)}: **{morning.score:g} of 100**{_alarm(morning)}", ""]
    rows = [
        (
            prose(each.name.replace("_", " ")),
            _WORDS[each.state],
            prose(" ".join(filter(None, (each.evidence, each.hint))), _LINE),
        )
        for each in morning.findings
    ]
    lines += table(("Check", "Result", "Evidence"), rows)
    lines += ["", *(f"- −{each.points:g} {prose(each.area)}" for each in morning.deductions)]
    lines += [f"- {prose(each, _LINE)}" for each in morning.caveats]
    return "\n".join(lines).rstrip() + "\n"


def report_html(report: Report, zone: tzinfo) -> str:
    """One file without scripts or anything that is loaded from elsewhere."""
    parts = [f"<p>{escape(_span(report, zone))}</p>", f"<p><strong>{_shown(report.headline)}</strong></p>"]
    for section in report.sections:
        parts.append(f"<section><h2>{_shown(section.title)}</h2>{_list(section)}{_svg(section.chart)}</section>")
    title = _TITLES[report.kind] + (f" of {report.suite}" if report.suite else "")
    return _page(title, parts, report.ends, zone)


def morning_html(morning: Morning, zone: tzinfo) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{_shown(each.name.replace('_', ' '))}</th><td>{_WORDS[each.state]}</td>"
        f"<td>{_shown(' '.join(filter(None, (each.evidence, each.hint))))}</td></tr>"
        for each in morning.findings
    )
    head = "<tr><th scope='col'>Check</th><th scope='col'>Result</th><th scope='col'>Evidence</th></tr>"
    taken = [f"−{each.points:g} {each.area}" for each in morning.deductions]
    parts = [
        f"<p><strong>{morning.score:g} of 100{escape(_alarm(morning))}</strong></p>",
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>",
        _list(Section("", (*taken, *morning.caveats))),
    ]
    return _page("Morning check", parts, morning.at, zone)


def _page(title: str, parts: Iterable[str], at: datetime, zone: tzinfo) -> str:
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{_shown(title)}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{_shown(title)}</h1>\n" + "\n".join(parts)
        + f"</main>\n<footer>Written by T12 on {escape(_at(at, zone))}.</footer></body></html>\n"
    )  # fmt: skip


def _list(section: Section) -> str:
    items = "".join(f"<li>{_shown(each)}</li>" for each in section.lines)
    return f"<ul>{items}</ul>" if items else ""


def _svg(chart: Chart | None) -> str:
    """A line with its values; a reader who cannot see it gets them as a text."""
    if chart is None or not chart.points:
        return ""
    values = [value for _, value in chart.points]
    top = max(values) or 1.0
    step = (_WIDTH - 2 * _PAD) / max(1, len(values) - 1)
    places = [
        (_PAD + at * step, _HEIGHT - _PAD - (value / top) * (_HEIGHT - 2 * _PAD)) for at, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='#1264a3'><title>{_shown(label)}: {value:g}</title></circle>"
        for (x, y), (label, value) in zip(places, chart.points, strict=True)
    )
    told = f"{chart.title}, {chart.unit}, oldest first: {', '.join(f'{value:g}' for value in values)}"
    axis = f"<text x='{_PAD}' y='16' font-size='12' fill='currentColor'>{_shown(chart.title)}, at most {top:g}</text>"
    return (
        f"<svg viewBox='0 0 {_WIDTH} {_HEIGHT}' role='img' aria-label='{_shown(told, 2000)}'>{axis}"
        f"<polyline points='{line}' fill='none' stroke='#1264a3' stroke-width='2'/>{dots}</svg>"
    )


def _shown(text: str, limit: int = _LINE) -> str:
    return escape(one_line(text, limit), quote=True)


def _span(report: Report, zone: tzinfo) -> str:
    return f"{_at(report.begins, zone)} to {_at(report.ends, zone)}"


def _at(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%A %Y-%m-%d %H:%M %Z}"


def _of(suite: str) -> str:
    return f" of {suite}" if suite else ""


def _alarm(morning: Morning) -> str:
    return f", below {morning.alert_below:g}: the suite needs attention" if morning.alert else ""


def briefing_document(made: Morning | Report, form: str, zone: tzinfo) -> str:
    """A morning check or a report, `markdown` or `html`."""
    if isinstance(made, Morning):
        return morning_html(made, zone) if form == "html" else morning_markdown(made, zone)
    return report_html(made, zone) if form == "html" else report_markdown(made, zone)
