"""The answer to `flaky`: which tests cannot be trusted, with evidence k of n and what is missing until they can."""

from collections.abc import Iterable, Sequence

from core.failures.cofailure import CoFailure
from core.failures.report import FlakyReport
from core.failures.verdict import JudgedTest
from handlers.commands import Ask

from . import place
from .judged import evidence, missing
from .message import Message, fit
from .navigation import deeper, open_tests, page_line, page_of, pages, turn
from .pieces import Json, bullets, header, line, paragraph, rich, said, small, strong, test_name, words
from .runs import run_line

_TITLES = {
    "flaky": "Flaky: pass and fail without a change",
    "broken": "Broken: fail every time",
    "suspect": "Suspect: one odd result, not counted",
}


def render_flaky(report: FlakyReport, ask: Ask) -> Message:
    """Flaky tests first, because nobody else says so; then the broken ones, then suspects."""
    tests = [("flaky", test) for test in report.flaky]
    tests += [("broken", test) for test in report.broken]
    tests += [("suspect", test) for test in report.suspect]
    last = pages(len(tests))
    shown, page = page_of(tests, ask.page)

    def draw(details: int) -> list[Json]:
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {verdict(report)}"),
            *_parts(shown, details),
            *([] if tests else [paragraph(said(_all_well(report)))]),
            *(_groups(report.groups, details) if page == 1 else []),
            *page_line(page, last, f"{len(tests)} tests"),
            *_small_print(report),
            *open_tests(ask, (test.name for _, test in shown)),
            *deeper(ask, "health", "failures", "runs", turns=turn(ask, page, last)),
        ]

    return fit(draw, (2, 1, 0))


def verdict(report: FlakyReport) -> str:
    if not report.flaky and not report.broken:
        return "every test can be trusted" if not report.suspect else "no test is flaky or broken"
    return f"{len(report.flaky)} flaky, {len(report.broken)} broken, {len(report.suspect)} suspect"


def _all_well(report: FlakyReport) -> str:
    runs = "one run" if report.runs_read == 1 else f"the last {report.runs_read} runs"
    return f"No test is flaky, broken or suspect in {runs}."


def _parts(shown: Iterable[tuple[str, JudgedTest]], details: int) -> list[Json]:
    found: list[Json] = []
    titled = ""
    for state, test in shown:
        if state != titled:
            found.append(paragraph(strong(_TITLES[state])))
            titled = state
        found.append(rich(line(test_name(test.name)), bullets(_details(test, details))))
    return found


def _details(test: JudgedTest, details: int) -> list[list[Json]]:
    reason = test.state.reason.split(";")[0]
    lines = [[words(evidence(test.state).capitalize() + ".")]]
    if details and reason:
        lines.append([said(f"Why: {reason}", 220)])
    if details > 1 and missing(test.state):
        lines.append([words(missing(test.state) + ".")])
    return lines


def _groups(groups: Sequence[CoFailure], details: int) -> list[Json]:
    if not groups:
        return []
    parts = [line(strong("Flake together: one cause behind several tests"))]
    for group in groups[: 1 + details]:
        names = [[test_name(name)] for name in group.tests[: 2 * details]]
        left = len(group.tests) - len(names)
        parts.append(bullets([[said(f"{group.sentence[:1].upper()}{group.sentence[1:]}.")]]))
        if names:
            parts.append(bullets([*names, *([[words(f"and {left} more")]] if left else [])], indent=1))
    left = len(groups) - (1 + details)
    return [rich(*parts, *([bullets([[words(f"and {left} more groups")]])] if left > 0 else []))]


def _small_print(report: FlakyReport) -> list[Json]:
    found = [small(words(f"Read from {report.runs_read} runs, the newest: "), *run_line(report.newest))]
    return [*found, small(said("Mind: " + "; ".join(report.caveats), 600))] if report.caveats else found
