"""The answer to `doctor`: what is configured, reachable, stale or blind, the worst first."""

from core.doctor import Check, DoctorReport
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import Json, Line, header, said, section, strong

_ORDER = {"bad": 0, "warn": 1, "ok": 2}
_VERDICTS = {"ok": "all is well", "warn": "works, with warnings", "bad": "something is wrong"}
_TITLES = {"bad": "Wrong", "warn": "Warnings", "ok": "Fine"}


def render_doctor(report: DoctorReport, ask: Ask) -> Message:
    def draw(most: int) -> list[Json]:
        found = [header(f"Doctor: {_VERDICTS[report.worst]}")]
        for level in sorted({check.level for check in report.checks}, key=_ORDER.__getitem__):
            checks = [check for check in report.checks if check.level == level]
            found.append(section(_TITLES[level], and_more([_line(check) for check in checks[:most]], len(checks))))
        return [*found, *deeper(ask, "health")]

    return fit(draw, (20, 10, 5, 3, 1))


def _line(check: Check) -> Line:
    name = place.plain(check.name, place.WORD)
    return [strong(f"{name[:1].upper()}{name[1:]}: "), said(check.sentence)]
