"""What is captured in an emergency: the incident's evidence, the environment, the machine and the database."""

import asyncio
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

import psutil
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import StorageError
from core.git import revision_of
from core.incidents.evidence import IncidentReport
from core.incidents.project import project_of
from core.runs.model import Run
from core.settings import Settings
from core.storage.database import Database

_CPU_SECONDS = 0.2
_MOST_TESTS = 100
_MOST_FAILURES = 10

Details = tuple[tuple[str, str], ...]
"""Name and text of each finding."""


def evidence_of(report: IncidentReport) -> Details:
    """The runs, the failing tests and what they say. Pure."""
    view = report.view
    found = [(title, _run(run)) for title, run in (
        ("Newest run", view.last_run), ("First bad run", view.opened_run), ("Last good run", view.last_good_run),
    ) if run is not None]  # fmt: skip
    failing = list(report.runs[-1].failing) if report.runs else [each.name for each in view.incident.tests]
    if failing:
        left = len(failing) - _MOST_TESTS
        listed = [*failing[:_MOST_TESTS], *([f"and {left} more"] if left > 0 else [])]
        found.append((f"Failing tests ({len(failing)})", "\n".join(listed) + "\n"))
    for each in report.failures[:_MOST_FAILURES]:
        found.append((f"{each.title} ({each.tests})", each.text.rstrip() + "\n"))
    return tuple(found)


async def capture_surroundings(database: Database, settings: Settings) -> Details:
    """The environment, the machine and the database as they are now; what cannot be read says so."""
    machine = await asyncio.to_thread(_machine, settings)
    return (*machine, ("Database", await _database(database)))


def _machine(settings: Settings) -> Details:
    project = project_of(settings)
    folder = project if project is not None and project.is_dir() else Path.cwd()
    memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(folder))
    load = ", ".join(f"{each:.2f}" for each in psutil.getloadavg())
    revision = revision_of(project) if project is not None and project.is_dir() else None
    return (
        ("Project's revision", revision or "not known: no repository is configured as the project"),
        ("Python", sys.version.split()[0]),
        ("System", platform.platform()),
        ("T12", _own_version()),
        ("CPU", f"{psutil.cpu_percent(_CPU_SECONDS):.0f} % of {psutil.cpu_count() or 0} in use, load {load}"),
        ("Memory", f"{memory.percent:.0f} % of {_size(memory.total)} in use"),
        ("Disk", f"{disk.percent:.0f} % of {_size(disk.total)} in use, {_size(disk.free)} free"),
    )


def _own_version() -> str:
    try:
        return version("t12")
    except PackageNotFoundError:
        return "not installed as a package"


async def _database(database: Database) -> str:
    began = perf_counter()
    try:
        async with database.read() as connection:
            if connection.dialect.name == "postgresql":
                size = (await connection.execute(text("SELECT pg_database_size(current_database())"))).scalar_one()
            else:
                pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
                size = pages * (await connection.execute(text("PRAGMA page_size"))).scalar_one()
            kind = connection.dialect.name
    except (SQLAlchemyError, StorageError, OSError) as error:
        return f"NOT REACHABLE: {type(error).__name__}"
    return f"{kind}, reachable in {(perf_counter() - began) * 1000:.0f} ms, {_size(size)}"


def _run(run: Run) -> str:
    revision = f", revision {run.revision}" if run.revision else ""
    counts = f"{run.counts.bad} failing of {run.counts.executed} executed"
    return f"{run.name}, {run.started_at:%Y-%m-%d %H:%M} UTC{revision}, {counts}"


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
