"""Writes a report and its run in one transaction; rows in, rows out, no decision beyond joining."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.runs.attempts import Ending
from core.runs.model import CaseKind, CaseResult, Coverage, ElementCounts, ReportCounts, Run, RunMark
from core.runs.parsed import ParsedReport
from core.runs.results import Columns, Packed, joined, merged, pack, unpack
from core.storage.database import KNOWN_STAY, batches, insert_rows
from core.storage.tables import failure, report, roster, run, sighting, signature, suite, test, test_group

_GROUP = ("id", "classname", "file", "file_derived", "kind", "variant")
_TEST = ("id", "group_id", "name")
_FAILURE = (
    "test_id", "attempt", "is_final", "phase", "type_name", "message", "text",
    "signature_id", "category", "rule", "matched", "runner_up", "rules_version", "markers",
)  # fmt: skip
_OUTCOME_COLUMNS = ("passed", "failed", "errors", "skipped")
_COUNTED = ("tests", *_OUTCOME_COLUMNS, "attempts", "flaky_passes", "not_run", "suite_level", "collection_errors")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A read report on its way into the store."""

    parsed: ParsedReport
    mark: RunMark
    identity: bytes
    source: str
    size_bytes: int
    rules_version: str
    received_at: datetime


async def suite_id_for(connection: AsyncConnection, name: str) -> int:
    """The id of a suite, which is created when nobody has seen it.

    On PostgreSQL its row is locked until the transaction ends: reports of one suite are stored one after the other, as
    they are on SQLite, so two that share tests or signatures cannot wait for each other.
    """
    await connection.execute(upsert(connection, suite).values(name=name).on_conflict_do_nothing())
    query = select(suite.c.id).where(suite.c.name == name).with_for_update(key_share=True)
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def find_report(connection: AsyncConnection, suite_name: str, identity: bytes) -> Row[Any, Any, Any] | None:
    """The row of a report that was brought in before, with the id of its run."""
    query = (
        select(report.c.run_id, report.c.counts, report.c.warnings)
        .join(suite, suite.c.id == report.c.suite_id)
        .where(suite.c.name == suite_name, report.c.identity == identity)
    )
    return (await connection.execute(query)).first()


async def store_report(connection: AsyncConnection, incoming: Incoming) -> int:
    """Write the report, its cases and failures, into a new run or the run of its key; answers the run's id."""
    parsed, mark = incoming.parsed, incoming.mark
    suite_id = await suite_id_for(connection, mark.suite)
    run_id, joins = await _run_for(connection, suite_id, incoming)
    overlap = _overlap(await results_of_run(connection, run_id), parsed.columns) if joins else {}
    packed = pack(parsed.columns)
    roster_id, is_new = await _roster_for(connection, suite_id, packed)
    await connection.execute(
        insert(report).values(
            run_id=run_id,
            suite_id=suite_id,
            identity=incoming.identity,
            source=incoming.source[:2000],
            bytes=incoming.size_bytes,
            received_at=incoming.received_at,
            counts=asdict(parsed.counts),
            warnings=list(parsed.warnings),
            roster_id=roster_id,
            results=packed.data,
        )
    )
    await _superseded(connection, run_id, overlap)
    sightings: Counter[int] = Counter()
    known: dict[str, int] = {}
    for groups, tests, failures in parsed.spool.chunks():
        if is_new:
            rows = [(*group, mark.variant) for group in groups]
            await insert_rows(
                connection, test_group, _GROUP, rows, constants={"suite_id": suite_id}, on_conflict=KNOWN_STAY
            )
            tests.sort(key=itemgetter(0))
            await insert_rows(connection, test, _TEST, tests, on_conflict=KNOWN_STAY)
        await _signatures(connection, suite_id, failures, known)
        rows = _failure_rows(failures, parsed.endings, known, incoming.rules_version, sightings)
        await insert_rows(connection, failure, _FAILURE, rows, constants={"run_id": run_id})
    await _sight(connection, run_id, sightings)
    twice = _counted_twice(overlap)
    twice.update(await _kinds_counted_twice(connection, overlap))
    await _add_to_run(connection, run_id, joins, incoming, twice)
    return run_id


async def results_of_run(connection: AsyncConnection, run_id: int) -> dict[int, CaseResult]:
    """Every case of one run, by test id, its reports joined in the order they came."""
    query = select(roster.c.test_ids, report.c.results).join(roster, roster.c.id == report.c.roster_id)
    rows = await connection.execute(query.where(report.c.run_id == run_id).order_by(report.c.id))
    return merged(unpack(row.test_ids, row.results) for row in rows)


