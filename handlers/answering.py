"""What the handlers need to know about a test suite; the core's `Answers` provides it."""

from typing import Protocol

from core.briefings.gathering import Reporting
from core.checklists.matrix import MatrixReport
from core.doctor import DoctorReport
from core.failures.report import FailuresReport, FlakyReport, RunsReport, TestReport
from core.health.card import RunCard
from core.health.model import HealthReport
from core.live.report import ResourcesReport
from core.mocks.report import MocksReport
from core.performance.model import SlowReport


class Answering(Reporting, Protocol):
    """Answers questions; every method raises a `T12Error` whose message may be shown as it is."""

    async def health(self, *, suite: str | None = None, branch: str | None = None) -> HealthReport: ...

    async def failures(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> FailuresReport: ...

    async def flaky(self, *, suite: str | None = None, branch: str | None = None) -> FlakyReport: ...

    async def slow(self, *, suite: str | None = None, branch: str | None = None) -> SlowReport: ...

    async def resources(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> ResourcesReport: ...

    async def test(self, part: str, *, suite: str | None = None, branch: str | None = None) -> TestReport: ...

    async def runs(self, *, suite: str | None = None, branch: str | None = None, limit: int = 20) -> RunsReport: ...

    async def card(self, run_id: int) -> RunCard: ...

    async def mocks(self, component: str | None = None) -> MocksReport: ...

    async def matrix(self, *, suite: str | None = None, branch: str | None = None) -> MatrixReport: ...

    async def doctor(self) -> DoctorReport: ...
