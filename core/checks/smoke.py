"""The smoke tests, really run with the project's own interpreter; the run stops at its first failure."""

from pathlib import Path
from tempfile import TemporaryDirectory

from core.checks.model import Asked, Check, Finding, count_of, judged, last_line, unknown
from core.checks.project import ready
from core.errors import ReportError
from core.failures.diagnose import Diagnoser, diagnoser
from core.programs import Ran
from core.runs.junit import read_report
from core.runs.model import CaseFailure, Diagnosis
from core.runs.parsed import ReadOptions
from core.runs.sniff import Source

_HINT = "Run them by hand, and mend what fails before anything else is merged."
_LARGEST_REPORT = 64 << 20
_ENDS = {
    2: "was interrupted or could not collect the tests",
    3: "had an error of its own",
    4: "was called with words it does not know",
    5: "found no tests",
}
"""Exit codes of pytest beside 0 and 1."""


async def _smoke_tests(asked: Asked, _value: float | None) -> Finding:
    settings = asked.settings
    python, missing = ready(settings)
    if python is None:
        return unknown("smoke_tests", missing)
    folder = settings.project_path
    assert folder is not None
    paths = [each for each in settings.project.smoke if not each.startswith("-")]
    absent = [each for each in paths if not (folder / each.split("::")[0]).exists()]
    if absent:
        return unknown("smoke_tests", f"There are no smoke tests at {absent[0]}; set project.smoke in t12.toml.")
    with TemporaryDirectory(prefix="t12-smoke-") as place:
        report = Path(place) / "smoke.xml"
        words = [
            str(python), "-B", "-m", "pytest", *settings.project.smoke, "-q", "--tb=short", "--maxfail=1",
            "-p", "no:cacheprovider", f"--junitxml={report}",
        ]  # fmt: skip
        ran = await asked.program(words, settings.project.smoke_seconds)
        return judge_smoke(ran, report, diagnoser(settings.failures.rules))


def judge_smoke(ran: Ran, report: Path, diagnose: Diagnoser) -> Finding:
    """What a run of smoke tests came to, by how it ended and the report it left, if any."""
    if ran.problem:
        return judged("smoke_tests", False, f"The smoke tests gave no answer: {ran.problem}.", hint=_HINT)
    tests, failing = _read(report, diagnose)
    if ran.is_success and tests:
        return judged("smoke_tests", True, f"{count_of(tests, 'smoke test')} passed.")
    if failing:
        case, found = failing[0]
        told = f"{case.test_name} failed ({found.category}): {found.title}. The run stopped there."
        return judged("smoke_tests", False, told, hint=_HINT)
    if ran.is_success:
        return judged("smoke_tests", False, "pytest ended well, but no smoke test ran.", hint=_HINT)
    if ran.code is not None and ran.code < 0:
        return judged("smoke_tests", False, f"The smoke tests were killed by signal {-ran.code}.", hint=_HINT)
    ended = _ENDS.get(ran.code or 0, f"ended with exit code {ran.code}")
    return judged("smoke_tests", False, f"pytest {ended}: {last_line(ran.output)}", hint=_HINT)


class _Keeping:
    """Diagnoses failures as they are read, and keeps them."""

    def __init__(self, diagnose: Diagnoser) -> None:
        self._diagnose = diagnose
        self.version = diagnose.version
        self.kept: list[tuple[CaseFailure, Diagnosis]] = []

    def __call__(self, failure: CaseFailure, /) -> Diagnosis:
        found = self._diagnose(failure)
        self.kept.append((failure, found))
        return found


def _read(report: Path, diagnose: Diagnoser) -> tuple[int, list[tuple[CaseFailure, Diagnosis]]]:
    """How many tests ran, and those that failed; nothing where there is no report that can be read."""
    keeping = _Keeping(diagnose)
    try:
        with report.open("rb") as raw:
            parsed = read_report(Source(raw, _LARGEST_REPORT), ReadOptions("smoke"), keeping)
    except (OSError, ReportError):
        return 0, []
    parsed.spool.close()
    return parsed.counts.executed, keeping.kept


SMOKE_CHECK = Check("smoke_tests", "Smoke tests", _smoke_tests)
