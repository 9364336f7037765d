"""What a run says about incidents: which it joins, which it opens, which it turns greener. Pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from core.failures.model import Category
from core.health.gates import EXPECTED_SHARE
from core.health.score import many
from core.incidents.causes import Cause, Group, Known, Story, cluster, sort_out
from core.incidents.model import Affected, Incident, Kind, Severity
from core.incidents.severity import Judged, Named, Reading, at_least, at_most, by_kind, by_share, combined
from core.runs.model import Outcome, Run

SKIP_WAVE = 3
SKIP_WAVE_SHARE = 0.10
"""So many tests, and so much of those that ran before, newly skipped are a wave."""

AT_ONCE = frozenset(
    {Kind.COLLECTION, Kind.VANISHED, Kind.SKIPPED, Kind.COVERAGE, Kind.DIED, Kind.SILENT}
)  # fmt: skip
"""Kinds that one good run closes: what was missing is there, and no chance is in it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One run as detection needs it; read once, decided without a database."""

    run: Run
    is_newest: bool
    groups: tuple[Group, ...] = ()
    """Its failing cases, without muted tests."""
    named: Mapping[int, Named] = field(default_factory=dict)
    """The failing tests, for their kinds."""
    storm: str | None = None
    """Why the run says nothing about its tests: an outage of what surrounds them."""
    was_blind: bool = False
    """Files of the run before could not be collected."""
    expected: int | None = None
    """Tests that a complete run has; None when nobody knows yet."""
    newly_skipped: tuple[Affected, ...] = ()
    ran_before: int = 0
    """Tests that ran in the complete run before."""
    tests_before: int = 0
    """Tests of that run, whether they ran or not."""
    coverage_expected: bool = False
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    """Outcomes of the tests of open incidents in this run; a test that is not here did not run."""
    last_good_run_id: int | None = None
    """The complete run before this one."""
    muted: int = 0
    """Failing cases left out because somebody muted their tests."""
    decided: tuple[int, int] | None = None
    """What was decided of the suite's incidents when this was read; None: nobody else decides meanwhile."""
    is_partial: bool = False
    """Fewer reports of it have come than the run before had: what is missing may still come."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident to open."""

    kind: Kind
    title: str
    cause: str
    judged: Judged
    tests: tuple[Affected, ...] = ()
    families: tuple[str, ...] = ()
    note: str = ""
    expected: int | None = None


