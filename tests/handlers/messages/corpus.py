"""Everything the bot can say, from every renderer: empty, typical, worst, too long, hostile.

A name is what is said and how bad it is. `NOTHING_FOREIGN` says less, because no report's words are in it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import Any

from core.briefings.model import Briefing, Kind, Morning, Report
from core.checklists.statistics import summarise
from core.doctor import Check
from core.failures.model import Category
from core.failures.verdict import State
from core.health.card import RunCard
from core.live.card import LiveCard
from core.mocks.rules.explanation import explain_rule
from handlers.commands import Ask
from handlers.messages.checklist import render_checklist, render_checklist_event
from handlers.messages.checklist_stats import render_checklist_stats
from handlers.messages.checklists import render_checklists, render_history
from handlers.messages.doctor import render_doctor
from handlers.messages.emergency import render_emergency
from handlers.messages.failures import render_failures
from handlers.messages.flaky import render_flaky
from handlers.messages.health import render_health
from handlers.messages.help import render_help, render_problem
from handlers.messages.home import render_home, render_home_answer, render_onboarding
from handlers.messages.incident_stats import render_incident_stats
from handlers.messages.live import render_live, render_live_event
from handlers.messages.matrix import render_matrix
from handlers.messages.message import Message, after_sharing, note, repeated, shared
from handlers.messages.mocks import render_mocks
from handlers.messages.morning import render_morning
from handlers.messages.report import render_briefing, render_report
from handlers.messages.resources import render_resources
from handlers.messages.rule import render_rule
from handlers.messages.run_card import render_run_card, render_watched_run_card
from handlers.messages.runs import render_runs
from handlers.messages.slow import render_slow
from handlers.messages.test import render_test
from tests.handlers.messages import watched
from tests.handlers.messages.briefings import (
    FINDINGS,
    TYPICAL,
    a_morning,
    a_report,
    an_awful_morning,
    an_awful_report,
)
from tests.handlers.messages.checklists import (
    a_matrix,
    a_nag,
    a_typical_occurrence,
    an_awful_occurrence,
    an_end,
    an_occurrence,
    closed,
    several,
    some_statistics,
)
from tests.handlers.messages.corpus_of_databases import DATABASES
from tests.handlers.messages.corpus_of_incidents import INCIDENTS
from tests.handlers.messages.durations import a_slow, a_typical_slow, an_awful_slow
from tests.handlers.messages.emergencies import a_typical_emergency, an_awful_emergency, an_emergency
from tests.handlers.messages.figures import some_stats
from tests.handlers.messages.values import (
    HOSTILE,
    LONG,
    NOW,
    PLAIN,
    a_cause,
    a_cofailure,
    a_doctor,
    a_failures,
    a_flaky,
    a_group,
    a_health,
    a_mocks_report,
    a_run,
    a_runs,
    a_state,
    a_test_report,
    a_typical_health,
    a_worst_health,
    an_awful_failures,
)

SIZES = ("empty", "typical", "worst", "too-long", "hostile")
NOTHING_FOREIGN = {"onboarding", "rule"}
LATE = NOW + timedelta(days=9)
MATRIX = Ask("matrix")
SLOW = Ask("slow")
RESOURCES = Ask("resources")
HEALTH, FAILURES, FLAKY, TEST, RUNS, DOCTOR, MOCKS, MORNING, REPORT = (
    Ask(word) for word in ("health", "failures", "flaky", "test", "runs", "doctor", "mocks", "morning", "report")
)
LONG_ASK = Ask("health", None, LONG[:900], LONG[900:1800])
HOSTILE_ASK = Ask("health", None, HOSTILE, HOSTILE)


def _briefing(content: Morning | Report) -> Message:
    kind = Kind.MORNING if isinstance(content, Morning) else content.kind
    message = render_briefing(Briefing(4, kind, NOW.date(), NOW, LATE, content))
    assert message is not None
    return message


def _typical_failures() -> Message:
    new = a_group(
        2,
        new=True,
        known_since=None,
        known_since_at=None,
        runs_before=0,
        category=Category.ASSERTION,
        title="AssertionError: assert N == N",
        critical_reason="1 security test failing (by name)",
    )
    return render_failures(a_failures([a_group(1), new]), FAILURES)


def _unknown_test() -> Message:
    state = a_state(State.UNKNOWN, 0, 0, reason="no result yet", passes_needed=None, first_failing=None)
    report = a_test_report(marks=0, durations=None, signatures=(), latest_message="", state=state)
    return render_test(report, TEST)


def _worst_test() -> Message:
    signatures = a_test_report().signatures * 50
    report = a_test_report(marks=400, signatures=signatures, caveats=("a caveat",) * 9, flakes_with=a_cofailure(60))
    return render_test(report, TEST)


def _hostile_test() -> Message:
    report = a_test_report(
        HOSTILE, latest_message=HOSTILE, variant=HOSTILE, file=HOSTILE, caveats=(HOSTILE,), finding=a_cause(HOSTILE),
        flakes_with=a_cofailure(4, HOSTILE),
    )  # fmt: skip
    return render_test(report, HOSTILE_ASK.about("test", HOSTILE))


def _typical_card(seen: LiveCard | None = None) -> Message:
    new = a_group(2, new=True, known_since=None, known_since_at=None, runs_before=0, category=Category.ASSERTION)
    failures = a_failures([a_group(1), new])
    card = RunCard(a_run(failed=4), failures, a_typical_health())
    return render_run_card(card) if seen is None else render_watched_run_card(card, seen)


def _awful_card(name: str, seen: LiveCard | None = None) -> Message:
    run = a_run(failed=60, name=name, branch=name, revision=name, suite=name)
    card = RunCard(run, an_awful_failures(name), a_worst_health(name))
    return render_run_card(card) if seen is None else render_watched_run_card(card, seen)


ANSWERS: dict[str, Callable[[], Message]] = {
    "health-empty": lambda: render_health(a_health(), HEALTH, NOW),
    "health-typical": lambda: render_health(a_typical_health(), HEALTH, NOW, a_runs(20)),
    "health-worst": lambda: render_health(a_worst_health(), HEALTH, LATE, a_runs(20)),
    "health-too-long": lambda: render_health(a_worst_health(LONG), LONG_ASK, NOW, a_runs(20, LONG)),
    "health-hostile": lambda: render_health(a_worst_health(HOSTILE, 3), HOSTILE_ASK, NOW, a_runs(5, HOSTILE)),
    "failures-empty": lambda: render_failures(a_failures([]), FAILURES),
    "failures-typical": _typical_failures,
    "failures-worst": lambda: render_failures(an_awful_failures(PLAIN), FAILURES.at(3)),
    "failures-too-long": lambda: render_failures(an_awful_failures(LONG), FAILURES),
    "failures-hostile": lambda: render_failures(an_awful_failures(HOSTILE), FAILURES),
    "flaky-empty": lambda: render_flaky(a_flaky(), FLAKY),
    "flaky-typical": lambda: render_flaky(a_flaky(2, 1, 1), FLAKY),
    "flaky-worst": lambda: render_flaky(a_flaky(40, 300, 20), FLAKY.at(2)),
    "flaky-too-long": lambda: render_flaky(a_flaky(40, 3, 2, LONG), FLAKY),
    "flaky-hostile": lambda: render_flaky(a_flaky(4, 3, 2, HOSTILE), FLAKY),
    "slow-empty": lambda: render_slow(a_slow(), SLOW),
    "slow-typical": lambda: render_slow(a_typical_slow(), SLOW),
    "slow-worst": lambda: render_slow(an_awful_slow(PLAIN, 90), SLOW),
    "slow-too-long": lambda: render_slow(an_awful_slow(LONG, 40), LONG_ASK.about("slow")),
    "slow-hostile": lambda: render_slow(an_awful_slow(HOSTILE, 4), HOSTILE_ASK.about("slow")),
    "resources-empty": lambda: render_resources(watched.a_report(watched.resources()), RESOURCES),
    "resources-typical": lambda: render_resources(watched.a_typical_report(), RESOURCES),
    "resources-worst": lambda: render_resources(watched.an_awful_report(PLAIN, 1, named=True), RESOURCES),
    "resources-too-long": lambda: render_resources(watched.an_awful_report(LONG), LONG_ASK.about("resources")),
    "resources-hostile": lambda: render_resources(watched.an_awful_report(HOSTILE, 3), HOSTILE_ASK.about("resources")),
    "live-empty": lambda: render_live(watched.a_card(watched.Seen(watched.LiveRun()))),
    "live-typical": lambda: render_live(watched.a_running_card()),
    "live-worst": lambda: render_live(watched.an_awful_card(PLAIN, watched.Ended.DIED)),
    "live-too-long": lambda: render_live(watched.an_awful_card(LONG, watched.Ended.LOST)),
    "live-hostile": lambda: render_live(watched.an_awful_card(HOSTILE)),
    "live-event-empty": lambda: render_live_event(watched.an_event(watched.a_hang())),
    "live-event-typical": lambda: render_live_event(watched.an_event(watched.an_alert("cpu", PLAIN, over=False))),
    "live-event-worst": lambda: render_live_event(watched.an_event(watched.a_hang(*[PLAIN] * 50))),
    "live-event-too-long": lambda: render_live_event(watched.an_event(watched.a_hang(*[LONG] * 50))),
    "live-event-hostile": lambda: render_live_event(watched.an_event(watched.an_alert("memory", HOSTILE, over=False))),
    "test-empty": _unknown_test,
    "test-typical": lambda: render_test(a_test_report(), TEST),
    "test-worst": _worst_test,
    "test-too-long": lambda: render_test(a_test_report(LONG, latest_message=LONG, caveats=(LONG,)), TEST),
    "test-hostile": _hostile_test,
    "runs-empty": lambda: render_runs(a_runs(0), RUNS),
    "runs-typical": lambda: render_runs(a_runs(20), RUNS),
    "runs-worst": lambda: render_runs(a_runs(200), RUNS.at(20)),
    "runs-too-long": lambda: render_runs(a_runs(20, LONG), RUNS.at(2)),
    "runs-hostile": lambda: render_runs(a_runs(5, HOSTILE), RUNS),
    "emergency-empty": lambda: render_emergency(an_emergency()),
    "emergency-typical": lambda: render_emergency(a_typical_emergency()),
    "emergency-worst": lambda: render_emergency(an_awful_emergency(PLAIN, 400)),
    "emergency-too-long": lambda: render_emergency(an_awful_emergency(LONG, 40)),
    "emergency-hostile": lambda: render_emergency(an_awful_emergency(HOSTILE, 9)),
    "incident-stats-empty": lambda: render_incident_stats(some_stats(0)),
    "incident-stats-typical": lambda: render_incident_stats(some_stats(9)),
    "briefing-empty": lambda: _briefing(a_report(suite="")),
    "briefing-typical": lambda: _briefing(a_morning(*FINDINGS)),
    "briefing-worst": lambda: _briefing(an_awful_report("12 of 14 failed. " * 6)),
    "briefing-too-long": lambda: _briefing(an_awful_morning(LONG)),
    "briefing-hostile": lambda: _briefing(an_awful_report(HOSTILE, 3, 3)),
    "morning-empty": lambda: render_morning(a_morning(FINDINGS[0]), MORNING),
    "morning-typical": lambda: render_morning(a_morning(*FINDINGS), MORNING, is_late=True, tells=("U2", "S0TEAM")),
    "morning-worst": lambda: render_morning(an_awful_morning("It could not be checked. " * 4), MORNING),
    "morning-too-long": lambda: render_morning(an_awful_morning(LONG), MORNING),
    "morning-hostile": lambda: render_morning(an_awful_morning(HOSTILE, 9), MORNING),
    "report-empty": lambda: render_report(a_report(suite=""), REPORT),
    "report-typical": lambda: render_report(a_report(Kind.DAILY, *TYPICAL), REPORT),
    "report-worst": lambda: render_report(an_awful_report("12 of 14 failed. " * 6), REPORT),
    "report-too-long": lambda: render_report(an_awful_report(LONG), REPORT),
    "report-hostile": lambda: render_report(an_awful_report(HOSTILE, 3, 3), REPORT),
    "incident-stats-worst": lambda: render_incident_stats(some_stats(4000, days=3000)),
    "incident-stats-too-long": lambda: render_incident_stats(some_stats(9, LONG)),
    "incident-stats-hostile": lambda: render_incident_stats(some_stats(9, HOSTILE)),
    "run-card-empty": lambda: render_run_card(RunCard(a_run(), a_failures([]), None)),
    "run-card-typical": _typical_card,
    "run-card-worst": lambda: _awful_card(PLAIN),
    "run-card-too-long": lambda: _awful_card(LONG),
    "run-card-hostile": lambda: _awful_card(HOSTILE),
    "watched-run-card-empty": lambda: render_watched_run_card(
        RunCard(a_run(), a_failures([]), None), watched.a_card(watched.Seen(watched.LiveRun()), run_id=12)
    ),
    "watched-run-card-too-long": lambda: _awful_card(LONG, watched.an_awful_card(LONG, watched.Ended.DIED)),
    "watched-run-card-typical": lambda: _typical_card(watched.an_ended_card()),
    "watched-run-card-worst": lambda: _awful_card(PLAIN, watched.an_awful_card(PLAIN, watched.Ended.DIED)),
    "watched-run-card-hostile": lambda: _awful_card(HOSTILE, watched.an_awful_card(HOSTILE, watched.Ended.DIED)),
    "mocks-empty": lambda: render_mocks(a_mocks_report(count=0), MOCKS),
    "mocks-typical": lambda: render_mocks(a_mocks_report(count=3, new=True), MOCKS),
    "mocks-worst": lambda: render_mocks(a_mocks_report(count=90, new=True), MOCKS),
    "mocks-too-long": lambda: render_mocks(a_mocks_report(LONG, 40, new=True), MOCKS),
    "mocks-hostile": lambda: render_mocks(a_mocks_report(HOSTILE, 8, new=True), MOCKS.at(2)),
    "matrix-empty": lambda: render_matrix(a_matrix(None), MATRIX),
    "matrix-typical": lambda: render_matrix(a_matrix(120, "T12", "U1"), MATRIX),
    "matrix-worst": lambda: render_matrix(a_matrix(None, PLAIN, *["U1"] * 40), MATRIX),
    "matrix-too-long": lambda: render_matrix(a_matrix(10**9, LONG, *[LONG] * 9), MATRIX),
    "matrix-hostile": lambda: render_matrix(a_matrix(1, HOSTILE, HOSTILE, HOSTILE), MATRIX),
    "rule": lambda: render_rule(explain_rule("M002"), Ask("mocks", "M002")),
    "doctor-empty": lambda: render_doctor(a_doctor(Check("settings", "ok", "defaults alone")), DOCTOR),
    "doctor-typical": lambda: render_doctor(
        a_doctor(Check("settings", "ok", "defaults alone"), Check("slack", "bad", "no token")), DOCTOR
    ),
    "doctor-worst": lambda: render_doctor(
        a_doctor(*(Check(f"suite {n}", "bad", "the newest report is 9 days old") for n in range(60))), DOCTOR
    ),
    "doctor-too-long": lambda: render_doctor(
        a_doctor(*(Check("suite " + LONG, "warn", LONG) for _ in range(60))), DOCTOR
    ),
    "doctor-hostile": lambda: render_doctor(a_doctor(Check("suite " + HOSTILE, "warn", HOSTILE)), DOCTOR),
    "help-empty": lambda: render_help(Ask("help")),
    "help-typical": lambda: render_help(Ask("help", "failures")),
    "help-worst": lambda: render_help(Ask("help", "no such command")),
    "help-too-long": lambda: render_help(Ask("help", LONG)),
    "help-hostile": lambda: render_help(Ask("help", HOSTILE)),
    "problem-empty": lambda: render_problem(""),
    "problem-typical": lambda: render_problem("there is no run 7; /t12 runs lists them"),
    "problem-worst": lambda: render_problem("no such test; " + ", ".join(f"{PLAIN}_{n}" for n in range(60))),
    "problem-too-long": lambda: render_problem(LONG),
    "problem-hostile": lambda: render_problem(HOSTILE),
    "note-empty": lambda: note(""),
    "note-typical": lambda: note("Shared in #qa."),
    "note-worst": lambda: note("all is well. " * 110),
    "note-too-long": lambda: note(LONG),
    "note-hostile": lambda: note(HOSTILE),
}
"""Answers as the person who asked sees them; a mention is answered with the same."""

_SAID = {"empty": "flaky", "typical": "matrix", "worst": "failures", "too-long": "health", "hostile": "failures"}
_NAMES = dict(zip(SIZES, ("", "ana", "a" * 80, LONG, HOSTILE), strict=True))


def _shared(size: str) -> Message:
    return shared(ANSWERS[f"{_SAID[size]}-{size}"](), "U1", _NAMES[size])


CHECKLISTS: dict[str, Callable[[], Message]] = {
    "checklists-empty": lambda: render_checklists((), "U1"),
    "checklists-typical": lambda: render_checklists((a_typical_occurrence(),), "U2"),
    "checklists-worst": lambda: render_checklists(several(an_awful_occurrence(PLAIN), 12), PLAIN),
    "checklists-too-long": lambda: render_checklists(several(an_awful_occurrence(LONG), 12), LONG),
    "checklists-hostile": lambda: render_checklists(several(an_awful_occurrence(HOSTILE, 4), 2), HOSTILE),
    "history-empty": lambda: render_history(()),
    "history-typical": lambda: render_history(several(closed(a_typical_occurrence()), 3)),
    "history-worst": lambda: render_history(several(an_awful_occurrence(PLAIN), 40)),
    "history-too-long": lambda: render_history(several(an_awful_occurrence(LONG), 40)),
    "history-hostile": lambda: render_history(several(an_awful_occurrence(HOSTILE, 4), 2)),
    "checklist-stats-empty": lambda: render_checklist_stats(summarise(())),
    "checklist-stats-typical": lambda: render_checklist_stats(some_statistics(a_typical_occurrence(), 60, 3)),
    "checklist-stats-worst": lambda: render_checklist_stats(some_statistics(an_awful_occurrence(PLAIN, 8), 900, 90)),
    "checklist-stats-too-long": lambda: render_checklist_stats(
        some_statistics(an_awful_occurrence(LONG, 8), 40, 13)
    ),
    "checklist-stats-hostile": lambda: render_checklist_stats(
        some_statistics(an_awful_occurrence(HOSTILE, 4), 3)
    ),
    "checklist-empty": lambda: render_checklist(an_occurrence(), ""),
    "checklist-typical": lambda: render_checklist(a_typical_occurrence(), "QA Team"),
    "checklist-worst": lambda: render_checklist(an_awful_occurrence(PLAIN), PLAIN),
    "checklist-too-long": lambda: render_checklist(an_awful_occurrence(LONG), LONG),
    "checklist-hostile": lambda: render_checklist(an_awful_occurrence(HOSTILE, 4), HOSTILE),
    "checklist-event-empty": lambda: render_checklist_event(a_nag(), an_occurrence()),
    "checklist-event-typical": lambda: render_checklist_event(a_nag("U1", "S1"), a_typical_occurrence()),
    "checklist-event-worst": lambda: render_checklist_event(an_end(), closed(an_awful_occurrence(PLAIN))),
    "checklist-event-too-long": lambda: render_checklist_event(an_end(), closed(an_awful_occurrence(LONG))),
    "checklist-event-hostile": lambda: render_checklist_event(an_end(), closed(an_awful_occurrence(HOSTILE, 4))),
}
"""What T12 tells of checklists by itself."""

_TOLD = {size: f"run-card-{size}" for size in SIZES}

CASES: dict[str, Callable[[], Message]] = {
    **{f"repeated-{size}": lambda size=size: repeated(ANSWERS[_TOLD[size]]()) for size in SIZES},  # type: ignore[misc]
    **ANSWERS,
    **CHECKLISTS,
    **INCIDENTS,
    **DATABASES,
    **{f"shared-{size}": lambda size=size: _shared(size) for size in SIZES},  # type: ignore[misc]
    **{
        f"after-sharing-{size}": lambda size=size: after_sharing(ANSWERS[f"{_SAID[size]}-{size}"]())  # type: ignore[misc]
        for size in SIZES
    },
}
"""Every message."""

HOMES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "onboarding": lambda: render_onboarding(NOW),
    "home-empty": lambda: render_home(a_health(), None, NOW),
    "home-typical": lambda: render_home(a_typical_health(), a_failures([a_group(1), a_group(2, new=True)]), NOW),
    "home-worst": lambda: render_home(a_worst_health(), an_awful_failures(PLAIN), LATE),
    "home-too-long": lambda: render_home(a_worst_health(LONG), an_awful_failures(LONG), NOW),
    "home-hostile": lambda: render_home(a_worst_health(HOSTILE, 3), an_awful_failures(HOSTILE), NOW),
    **{
        f"home-answer-{size}": lambda size=size: render_home_answer(ANSWERS[f"health-{size}"]())  # type: ignore[misc]
        for size in SIZES
    },
}
"""Every Home tab."""


def message_of(name: str) -> Message:
    """A message of the corpus, which the caller may change: it is drawn once a process and copied."""
    return deepcopy(_message_of(name))


def payload_of(name: str) -> dict[str, Any]:
    """A message or a Home tab of the corpus as the JSON of its call."""
    if name in HOMES:
        return {"type": "home", "blocks": HOMES[name]()}
    message = message_of(name)
    return {"text": message.text, "blocks": list(message.blocks)}


@cache
def _message_of(name: str) -> Message:
    return CASES[name]()
