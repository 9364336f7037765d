"""Briefings as JSON that others build on."""

from typing import Any

from core.briefings.model import Morning, Report


def morning_to_json(morning: Morning) -> dict[str, Any]:
    """`score`, `alert`, `deductions`, `caveats`, and one object a check."""
    return {
        "at": morning.at.isoformat(), "score": morning.score, "alert": morning.alert,
        "alert_below": morning.alert_below,
        "deductions": [
            {"area": each.area, "points": each.points, "checks": list(each.checks)} for each in morning.deductions
        ],
        "caveats": list(morning.caveats),
        "checks": [
            {"name": each.name, "state": each.state.value, "evidence": each.evidence, "hint": each.hint,
             "detail": each.detail, "seconds": each.seconds}
            for each in morning.findings
        ],
    }  # fmt: skip


def report_to_json(report: Report) -> dict[str, Any]:
    """`kind`, `suite`, the span, the headline, and one object a section."""
    return {
        "kind": report.kind.value, "suite": report.suite, "from": report.begins.isoformat(),
        "until": report.ends.isoformat(), "headline": report.headline,
        "sections": [
            {
                "title": each.title, "lines": list(each.lines),
                "chart": None if each.chart is None else {
                    "title": each.chart.title, "unit": each.chart.unit,
                    "points": [{"label": label, "value": value} for label, value in each.chart.points],
                },
            }
            for each in report.sections
        ],
    }  # fmt: skip
