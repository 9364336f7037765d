"""Checks of the suite: what its reports, its mocks and its incidents say."""

from core.calendar import to_utc
from core.checks.model import Asked, Check, Finding, count_of, judged, unknown
from core.mocks.model import Severity


async def _health(asked: Asked, value: float | None) -> Finding:
    bound, report = 80.0 if value is None else value, await asked.health()
    passed = report.score >= bound and not report.gates
    gate = f"; {report.gates[0].reason}" if report.gates else ""
    told = f"Health {report.score:g} of 100 in run {report.run.name}, {bound:g} wanted{gate}."
    return judged("health", passed, told, "health")


async def _failures_owned(asked: Asked, _value: float | None) -> Finding:
    incidents = await asked.open_incidents()
    loose = [each for each in incidents if each.owner is None]
    if not incidents:
        return judged("failures_owned", True, "No incident is open.", "incident")
    if not loose:
        return judged("failures_owned", True, f"All {len(incidents)} open incidents have an owner.", "incident")
    first = loose[0]
    told = f"{len(loose)} of {len(incidents)} open incidents have no owner, such as incident {first.id}: {first.title}."
    return judged("failures_owned", False, told[:500], "incident")


async def _report_fresh(asked: Asked, value: float | None) -> Finding:
    bound, runs = 24.0 if value is None else value, (await asked.runs(limit=1)).runs
    if not runs:
        return judged("report_fresh", False, "No report has come yet.", "doctor")
    hours = (asked.now() - runs[0].started_at).total_seconds() / 3600
    told = f"The newest report is run {runs[0].name}, {hours:.1f} hours old; at most {bound:g} wanted."
    return judged("report_fresh", hours <= bound, told, "runs")


async def _coverage(asked: Asked, value: float | None) -> Finding:
    bound, report = 80.0 if value is None else value, await asked.health()
    if report.coverage_percentage is None:
        return unknown("coverage", f"Run {report.run.name} came without coverage.", "health")
    told = f"Coverage is {report.coverage_percentage:.1f} % in run {report.run.name}, {bound:g} % wanted."
    return judged("coverage", report.coverage_percentage >= bound, told, "health")


async def _mock_audit(asked: Asked, value: float | None) -> Finding:
    bound, report = value or 0.0, await asked.mocks()
    serious = [each for each in report.audit.findings if each.severity in (Severity.CRITICAL, Severity.HIGH)]
    where = f", such as {serious[0].rule} at {serious[0].place.path}:{serious[0].place.line}" if serious else ""
    told = f"{count_of(len(serious), 'finding')} high or critical{where}; {report.audit.files} files were read."
    return judged("mock_audit", len(serious) <= bound, told, "mocks")


async def _no_flaky(asked: Asked, value: float | None) -> Finding:
    bound, report = value or 0.0, await asked.flaky()
    count = len(report.flaky)
    where = f", such as {report.flaky[0].name}" if report.flaky else ""
    told = f"{count_of(count, 'flaky test')} in {count_of(report.runs_read, 'run')}{where}."
    return judged("no_flaky", count <= bound, told, "flaky")


async def _no_stale_mutes(asked: Asked, value: float | None) -> Finding:
    muted = await asked.muted()
    where = f", such as {muted[0].name} until {muted[0].until:%Y-%m-%d}" if muted else ""
    told = f"{count_of(len(muted), 'test')} muted{where}."
    return judged("no_stale_mutes", len(muted) <= (value or 0), told, "incident")


async def _no_duration_regression(asked: Asked, value: float | None) -> Finding:
    bound, report = value or 0.0, await asked.slow()
    count, time = len(report.regressions), report.suite_time
    if report.regressions:
        worst = report.regressions[0]
        told = f"{count_of(count, 'test')} became slower, such as {worst.name}: {worst.before_seconds:.2f} s to "
        told += f"{worst.after_seconds:.2f} s since run {worst.onset.first.name}."
    elif time.before_seconds is None:
        told = f"{count_of(report.runs_read, 'run')} known: too few to compare durations."
        return unknown("no_duration_regression", told, "slow")
    else:
        told = f"No test became slower in {count_of(report.runs_read, 'run')}."
    if time.is_slower:
        told += f" The whole suite did: {time.before_seconds:.0f} s to {time.after_seconds:.0f} s."
    passed = count <= bound and not time.is_slower
    return judged("no_duration_regression", passed, told, "slow", hint="Look at what changed in the first slow run.")


