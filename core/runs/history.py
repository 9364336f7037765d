"""Questions about stored runs; each reads a bounded window, so none grows with the history."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import AmbiguousError, NotFoundError
from core.runs.identity import display_name
from core.runs.model import CaseResult, HistoryEntry, Outcome, Run
from core.runs.results import Columns, joined, unpack
from core.runs.store import results_of_run, to_run
from core.storage.database import batches
from core.storage.tables import failure, report, roster, run, sighting, signature, suite, test, test_group


class SuiteRow(NamedTuple):
    """A suite that reports were sent for."""

    id: int
    name: str


class TestRow(NamedTuple):
    """A test as people know it; `name` is its node id or classname and name."""

    id: int
    name: str
    classname: str
    short_name: str
    file: str
    kind: str
    variant: str


TestRow.__test__ = False  # type: ignore[attr-defined]  # a test of the suite, none of pytest's


class FailureRow(NamedTuple):
    """One failing attempt with its diagnosis; `text` is None unless asked for."""

    run_id: int
    test_id: int
    attempt: int
    is_final: bool
    phase: str
    type_name: str | None
    message: str | None
    text: str | None
    signature_id: int
    fingerprint: str
    family: str
    title: str
    exception: str
    category: str
    rule: str
    matched: str
    runner_up: str | None
    markers: str | None = None
    """Markers of the case, with a space between them."""


class Sighting(NamedTuple):
    """Earlier runs of the suite that bear a signature."""

    first: Run
    last: Run
    runs: int


def _runs() -> Select[Any]:
    return select(run, suite.c.name.label("suite_name")).join(suite, suite.c.id == run.c.suite_id)


def _tests() -> Select[Any]:
    group = test_group.c
    columns = (test.c.id, test.c.name, group.classname, group.file, group.kind, group.variant)
    return select(*columns).join(test_group, group.id == test.c.group_id)


async def suites(connection: AsyncConnection) -> list[SuiteRow]:
    """All suites by name."""
    rows = await connection.execute(select(suite.c.id, suite.c.name).order_by(suite.c.name))
    return [SuiteRow(row.id, row.name) for row in rows]


async def suite_named(connection: AsyncConnection, name: str) -> SuiteRow:
    """Raises `NotFoundError` with the names that exist."""
    known = await suites(connection)
    for each in known:
        if each.name == name:
            return each
    if not known:
        raise NotFoundError("no report has been brought in yet; try `t12 ingest PATH`")
    raise NotFoundError(f"no suite is called {name!r}; there are {', '.join(each.name for each in known[:10])}")


async def recent_runs(
    connection: AsyncConnection,
    suite_id: int,
    *,
    branch: str | None = None,
    variant: str | None = None,
    limit: int,
    before: Run | None = None,
) -> list[Run]:
    """The newest runs first; `before` asks for those strictly older than a run."""
    query = _runs().where(run.c.suite_id == suite_id).order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit)
    if branch is not None:
        query = query.where(run.c.branch == branch)
    if variant is not None:
        query = query.where(run.c.variant == variant)
    if before is not None:
        query = query.where(_older(before))
    return [to_run(row) for row in await connection.execute(query)]


async def find_run(connection: AsyncConnection, name: str | None, suite_name: str | None = None) -> Run:
    """The run of a key or number (`12`, `#12`); the newest one for None.

    Raises `NotFoundError`, or `AmbiguousError` when several suites use the key.
    """
    query = _runs()
    if suite_name is not None:
        query = query.where(suite.c.name == suite_name)
    if name is None:
        row = (await connection.execute(query.order_by(run.c.started_at.desc(), run.c.id.desc()).limit(1))).first()
        if row is None:
            raise NotFoundError("no run has been brought in yet; try `t12 ingest PATH`")
        return to_run(row)
    rows = [] if name.startswith("#") else (await connection.execute(query.where(run.c.key == name))).all()
    number = name.removeprefix("#")
    if not rows and number.isascii() and number.isdigit() and len(number) < 18:
        rows = (await connection.execute(query.where(run.c.id == int(number)))).all()
    if not rows:
        raise NotFoundError(f"no run is called {name!r}; `t12 runs` lists them")
    if len(rows) > 1:
        raise AmbiguousError(f"several suites have a run {name!r}; name the suite", [row.suite_name for row in rows])
    return to_run(rows[0])


async def runs_by_id(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Run]:
    found: dict[int, Run] = {}
    for some in batches(ids):
        found |= {row.id: to_run(row) for row in await connection.execute(_runs().where(run.c.id.in_(some)))}
    return found


async def results_of(connection: AsyncConnection, run_id: int) -> dict[int, CaseResult]:
    """Every case of one run, by test id."""
    return await results_of_run(connection, run_id)


async def failures_of(
    connection: AsyncConnection, run_ids: Sequence[int], *, with_text: bool = False
) -> list[FailureRow]:
    """The failing attempts of some runs, in the order they were reported."""
    f, s = failure.c, signature.c
    columns = [
        f.run_id, f.test_id, f.attempt, f.is_final, f.phase, f.type_name, f.message, f.text if with_text else null(),
        f.signature_id, s.fingerprint, s.family, s.title, s.exception, f.category, f.rule, f.matched, f.runner_up,
        f.markers,
    ]  # fmt: skip
    found: list[FailureRow] = []
    for some in batches(run_ids):
        query = (
            select(*columns).join(signature, s.id == f.signature_id).where(f.run_id.in_(some)).order_by(f.run_id, f.id)
        )
        found += [FailureRow(*row) for row in (await connection.execute(query))]
    return found


async def flaky_passes_of(connection: AsyncConnection, run_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(run id, test id) of cases that passed after a failing attempt, whether or not its words were reported."""
    found: list[tuple[int, int]] = []
    for some in batches(run_ids):
        marked = await connection.execute(select(run.c.id).where(run.c.id.in_(some), run.c.flaky_passes > 0))
        for run_id in marked.scalars().all():
            results = await results_of_run(connection, run_id)
            found += [(run_id, key) for key, each in results.items() if each.outcome == 0 and each.failed_attempts > 0]
    return found


