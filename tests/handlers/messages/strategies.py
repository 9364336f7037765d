"""What reports, histories and runs may hold, as strategies: the words of strangers, and every number there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.checklists.model import Item, ItemState, Occurrence, Standing
from core.doctor import Check, DoctorReport
from core.failures.cofailure import CoFailure
from core.failures.model import Category
from core.failures.recommendation import recommend
from core.failures.report import (
    DurationSummary,
    FailureGroup,
    FailuresReport,
    FlakyReport,
    RunsReport,
    SeenSignature,
    StripMark,
    TestReport,
)
from core.failures.verdict import JudgedTest, State, TestState
from core.health.card import RunCard
from core.health.model import Advice, Changes, Deduction, Direction, FlakeCost, Gate, HealthReport, Trend
from core.incidents.answer import IncidentView
from core.incidents.model import Affected, Event, Happened, Incident, Kind, Path, Severity
from core.live.card import LiveCard, LiveEvent, Seen
from core.live.growth import Growth
from core.live.model import Alert, Ended, FailedTest, LiveRun, Phase, Process, RunningTest, Silence
from core.live.report import ResourcesReport, WatchedRun
from core.live.resources import Measure, Resources
from core.live.sampling import Point, Sample
from core.performance import model as durations
from core.performance.benchmarks import Benchmark, Benchmarks
from core.runs.model import HistoryEntry, Outcome, ReportCounts, Run
from handlers.commands import COMMANDS, Ask
from tests.handlers.messages.incidents import DATA
from tests.handlers.messages.values import HOSTILE, LONG

BAITS = (
    "", " ", HOSTILE, LONG, LONG[:1900], "<!channel>", "<!date^1^{time}|x>", "&lt;!here&gt;", "`", "```", "*_~>",
    "\x00", "\ud800", "\u202e", "a\u0301" * 400, "😀" * 300, "&" * 500, "<" * 500, "\n" * 500, '"' * 1500, "\\" * 1500,
    "::", "/", "http://a|b", "<https://evil.example|ci>", "{date}", "𝕏" * 150,
)  # fmt: skip
"""What breaks layouts, limits and parsers."""

text = st.one_of(
    st.sampled_from(BAITS), st.text(max_size=30), st.lists(st.sampled_from(BAITS), max_size=3).map("".join)
)
maybe = st.none() | text
count = st.sampled_from((0, 1, 2, 7, 1000, 10**9))
share = st.floats(0, 1)
points = st.floats(0, 1e6)
instant = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
seconds = st.none() | st.floats(0, 1e7)


def many(of: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


counts = st.builds(ReportCounts, count, count, count, count, count, count, count, count, count, count)
runs = st.builds(
    Run, count, text, text, maybe, maybe, text, instant, instant, seconds, st.none() | st.floats(0, 100), counts,
    many(text, 3),
)  # fmt: skip
entries = st.builds(HistoryEntry, runs, st.sampled_from(Outcome), seconds, count, count)
states = st.builds(
    TestState, st.sampled_from(State), text, count, count, share, share, share, count, count, count, st.none() | count,
    first_failing=st.none() | entries,
)  # fmt: skip
judged = st.builds(JudgedTest, count, text, states)
category = st.sampled_from(Category)
groups = st.builds(
    FailureGroup, text, text, text, text, category.map(lambda each: each.value), text, text, maybe, count,
    many(text), many(count), many(text, 3), st.booleans(), maybe, st.none() | instant, maybe, count,
    category.map(recommend), maybe, text, conditions=many(text),
)  # fmt: skip
failures = st.builds(
    FailuresReport, st.none() | runs, text, text, count, st.dictionaries(text, count, max_size=14), many(groups),
    st.just(()), many(text), many(text),
)  # fmt: skip
cofailures = st.builds(CoFailure, many(text), count, count)
flaky = st.builds(
    FlakyReport, text, maybe, text, runs, count, many(judged), many(judged), many(judged), many(text), many(text),
    many(cofailures),
)  # fmt: skip
marks = st.builds(
    StripMark, text, instant, maybe, maybe, st.sampled_from(Outcome), st.booleans(), st.booleans(), seconds
)
length = st.floats(0, 1e7)
tests = st.builds(
    TestReport, text, text, text, text, states, many(marks, 60),
    st.none() | st.builds(DurationSummary, count, length, length, length, length),
    many(st.builds(SeenSignature, text, text, text, count, text, text)), text, many(text),
    flakes_with=st.none() | cofailures, conditions=many(text),
)  # fmt: skip
listed = st.builds(RunsReport, text, maybe, many(runs, 24), st.dictionaries(count, text, max_size=3))
costs = st.builds(
    FlakeCost, share, st.none() | count, text, st.just(()), count, count, share, share, st.none() | points
)
trends = st.builds(Trend, st.sampled_from(Direction), text, count, count, share, share, share)
changes = st.builds(
    Changes, text, instant, many(text), many(text), many(text), count, many(text), many(text), many(text),
    sentences=many(text),
)  # fmt: skip
rule = st.sampled_from(("failure_rate", "flaky_tests", "coverage"))
gate = st.sampled_from(("broken", "silent", "new", "storm"))
healths = st.builds(
    HealthReport, text, maybe, runs, text, st.floats(0, 100), st.booleans(),
    many(st.builds(Deduction, rule, points, text, st.floats(0, 1e6), points, count, text), 5),
    many(st.builds(Gate, gate, text), 5), many(text),
    st.none() | share, st.none() | st.floats(0, 100), many(judged), many(judged), many(judged), costs, trends,
    st.none() | changes, many(st.builds(Advice, text, points, st.floats(0, 100))), count,
)  # fmt: skip
ids = st.sampled_from(("U1", "S1", "C1", "t12")) | text
affected = st.lists(st.builds(Affected, count, text, st.just("")), max_size=4, unique_by=lambda each: each.test_id).map(
    tuple
)
incidents = st.builds(
    Incident, count, st.none() | count, text, maybe, st.sampled_from(Kind), text, text, st.sampled_from(Severity), text,
    st.builds(Path, text, many(text, 3), st.sampled_from((0, 2))), instant, instant, tests=affected,
    note=text, failing=count, acknowledged_at=st.none() | instant, acknowledged_by=st.none() | ids,
    held_until=st.none() | instant, held_for_run=st.booleans(), owner=st.none() | ids,
    snoozed_until=st.none() | instant, resolved_at=st.none() | instant, resolved_by=st.none() | ids, resolution=text,
    level=count, due_at=st.none() | instant, green_runs=count, reopened=count,
)  # fmt: skip


@st.composite
def happened(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(Happened))
    data = dict(DATA[kind]) | {"mention": draw(st.lists(ids, max_size=3))}
    data |= {key: draw(text) for key in ("reason", "text") if key in data}
    data |= {"names": draw(st.lists(text, max_size=2))} if "names" in data else {}
    return Event(kind, draw(instant), draw(ids), data)


views = st.builds(
    IncidentView, incidents, many(happened(), 2), st.none() | runs, st.none(), st.none() | runs, many(text, 3),
    many(text, 3), text, text, instant, conditions=many(text),
)  # fmt: skip
items = st.builds(
    Item, count, text, text, st.none() | points, text, st.sampled_from(ItemState), st.none() | ids, st.none() | instant,
    text, text, st.none() | ids, text, st.none() | st.dates(),
)  # fmt: skip
occurrences = st.builds(
    Occurrence, count, text, text, st.dates(), instant, many(items, 4), st.sampled_from(Standing),
    st.none() | st.dates(), st.booleans(), count, text,
)  # fmt: skip
cards = st.builds(RunCard, runs, failures, st.none() | healths)
doctors = st.builds(
    DoctorReport, st.lists(st.builds(Check, text, st.sampled_from(("ok", "warn", "bad")), text), min_size=1).map(tuple)
)
suite_times = st.builds(
    durations.SuiteTime, seconds, seconds, seconds, st.booleans(), st.booleans(), st.sampled_from(durations.Trend),
    text, seconds, length, length, maybe, length, seconds, seconds, seconds, count, length,
    many(st.builds(durations.Point, runs, length, points), 30),
)  # fmt: skip
measured = st.builds(
    Benchmarks, text, instant, maybe, count, points,
    many(st.builds(Benchmark, text, length, length, count, seconds, st.booleans(), st.booleans())),
)  # fmt: skip
moved = st.builds(
    durations.Change, count, text, length, length, count, count, share, st.builds(durations.Onset, runs, runs),
    many(length, 40),
)  # fmt: skip
slows = st.builds(
    durations.SlowReport, text, maybe, text, runs, text, count, count, length,
    many(st.builds(durations.SlowTest, count, text, length, share, count, st.sampled_from(durations.Trend), st.none())),
    many(moved), many(moved), many(st.builds(durations.Hint, count, text, length, st.floats(1, 1e7))),
    st.builds(durations.Speed, points, points, count), suite_times, many(st.builds(durations.Advice, text, length)),
    many(text), st.none() | measured,
)  # fmt: skip
percents = st.floats(0, 1e7)
spans = st.timedeltas(timedelta(0), timedelta(days=900))
active = st.builds(RunningTest, text, instant, seconds)
alerts = st.builds(
    Alert, st.sampled_from(("cpu", "memory")), instant, percents, many(active, 4), count,
    many(st.builds(Process, text, count, percents), 3), st.none() | instant,
)  # fmt: skip
silences = st.builds(Silence, instant, spans, many(active, 4), count, text)
measures = st.builds(Measure, percents, percents, percents, st.none() | instant, many(text, 4), count)
courses = many(st.builds(Point, *(st.floats(0, 1e10), st.just(1), *([percents] * 7))), 40)
used = st.builds(
    Resources, instant, percents, count, measures, measures, measures, measures, count, text,
    st.none() | st.builds(Growth, percents, percents, share, st.booleans()), many(alerts, 4), many(silences, 4),
    courses,
)  # fmt: skip
live_runs = st.builds(
    LiveRun, st.sampled_from(Phase), st.none() | count, st.booleans(), count, count, count, count, many(active),
    count, st.booleans(), many(st.builds(FailedTest, text, text)), count, share, st.none() | percents, text,
    st.none() | instant, count, st.none(), many(text, 3),
)  # fmt: skip
live_seen = st.builds(
    Seen, live_runs, st.none() | st.builds(Sample, *([percents] * 5), count, percents), many(alerts, 2),
    st.none() | silences, text,
)  # fmt: skip
live_cards = st.builds(
    LiveCard, count, text, maybe, maybe, instant, instant, live_seen, st.none() | instant,
    st.none() | st.sampled_from(Ended), text, st.none() | count,
)  # fmt: skip
live_events = st.builds(LiveEvent, instant, alerts | silences, st.booleans())
watched_runs = st.builds(WatchedRun, runs, used)
resource_reports = st.builds(
    ResourcesReport, text, maybe, watched_runs, st.lists(watched_runs, min_size=1, max_size=24).map(tuple),
    st.booleans(),
)  # fmt: skip
asks = st.builds(Ask, st.sampled_from(sorted(COMMANDS)), maybe, maybe, maybe, st.sampled_from((1, 2, 3, 9999)))