async def put_coverage(connection: AsyncConnection, run_id: int, coverage: Coverage) -> None:
    """Set the run's coverage; of several reports the one that measured the most lines counts."""
    measured = (await connection.execute(select(run.c.lines_valid).where(run.c.id == run_id))).scalar()
    if measured is not None and coverage.lines_valid is not None and coverage.lines_valid < measured:
        return
    await connection.execute(
        update(run)
        .where(run.c.id == run_id)
        .values(
            coverage_percentage=coverage.line_percentage,
            branch_coverage_percentage=coverage.branch_percentage,
            lines_valid=coverage.lines_valid,
            lines_covered=coverage.lines_covered,
        )
    )


def upsert(connection: AsyncConnection, table: Any) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def _run_for(connection: AsyncConnection, suite_id: int, incoming: Incoming) -> tuple[int, bool]:
    """The run this report goes into, and whether it was there before."""
    mark, parsed = incoming.mark, incoming.parsed
    values: dict[str, Any] = {
        **dict.fromkeys(_COUNTED, 0),
        "suite_id": suite_id,
        "key": mark.run_key,
        "branch": mark.branch,
        "revision": mark.revision,
        "variant": mark.variant,
        "started_at": mark.started_at or parsed.started_at or incoming.received_at,
        "ingested_at": incoming.received_at,
        "elements": asdict(ElementCounts()),
        "warnings": [],
    }
    made = await connection.execute(
        upsert(connection, run).values(**values).on_conflict_do_nothing().returning(run.c.id)
    )
    run_id = made.scalar()
    if run_id is not None:
        return run_id, False
    query = select(run.c.id).where(run.c.suite_id == suite_id, run.c.key == mark.run_key).with_for_update()
    return (await connection.execute(query)).scalar_one(), True


Overlap = dict[int, tuple[CaseResult, CaseResult]]
"""Cases that the run had before and the report has too, by test id: the earlier and the later result."""


def _overlap(earlier: dict[int, CaseResult], columns: Columns) -> Overlap:
    if not earlier:
        return {}
    if not columns.attempts:
        columns.fill_attempts()
    places = ((index, key) for index, key in enumerate(columns.ids) if key in earlier)
    return {key: (earlier[key], columns.at(index)) for index, key in places}


async def _roster_for(connection: AsyncConnection, suite_id: int, packed: Packed) -> tuple[int, bool]:
    """The roster's id, and whether it is new; the tests of a known roster are all stored."""
    values = {
        "suite_id": suite_id,
        "digest": packed.digest,
        "tests": len(packed.roster) // 8,
        "test_ids": packed.roster,
    }
    made = await connection.execute(
        upsert(connection, roster).values(**values).on_conflict_do_nothing().returning(roster.c.id)
    )
    roster_id = made.scalar()
    if roster_id is not None:
        return roster_id, True
    query = select(roster.c.id).where(roster.c.suite_id == suite_id, roster.c.digest == packed.digest)
    return (await connection.execute(query)).scalar_one(), False


def _failure_rows(
    failures: Sequence[Any], endings: dict[int, Ending], known: dict[str, int], version: str, sightings: Counter[int]
) -> list[tuple[Any, ...]]:
    rows = []
    for (
        key,
        _name,
        attempt,
        final,
        phase,
        kind,
        message,
        text,
        markers,
        category,
        rule,
        matched,
        runner_up,
        mark,
        *_rest,
    ) in failures:
        ending = endings.get(key)
        decides = final and (ending is None or (attempt == ending.attempts and ending.outcome in (1, 2)))
        signature_id = known[mark]
        if decides:
            sightings[signature_id] += 1
        rows.append(
            (
                key,
                attempt,
                decides,
                phase,
                kind,
                message,
                text,
                signature_id,
                category,
                rule,
                matched,
                runner_up,
                version,
                markers,
            )
        )
    return rows


async def _signatures(
    connection: AsyncConnection, suite_id: int, failures: Sequence[Any], known: dict[str, int]
) -> None:
    """Make sure every fingerprint of the chunk has its row, and note the ids in `known`."""
    fresh = {row[13]: row[13:17] for row in failures if row[13] not in known}
    if not fresh:
        return
    rows = sorted((suite_id, *each) for each in fresh.values())
    columns = ("suite_id", "fingerprint", "family", "title", "exception")
    await insert_rows(connection, signature, columns, rows, on_conflict=KNOWN_STAY)
    names = sorted(fresh)
    for start in range(0, len(names), 500):
        query = select(signature.c.fingerprint, signature.c.id).where(
            signature.c.suite_id == suite_id, signature.c.fingerprint.in_(names[start : start + 500])
        )
        known.update((await connection.execute(query)).all())