class Colour(StrEnum):
    """What a run says about one incident."""

    GREEN = "green"
    RED = "red"
    NEITHER = "neither"
    """Not run, skipped and deleted are not green."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Groups of a run that belong to an incident."""

    groups: tuple[Group, ...]
    judged: Judged

    @property
    def tests(self) -> tuple[Affected, ...]:
        return tuple(each for group in self.groups for each in group.tests)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, by incident id."""

    joins: Mapping[int, Joining] = field(default_factory=dict)
    """Open incidents that the run shows, and resolved ones that come back."""
    colours: Mapping[int, Colour] = field(default_factory=dict)
    """Every open incident."""
    openings: tuple[Opening, ...] = ()


def decide(
    facts: Facts,
    open_: Sequence[Incident],
    resolved: Sequence[Incident],
    reading: Reading,
    *,
    rate_of: str = "executed",
) -> Plan:
    """`open_` are the suite's open incidents, `resolved` those that were resolved so lately that they reopen.

    A run that is not the newest of its line changes nothing: it is history that came late.
    """
    if not facts.is_newest:
        return Plan()
    joined, rest = sort_out(facts.groups, [_known(each) for each in (*open_, *resolved)])
    joined = _without_known_flakes(joined, {each.id for each in resolved})
    causes = cluster(rest, was_blind=facts.was_blind, is_storm=facts.storm is not None)
    unexplained = sum(len(group.tests) for group in rest if not group.is_collection and not group.is_flaky)
    whole = facts.run.counts.executed if rate_of == "executed" else facts.run.counts.tests
    openings = []
    for number, cause in enumerate(causes):
        # The run's share is the leading cause's severity; one test beside a collapse is no collapse.
        share = by_share(unexplained if number == 0 else len(cause.tests), whole, _cases(facts))
        openings.append(_opening(cause, facts, reading, share))
    joins = {id_: Joining(found, _judge(found, facts, reading, whole)) for id_, found in joined.items()}
    for opening in _about_the_run(facts):
        present = next((each for each in (*open_, *resolved) if _is_same(opening, each)), None)
        if present is None:
            openings.append(opening)
        else:
            joins[present.id] = Joining((), opening.judged)
    return Plan(joins, {each.id: colour(each, facts, joins) for each in open_}, tuple(openings))


def _without_known_flakes(
    joined: Mapping[int, tuple[Group, ...]], resolved: Set[int]
) -> Mapping[int, tuple[Group, ...]]:
    """A flaky test is told of once: that it fails again does not open again what was resolved."""
    kept = {
        id_: tuple(each for each in groups if id_ not in resolved or not each.is_flaky)
        for id_, groups in joined.items()
    }
    return {id_: groups for id_, groups in kept.items() if groups}


def _is_same(opening: Opening, known: Incident) -> bool:
    """Whether what is wrong with the run is what an incident is about; a wave of other skips is another one."""
    if opening.kind is not known.kind:
        return False
    ids = {each.test_id for each in opening.tests}
    return opening.kind is not Kind.SKIPPED or 2 * len(ids & known.test_ids) >= len(ids)


def colour(incident: Incident, facts: Facts, joins: Mapping[int, Joining]) -> Colour:
    """What the run says about an open incident."""
    run = facts.run
    if incident.id in joins:
        return Colour.RED
    if incident.kind is Kind.SILENT:
        return Colour.GREEN
    if incident.branch is not None and run.branch != incident.branch:
        return Colour.NEITHER
    if incident.kind is Kind.DIED:
        # Other shards of a run that died may still come; a later run shows that runs live again.
        return Colour.GREEN if run.started_at >= incident.triggered_at else Colour.NEITHER
    if facts.storm or facts.is_partial or not run.is_complete or not run.counts.executed:
        return Colour.NEITHER
    if incident.kind is Kind.COLLECTION:
        return Colour.GREEN
    if incident.kind is Kind.VANISHED:
        enough = run.counts.tests >= EXPECTED_SHARE * (incident.expected or 0)
        return Colour.GREEN if enough else Colour.RED
    if incident.kind is Kind.COVERAGE:
        return Colour.GREEN if run.coverage_percentage is not None else Colour.RED
    if incident.kind in (Kind.FAILURES, Kind.SKIPPED) and incident.tests:
        elsewhere = {each.test_id for joining in joins.values() for each in joining.tests}
        return _of_tests(incident, facts, elsewhere)
    return Colour.NEITHER


def green_runs_needed(kind: Kind, configured: int) -> int:
    return 1 if kind in AT_ONCE else configured


def _of_tests(incident: Incident, facts: Facts, elsewhere: Set[int]) -> Colour:
    """By its tests, but for those that fail for the cause of another incident."""
    outcomes = [facts.outcomes.get(each.test_id) for each in incident.tests if each.test_id not in elsewhere]
    if incident.kind is Kind.SKIPPED:
        if any(each is Outcome.SKIPPED for each in outcomes):
            return Colour.RED
        return Colour.GREEN if all(each is not None for each in outcomes) else Colour.NEITHER
    if any(each is not None and each.is_bad for each in outcomes):
        return Colour.RED
    return Colour.GREEN if outcomes and all(each is Outcome.PASSED for each in outcomes) else Colour.NEITHER


def _known(incident: Incident) -> Known:
    return Known(incident.id, incident.kind, frozenset(incident.families), incident.test_ids)


def _judge(groups: Sequence[Group], facts: Facts, reading: Reading, whole: int) -> Judged:
    """The severity of groups that join an incident, by themselves."""
    tests = [each for group in groups for each in group.tests]
    if any(group.is_collection for group in groups):
        return _collection(facts)
    return _of_cases(groups, facts, reading, by_share(len(tests), whole, _cases(facts)))


def _of_cases(groups: Sequence[Group], facts: Facts, reading: Reading, share: Judged) -> Judged:
    """The matrix: by share, by the kinds of tests, a hang as a degradation of performance, known flakes low."""
    judged = combined(share, by_kind(_named([each for group in groups for each in group.tests], facts), reading))
    if any(group.category == Category.TIMEOUT.value for group in groups):
        judged = at_least(judged, Severity.MEDIUM, "a test ran into its time limit")
    if all(group.is_flaky for group in groups):
        judged = at_most(judged, Severity.LOW, "known flaky tests alone are low")
    return judged


def _opening(cause: Cause, facts: Facts, reading: Reading, share: Judged) -> Opening:
    if cause.story is Story.COLLECTION:
        judged = _collection(facts)
    elif cause.story is Story.STORM:
        judged = share  # whose names fail says nothing in an outage
    else:
        judged = _of_cases(cause.groups, facts, reading, share)
    return Opening(
        cause.kind,
        _title(cause),
        cause.category,
        judged,
        tuple({each.test_id: each for each in cause.tests}.values()),
        cause.families,
        _note(cause, facts),
        facts.expected if cause.story is Story.COLLECTION else None,
    )


def _named(tests: Sequence[Affected], facts: Facts) -> list[Named]:
    return [facts.named.get(each.test_id) or Named(each.name) for each in tests]


def _cases(facts: Facts) -> str:
    return f"cases of run {facts.run.name} fail"


def _title(cause: Cause) -> str:
    lead = cause.leading
    if cause.story is Story.COLLECTION:
        title = f"{many(len(cause.tests), 'file')} cannot be collected: {lead.title}"
    elif cause.story is Story.STORM:
        title = f"A run that looks like an infrastructure failure: {lead.title}"
    elif cause.story is Story.REVEALED:
        title = f"{many(len(cause.tests), 'failure')} came to light: {lead.title}"
    else:
        title = lead.title
    others = len(cause.families) - 1
    return f"{title[:300]} and {many(others, 'other cause')}" if others > 0 else title[:300]


def _note(cause: Cause, facts: Facts) -> str:
    match cause.story:
        case Story.REVEALED:
            note = (
                f"Collection is repaired: {many(len(cause.tests), 'failure')} that broken collection had hidden can be "
                "seen now. They are older than this run; the suite did not collapse."
            )
        case Story.BORN:
            note = f"{many(len(cause.tests), 'test')} failing since first seen; no pass is known."
        case Story.STORM:
            note = f"Judge the surroundings before the tests: {facts.storm}."
        case Story.FLAKY:
            note = "Every one of these tests is known to be flaky."
        case Story.COLLECTION:
            hidden = max(0, _usual(facts) - facts.run.counts.tests + len(cause.tests))
            unseen = f"{many(hidden, 'test')} did not run: neither removed nor fixed." if hidden else ""
            note = unseen or "The tests inside did not run."
        case _:
            note = ""
    return note


def _collection(facts: Facts) -> Judged:
    run = facts.run
    files = many(run.counts.collection_errors, "file")
    seen = run.counts.tests - run.counts.collection_errors
    usual = _usual(facts)
    if seen <= 0 or not usual:
        rest = f"nothing else ran in run {run.name}" if seen <= 0 else "nobody knows how many tests are inside"
        return Judged(Severity.CRITICAL, f"{files} could not be collected and {rest}")
    judged = by_share(max(0, usual - seen), usual, "usual tests did not run")
    return Judged(judged.severity, f"{files} could not be collected; {judged.rule}")


def _usual(facts: Facts) -> int:
    """Tests that would have run."""
    return max(facts.expected or 0, facts.ran_before)


def _about_the_run(facts: Facts) -> list[Opening]:
    """What is wrong with the run itself."""
    run, found = facts.run, list[Opening]()
    is_empty = not run.counts.tests
    if facts.is_partial or not (run.is_complete or is_empty):
        return found
    expected, count = facts.expected or 0, run.counts.tests
    # As few as the run before: somebody knows already, as an incident or because they closed one.
    if count < EXPECTED_SHARE * expected and count < facts.tests_before:
        gone = expected - count
        judged = by_share(gone, expected, "usual tests vanished")
        if not is_empty:
            judged = at_most(judged, Severity.HIGH, "tests that vanished are not known to fail")
        title = f"{many(gone, 'test')} disappeared: {count} of the usual {expected} are left"
        note = "What is left says little about the suite; failing shares of it are arithmetic on few tests."
        found.append(Opening(Kind.VANISHED, title, Kind.VANISHED.value, judged, note=note, expected=expected))
    if is_empty:
        return found
    if len(facts.newly_skipped) >= max(SKIP_WAVE, SKIP_WAVE_SHARE * facts.ran_before):
        count = len(facts.newly_skipped)
        judged = by_share(count, facts.ran_before, "tests that ran before are skipped")
        judged = at_most(judged, Severity.HIGH, "skipped tests are not known to fail")
        title = f"{many(count, 'test')} newly skipped in run {run.name}"
        found.append(Opening(Kind.SKIPPED, title, Kind.SKIPPED.value, judged, facts.newly_skipped))
    if facts.coverage_expected and run.coverage_percentage is None:
        judged = Judged(Severity.LOW, "coverage is missing, the runs before had it")
        found.append(
            Opening(Kind.COVERAGE, f"Run {run.name} came without coverage", Kind.COVERAGE.value, judged)
        )  # fmt: skip
    return found