async def _overnight_failures(asked: Asked, _value: float | None) -> Finding:
    night = await asked.overnight()
    since = night.since.astimezone(asked.settings.business_calendar.zone)
    when = f"since {since:%A %H:%M}"
    if not night.runs:
        return unknown("overnight_failures", f"No run came {when}.", "runs")
    ran = f"{count_of(len(night.runs), 'run')} {when}"
    if not night.red:
        return judged("overnight_failures", True, f"{ran}, none with a failure.", "runs")
    known = len(night.causes) - len(night.new)
    causes = f"{count_of(len(night.new), 'new cause')}, {known} known"
    first = f": {night.causes[0].title} ({count_of(night.causes[0].tests, 'test')})" if night.causes else ""
    told = f"{ran}, {len(night.red)} with failures; {causes}{first}."
    hint = "Read the new causes, and give each somebody who has it."
    return judged("overnight_failures", not night.new, told, f"failures {night.red[0].name}", hint=hint)


async def _morning_check(asked: Asked, value: float | None) -> Finding:
    bound, last = 80.0 if value is None else value, await asked.last_morning()
    calendar = asked.settings.business_calendar
    if last is None or calendar.local_date(last[0]) != calendar.local_date(asked.now()):
        return judged("morning_check", False, "No morning check was made today.", "morning")
    told = (
        f"The morning check of {last[0].astimezone(calendar.zone):%H:%M} came to {last[1]:g} of 100, {bound:g} wanted."
    )
    return judged("morning_check", last[1] >= bound, told, "morning")


async def _resources_fine(asked: Asked, value: float | None) -> Finding:
    bound, calendar = value or 0.0, asked.settings.business_calendar
    day = calendar.previous_business_day(calendar.local_date(asked.now()))
    watched = await asked.watched_since(to_utc(day, 0, calendar.zone))
    if not watched:
        told = f"No run was watched since {day:%A}; `t12 watch -- pytest …` watches one."
        return unknown("resources_fine", told, "resources")
    bad = [each for each in watched if each.troubles]
    ran = f"{count_of(len(watched), 'run')} watched since {day:%A}"
    if not bad:
        high = max(watched, key=lambda each: each.used.cpu.high).used.cpu.high
        most = max(watched, key=lambda each: each.used.memory.high).used.memory.high
        told = f"{ran}: CPU up to {high:.0f} %, memory up to {most:.0f} %; no alert, no hang, no leak."
        return judged("resources_fine", True, told, "resources")
    told = f"{ran}, {len(bad)} with trouble, such as run {bad[0].run.name}: {', '.join(bad[0].troubles)}."
    hint = "Look at which tests ran when it was at its highest."
    detail = f"resources {bad[0].run.name}"
    return judged("resources_fine", len(bad) <= bound, told[:500], detail, hint=hint)


SUITE_CHECKS = (
    Check("mock_audit", "Mock configurations", _mock_audit, 300),
    Check("overnight_failures", "Overnight failures", _overnight_failures),
    Check("morning_check", "Morning check", _morning_check),
    Check("health", "Health score", _health),
    Check("failures_owned", "Failures have owners", _failures_owned),
    Check("report_fresh", "Reports come in", _report_fresh),
    Check("coverage", "Coverage", _coverage),
    Check("no_flaky", "No flaky tests", _no_flaky),
    Check("no_duration_regression", "No test became slower", _no_duration_regression),
    Check("no_stale_mutes", "No muted tests", _no_stale_mutes),
    Check("resources_fine", "CPU and memory", _resources_fine),
)