async def _sight(connection: AsyncConnection, run_id: int, sightings: Counter[int]) -> None:
    add = "(signature_id, run_id) DO UPDATE SET failures = sighting.failures + excluded.failures"
    columns, rows = ("signature_id", "failures"), sorted(sightings.items())
    await insert_rows(connection, sighting, columns, rows, constants={"run_id": run_id}, on_conflict=add)


async def _superseded(connection: AsyncConnection, run_id: int, overlap: Overlap) -> None:
    """The failures of an earlier report stop deciding the cases that this report has too."""
    for keys in batches(overlap):
        await _forget_sightings(connection, run_id, keys)


async def _forget_sightings(connection: AsyncConnection, run_id: int, keys: Sequence[int]) -> None:
    where = (failure.c.run_id == run_id, failure.c.test_id.in_(keys), failure.c.is_final)
    counts = await connection.execute(
        select(failure.c.signature_id, func.count()).where(*where).group_by(failure.c.signature_id)
    )
    for signature_id, count in counts.all():
        here = (sighting.c.signature_id == signature_id, sighting.c.run_id == run_id)
        await connection.execute(update(sighting).where(*here).values(failures=sighting.c.failures - count))
        await connection.execute(delete(sighting).where(*here, sighting.c.failures <= 0))
    await connection.execute(update(failure).where(*where).values(is_final=False))


def _counted_twice(overlap: Overlap) -> Counter[str]:
    """What adding a report's counts to its run would count twice."""
    twice: Counter[str] = Counter()
    for earlier, later in overlap.values():
        twice["tests"] += 1
        twice[_OUTCOME_COLUMNS[earlier.outcome]] += 1
        both = (_is_flaky_pass(earlier), _is_flaky_pass(later))
        twice["flaky_passes"] += sum(both) - _is_flaky_pass(joined(earlier, later))
    return twice


async def _kinds_counted_twice(connection: AsyncConnection, overlap: Overlap) -> Counter[str]:
    """The collection errors and suite-level errors among the cases of both."""
    twice: Counter[str] = Counter()
    columns = {CaseKind.COLLECTION.value: "collection_errors", CaseKind.SUITE.value: "suite_level"}
    for keys in batches(overlap):
        kinds = select(test_group.c.kind, func.count()).join(test, test.c.group_id == test_group.c.id)
        here = kinds.where(test.c.id.in_(keys), test_group.c.kind.in_(columns)).group_by(test_group.c.kind)
        for kind, count in (await connection.execute(here)).all():
            twice[columns[kind]] += count
    return twice


def _is_flaky_pass(result: CaseResult) -> bool:
    return result.outcome == 0 and result.failed_attempts > 0


async def _add_to_run(
    connection: AsyncConnection, run_id: int, joins: bool, incoming: Incoming, gone: Counter[str]
) -> None:
    """Add the report's counts to its run; a joined run starts with its first one and lasts as long as all of them."""
    counts, parsed, mark = incoming.parsed.counts, incoming.parsed, incoming.mark
    before = (await connection.execute(select(run).where(run.c.id == run_id))).mappings().one()
    changes: dict[str, Any] = {name: before[name] + getattr(counts, name) - gone[name] for name in _COUNTED}
    changes["elements"] = {name: before["elements"][name] + value for name, value in asdict(counts.elements).items()}
    changes["warnings"] = [*before["warnings"], *(w for w in parsed.warnings if w not in before["warnings"])][:50]
    if parsed.duration_seconds is not None:
        changes["duration_seconds"] = round((before["duration_seconds"] or 0.0) + parsed.duration_seconds, 6)
    if joins:
        started = mark.started_at or parsed.started_at
        if started is not None and started < before["started_at"]:
            changes["started_at"] = started
        for name in ("branch", "revision"):
            if before[name] is None and getattr(mark, name) is not None:
                changes[name] = getattr(mark, name)
    await connection.execute(update(run).where(run.c.id == run_id).values(**changes))


def to_run(row: Any) -> Run:
    """A `run` row joined with its suite's name (as `suite_name`)."""
    counts = ReportCounts(
        row.tests, row.passed, row.failed, row.errors, row.skipped, row.attempts, row.flaky_passes, row.not_run,
        row.suite_level, row.collection_errors, ElementCounts(**row.elements),
    )  # fmt: skip
    return Run(
        row.id, row.key or str(row.id), row.suite_name, row.branch, row.revision, row.variant, row.started_at,
        row.ingested_at, row.duration_seconds, row.coverage_percentage, counts, tuple(row.warnings),
    )  # fmt: skip
