"""Histories of a suite as a person would tell them: which tests each run had, and what some of them said."""

import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

from core.failures.diagnose import diagnoser
from core.incidents.model import Incident
from core.incidents.store import recent_incidents
from core.runs.ingest import Ingest
from core.runs.model import Coverage, RunMark
from core.storage.database import Database
from tests.builders import START
from tests.core.incidents.keeping import Kept

Cases = Mapping[str, str]
"""Outcome by node id: nothing is a pass, `skip` a skip, `setup …` an error of a fixture, `collect …` a file that could
not be collected, anything else the failure's message."""


def cases(file: str, count: int, said: str = "") -> dict[str, str]:
    """So many tests of one file that all say the same."""
    return {f"{file}::test_{number}": said for number in range(count)}


def healthy(count: int = 40) -> dict[str, str]:
    """A suite of four files in which all is well."""
    return {name: "" for file in "abcd" for name in cases(f"tests/test_{file}.py", count // 4)}


class History:
    """Runs one after the other, an hour apart, each decided as it comes in."""

    def __init__(self, database: Database, **settings: Any) -> None:
        self.kept = Kept(database, **settings)
        self.runs = 0

    async def run(self, found: Cases, *, times: int = 1, coverage: float | None = None, **mark: Any) -> None:
        """The same run so often."""
        for _ in range(times):
            self.runs += 1
            at = START + timedelta(hours=self.runs)
            values: dict[str, Any] = {
                "suite": "backend", "branch": "main", "revision": f"rev{self.runs}", "started_at": at,
                "run_key": f"run-{self.runs}",
            }  # fmt: skip
            self.kept.now = max(self.kept.now, at)
            ingest = Ingest(self.kept.database, diagnoser(()), clock=lambda: self.kept.now)
            covered = None if coverage is None else Coverage(coverage)
            await ingest.report(io.BytesIO(report(found)), RunMark(**(values | mark)), "r.xml", coverage=covered)
            await self.kept.reactor.react()

    async def incidents(self) -> list[Incident]:
        """The oldest first."""
        async with self.kept.database.read() as connection:
            return list(reversed(await recent_incidents(connection, limit=100)))

    async def told(self) -> list[tuple[str, str, str, int]]:
        """Kind, severity, status and number of tests of every incident, the oldest first."""
        return [
            (each.kind.value, each.severity.value, each.status.value, len(each.tests))
            for each in await self.incidents()
        ]


def report(found: Cases) -> bytes:
    body = "".join(_case(name, said) for name, said in found.items())
    return f'<testsuites><testsuite name="pytest">{body}</testsuite></testsuites>'.encode()


def _case(name: str, said: str) -> str:
    file, _, rest = name.partition("::")
    module = file.removesuffix(".py").replace("/", ".")
    if said.startswith("collect "):
        error = f'<error message="collection failure">E   {said.removeprefix("collect ")}</error>'
        return f'<testcase classname="" name="{module}">{error}</testcase>'
    *classes, function = rest.split("::")
    where = f"classname={quoteattr('.'.join([module, *classes]))} name={quoteattr(function)} time='0.1'"
    if not said:
        return f"<testcase {where}/>"
    if said == "skip":
        return f"<testcase {where}><skipped message='later'/></testcase>"
    if said.startswith("setup "):
        message = said.removeprefix("setup ")
        told = quoteattr(f'failed on setup with "{message}"')
        return f"<testcase {where}><error message={told}>E   {message}</error></testcase>"
    return f"<testcase {where}><failure message={quoteattr(said)}>E   {said}</failure></testcase>"


def but(found: Cases, said: str, names: Iterable[str]) -> dict[str, str]:
    """The same run, in which some tests say something else."""
    return {**found, **dict.fromkeys(names, said)}