async def sightings(
    connection: AsyncConnection, signature_ids: Iterable[int], before: Run, *, branch: str | None = None
) -> dict[int, Sighting]:
    """Where signatures were seen in earlier runs of the same suite; unseen ones have no entry."""
    found: dict[int, tuple[int, int, int]] = {}
    for some in batches(signature_ids):
        here = [sighting.c.signature_id.in_(some), _older(before)]
        if branch is not None:
            here.append(run.c.branch == branch)
        place: dict[str, Any] = {"partition_by": sighting.c.signature_id, "order_by": (run.c.started_at, run.c.id)}
        ranked = (
            select(
                sighting.c.signature_id,
                func.first_value(run.c.id).over(**place).label("first"),
                run.c.id.label("last"),
                func.row_number().over(**place).label("place"),
                func.count().over(partition_by=sighting.c.signature_id).label("runs"),
            )
            .join(run, run.c.id == sighting.c.run_id)
            .where(*here)
            .subquery()
        )
        rows = await connection.execute(select(ranked).where(ranked.c.place == ranked.c.runs))
        found |= {row.signature_id: (row.first, row.last, row.runs) for row in rows}
    known = await runs_by_id(connection, {each for first, last, _count in found.values() for each in (first, last)})
    return {key: Sighting(known[first], known[last], count) for key, (first, last, count) in found.items()}


async def reports_of(
    connection: AsyncConnection, run_ids: Iterable[int], *, at_once: int = 20
) -> AsyncIterator[tuple[int, int, Columns]]:
    """The results of some runs, report by report in the order they came: run id, roster id, sorted columns."""
    rosters: dict[int, bytes] = {}
    columns = (report.c.run_id, report.c.roster_id, report.c.results)
    for some in batches(run_ids, at_once):
        query = select(*columns).where(report.c.run_id.in_(some)).order_by(report.c.id)
        for run_id, roster_id, packed in (await connection.execute(query)).all():
            if roster_id not in rosters:
                found = await connection.execute(select(roster.c.test_ids).where(roster.c.id == roster_id))
                rosters[roster_id] = found.scalar_one()
            yield run_id, roster_id, unpack(rosters[roster_id], packed)


