"""The morning check: the score, what failed with what to do, what could not be asked, and what is well."""

from collections.abc import Sequence

from core.briefings.model import Morning
from core.checks import Finding, State
from handlers.commands import Ask

from . import place
from .health import number
from .incident import who
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import Json, Line, header, moment, paragraph, said, section, small, strong, words

_TITLES = {State.FAILED: "Failed", State.UNKNOWN: "Not known", State.PASSED: "Passed"}
_MOST_TOLD = 20
_DEEPER = ("failures", "mocks", "flaky", "health")


def render_morning(morning: Morning, ask: Ask, *, is_late: bool = False, tells: Sequence[str] = ()) -> Message:
    """`is_late` says that it was due long before it was made; `tells` are Slack ids of whom an alarm concerns."""

    def draw(most: int) -> list[Json]:
        return [
            header(f"Morning check: {verdict(morning)}"),
            *_told(morning, tells),
            *([paragraph(words("Late: T12 could not make it in time.", italic=True))] if is_late else []),
            *_taken(morning, most),
            *(block for state in _TITLES for block in _part(morning, state, most)),
            small(words("Checked "), moment(morning.at), words(f", in {_seconds(morning)}")),
            *deeper(ask, *_words(morning)),
        ]

    return fit(draw, (15, 8, 5, 3, 2, 1, 0))


def verdict(morning: Morning) -> str:
    """The score and whether to look, in words."""
    told = f"{number(morning.score)} of 100"
    if morning.alert:
        return f"{told}, needs attention"
    return f"{told}, {'all is well' if all(each.passed for each in morning.findings) else 'good to go'}"


def _told(morning: Morning, tells: Sequence[str]) -> list[Json]:
    if not morning.alert or not tells:
        return []
    people = [leaf for id_ in tells[:_MOST_TOLD] for leaf in (who(id_), words(" "))]
    return [paragraph(*people, words("The suite needs somebody to look before work begins."))]


def _taken(morning: Morning, most: int) -> list[Json]:
    if not morning.deductions:
        return []
    lines: list[Line] = [[strong(f"−{number(each.points)} "), said(each.area)] for each in morning.deductions]
    return [section("What takes points off", and_more(lines[:most], len(lines)))]


def _part(morning: Morning, state: State, most: int) -> list[Json]:
    found = [each for each in morning.findings if each.state is state]
    if found and not most:
        return [paragraph(strong(f"{_TITLES[state]}: "), words(f"{len(found)} checks"))]
    return [section(_TITLES[state], and_more([_line(each) for each in found[:most]], len(found)))] if found else []


def _line(finding: Finding) -> Line:
    told: Line = [strong(f"{place.plain(_named(finding), place.WORD)}: "), said(finding.evidence)]
    return [*told, words(" "), said(finding.hint)] if finding.hint else told


def _named(finding: Finding) -> str:
    name = finding.name.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}"


def _words(morning: Morning) -> Sequence[str]:
    """The questions that go deeper: those of what did not pass, then health."""
    asked = [each.detail.split()[0] for each in morning.findings if not each.passed and each.detail.strip()]
    return [word for word in _DEEPER if word in asked or word == "health"]


def _seconds(morning: Morning) -> str:
    longest = max((each.seconds for each in morning.findings), default=0.0)
    return f"{longest:.0f} s" if longest < 120 else f"{longest / 60:.0f} min"
