"""The failures of one run by signature: what they are, whether they are new, and which come first."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from core.failures.model import Category, Recommendation
from core.failures.recommendation import recommend
from core.failures.report import FailureGroup
from core.runs.history import FailureRow, Sighting, TestRow
from core.runs.model import Run

NEW_AFTER = timedelta(days=21)
"""A signature that was unseen for so long is new again."""

SECURITY_WORDS = frozenset({"security", "authentication", "authorization", "encryption"})
"""The procedure book's words of a critical incident."""

_CATEGORIES = {category.value: category for category in Category}
_HALF = 0.5
_HALF_OF_AT_LEAST = 3
_SAMPLE_CHARACTERS = 500
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PHASES = ("collection", "call", "setup", "teardown")
"""Which of a case's failures decides: a clean-up that fails after the call is a consequence."""


def deciding_failures(rows: Iterable[FailureRow]) -> list[FailureRow]:
    """One final failure per run and failing case, in the order of the rows."""
    chosen: dict[tuple[int, int], FailureRow] = {}
    for row in rows:
        if not row.is_final:
            continue
        key = (row.run_id, row.test_id)
        if key not in chosen or _rank(row) < _rank(chosen[key]):
            chosen[key] = row
    return list(chosen.values())


def group_failures(
    run: Run,
    rows: Sequence[FailureRow],
    tests: Mapping[int, TestRow],
    seen: Mapping[int, Sighting],
    previous: Run | None = None,
) -> tuple[FailureGroup, ...]:
    """The groups of `run`: critical ones first, then new before known, then by size.

    `rows` are failing attempts of the run, `seen` its signatures' earlier sightings by signature id, `previous` the
    run before. Each failing case is in one group. Signatures of one family say the same in the same words from
    different frames, so that one repair serves them all: they are one group. It is new only if all of them are.
    """
    by_family: dict[str, list[FailureRow]] = {}
    for row in deciding_failures(rows):
        by_family.setdefault(row.family, []).append(row)
    groups = [_group(run, members, tests, seen, previous) for members in by_family.values()]
    return tuple(sorted(groups, key=_importance))


def is_new(run: Run, sighting: Sighting | None, previous: Run | None) -> bool:
    """Whether a signature is new in `run`: unseen in the 21 days before it.

    What the run directly before already bore is known, however long ago that run was: a quiet month changes nothing.
    """
    if sighting is None:
        return True
    if previous is not None and sighting.last.id == previous.id:
        return False
    return run.started_at - sighting.last.started_at > NEW_AFTER


def critical_reason(run: Run, category: str, phases: Iterable[str], names: Sequence[str]) -> str | None:
    """Why a group of failing cases is critical, or None.

    Critical is what the procedure book's incident matrix answers within 15 minutes: failing security tests (its words
    security, authentication, authorization and encryption, matched by name on whole words of the path, class or
    test) and more than half of the executed cases failing, from three on; beside them what makes a run's numbers
    meaningless: a file that could not be collected and a crashed worker.
    """
    if "collection" in phases or category == Category.COLLECTION_ERROR:
        return f"{_many(len(names), 'file')} could not be collected, so the tests inside did not run"
    if category == Category.WORKER_CRASH:
        return "a test process crashed, so results are missing"
    security = [name for name in names if SECURITY_WORDS & name_words(name)]
    if security:
        return f"{_many(len(security), 'security test')} failing (by name), such as {security[0]}"
    if _HALF_OF_AT_LEAST <= len(names) > _HALF * run.counts.executed > 0:
        return f"{len(names)} of {run.counts.executed} executed cases fail with this one signature"
    return None


def name_words(name: str) -> frozenset[str]:
    """The lower-case words of a name, cut at anything that is no letter and at camel case.

    Parameters in brackets do not count.
    """
    return frozenset(word.lower() for word in _WORDS.findall(name.partition("[")[0]))


def categories_of(groups: Iterable[FailureGroup]) -> dict[str, int]:
    """Failing cases by category, the largest first."""
    found: Counter[str] = Counter()
    for group in groups:
        found[group.category] += group.count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def known_category(category: str) -> Category:
    """The category of that name; `unknown` for one that is no longer defined."""
    return _CATEGORIES.get(category, Category.UNKNOWN)


def recommendation_for(category: str) -> Recommendation:
    return recommend(known_category(category))


def _group(
    run: Run,
    members: Sequence[FailureRow],
    tests: Mapping[int, TestRow],
    seen: Mapping[int, Sighting],
    previous: Run | None,
) -> FailureGroup:
    named = sorted((tests[row.test_id].name if row.test_id in tests else "?", row.test_id) for row in members)
    names = tuple(name for name, _ in named)
    category, rule, matched, runner_up = _leading_verdict(members)
    phases = tuple(sorted({row.phase for row in members}))
    known = [seen[each] for each in {row.signature_id for row in members} if each in seen]
    recent = [each for each in known if not is_new(run, each, previous)]
    since = min((each.first for each in recent), key=lambda first: (first.started_at, first.id), default=None)
    (signature, _), *_ = Counter(row.fingerprint for row in members).most_common(1)
    first = next(row for row in members if row.fingerprint == signature)
    return FailureGroup(
        signature=signature,
        signatures=tuple(sorted({row.fingerprint for row in members})),
        family=first.family,
        title=first.title,
        exception=first.exception,
        category=category,
        rule=rule,
        matched=matched,
        runner_up=runner_up,
        count=len(members),
        tests=names,
        test_ids=tuple(test_id for _, test_id in named),
        phases=phases,
        new=not recent,
        known_since=since.name if since else None,
        known_since_at=since.started_at if since else None,
        known_since_revision=since.revision if since else None,
        runs_before=max((each.runs for each in known), default=0),
        recommendation=recommendation_for(category),
        critical_reason=critical_reason(run, category, phases, names),
        sample=(first.message or first.title)[:_SAMPLE_CHARACTERS],
    )


def _leading_verdict(members: Sequence[FailureRow]) -> tuple[str, str, str, str | None]:
    """The category most of the cases have, with the evidence of the first of them."""
    (leading, _), *_ = Counter(row.category for row in members).most_common(1)
    row = next(row for row in members if row.category == leading)
    return row.category, row.rule, row.matched, row.runner_up


def _importance(group: FailureGroup) -> tuple[bool, bool, int, str]:
    return not group.critical, not group.new, -group.count, group.signature


def _rank(row: FailureRow) -> int:
    return _PHASES.index(row.phase) if row.phase in _PHASES else len(_PHASES)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