async def histories(
    connection: AsyncConnection, test_ids: Iterable[int], runs: Sequence[Run]
) -> dict[int, list[HistoryEntry]]:
    """The outcomes of some tests over some runs, oldest run first; a run without the test has no entry."""
    wanted = list(test_ids)
    seen: dict[tuple[int, int], CaseResult] = {}
    async for run_id, _roster, results in reports_of(connection, (each.id for each in runs)):
        for test_id in wanted:
            index = results.index_of(test_id)
            if index is not None:
                later, place = results.at(index), (run_id, test_id)
                seen[place] = joined(seen[place], later) if place in seen else later
    histories: dict[int, list[HistoryEntry]] = {}
    for each in sorted(runs, key=lambda one: (one.started_at, one.id)):
        for test_id in wanted:
            result = seen.get((each.id, test_id))
            if result is not None:
                entry = HistoryEntry(
                    each, Outcome(result.outcome), result.duration_seconds, result.attempts, result.failed_attempts
                )
                histories.setdefault(test_id, []).append(entry)
    return histories


async def tests_named(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, TestRow]:
    """What people call some tests."""
    found: dict[int, TestRow] = {}
    for some in batches(ids):
        found |= {row.id: to_test(row) for row in await connection.execute(_tests().where(test.c.id.in_(some)))}
    return found


async def find_test(connection: AsyncConnection, suite_id: int, part: str) -> TestRow:
    """The test that a name, node id or any unambiguous part of one stands for; an exact name wins.

    Raises `NotFoundError`, or `AmbiguousError` with candidates.
    """
    last = part.replace("/", ".").removesuffix(".py").split("::")[-1].split(" › ")[-1].rsplit(".", 1)[-1].strip()
    like = "%" + last.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    name, group = test.c.name, test_group.c
    text = group.classname + "." + name + " [" + group.variant + "] " + group.file + " suite " + name
    rows = await connection.execute(
        _tests()
        .where(test_group.c.suite_id == suite_id, text.ilike(like, escape="\\"))
        .order_by(test.c.name)
        .limit(5000)
    )
    found = [to_test(row) for row in rows]
    wanted = part.lower()
    for fits in (_is_exactly, _ends_with, _holds):
        fitting = [each for each in found if fits(each, wanted)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = [each.name for each in fitting]
            shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            raise AmbiguousError(f"{part[:100]!r} fits {len(names)} tests: {shown}; give more of the name", names[:20])
    raise NotFoundError(f"no test is called {part[:100]!r} in this suite")


def to_test(row: Any) -> TestRow:
    """A `test` row as people know it."""
    shown = display_name(row.classname, row.name, row.file, row.kind)
    if row.variant:
        shown = f"{shown} [{row.variant}]"
    return TestRow(row.id, shown, row.classname, row.name, row.file, row.kind, row.variant)


def _names(each: TestRow) -> tuple[str, ...]:
    return (
        each.name.lower(),
        f"{each.classname}.{each.short_name}".lower(),
        f"{each.classname}::{each.short_name}".lower(),
    )


def _is_exactly(each: TestRow, wanted: str) -> bool:
    return wanted in _names(each) or wanted == each.short_name.lower()


def _ends_with(each: TestRow, wanted: str) -> bool:
    return any(name.endswith(("." + wanted, "::" + wanted, "/" + wanted)) for name in _names(each))


def _holds(each: TestRow, wanted: str) -> bool:
    return any(wanted in name for name in _names(each))


def _older(before: Run) -> Any:
    suite_id = select(run.c.suite_id).where(run.c.id == before.id).scalar_subquery()
    return and_(
        run.c.suite_id == suite_id,
        or_(run.c.started_at < before.started_at, and_(run.c.started_at == before.started_at, run.c.id < before.id)),
    )
