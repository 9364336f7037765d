"""The checks of the project fail for real reasons in a real project: what is missing, unfit or broken."""

import os
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.answers import run_project_program
from core.checks import Finding, State, run_check
from core.programs import Ran
from core.settings import Settings

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}"


class Project:
    """A folder with tests, looked at with an interpreter."""

    def __init__(self, folder: Path, python: Path | None = None, **more: object) -> None:
        given = {"path": folder, "python": python} | more
        self.settings = Settings.model_validate({"project": given})

    async def program(self, words: Sequence[str], seconds: float) -> Ran:
        return await run_project_program(self.settings, words, seconds)

    async def ask(self, name: str) -> Finding:
        return await run_check(self, name)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose own environment has no pip, as uv makes them."""
    folder = tmp_path_factory.mktemp("project")
    venv.create(folder / ".venv", with_pip=False, symlinks=True)
    return folder


def install(folder: Path, name: str, version: str, more: str = "") -> None:
    place = next((folder / ".venv").glob("lib/python*/site-packages")) / f"{name}-{version}.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(METADATA.format(name=name, version=version, more=more))
    (place / "RECORD").write_text("")
    (place / "INSTALLER").write_text("test\n")


async def test_dependencies_are_those_of_the_projects_own_environment(environment: Path) -> None:
    found = await Project(environment).ask("dependencies")
    assert found.state is State.PASSED, found.evidence
    assert ".venv/bin/python" in found.evidence
    install(environment, "lefty", "1.0", "Requires-Dist: righty>=2\n")
    install(environment, "righty", "1.5")
    found = await Project(environment).ask("dependencies")
    assert found.state is State.FAILED
    assert "lefty 1.0" in found.evidence
    assert "righty" in found.evidence
    assert found.hint


@pytest.mark.parametrize("name", ["dependencies", "smoke_tests"])
async def test_where_no_project_is_known_nothing_is_called_bad(name: str, tmp_path: Path) -> None:
    nowhere = Project(tmp_path / "gone")
    assert (await nowhere.ask(name)).state is State.UNKNOWN
    without = await Project(tmp_path).ask(name)
    assert (without.state, "set project.python" in without.evidence) == (State.UNKNOWN, True)
    wrong = await Project(tmp_path, python=tmp_path / "no-python").ask(name)
    assert (wrong.state, "cannot be run" in wrong.evidence) == (State.UNKNOWN, True)


async def test_required_variables_are_named_when_they_are_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", "postgresql://secret")
    monkeypatch.delenv("APP_KEY", raising=False)
    found = await Project(tmp_path, variables=["APP_DATABASE_URL", "APP_KEY"]).ask("variables")
    assert (found.state, found.evidence) == (State.FAILED, "1 of 2 required variables not set: APP_KEY.")
    monkeypatch.setenv("APP_KEY", "x")
    found = await Project(tmp_path, variables=["APP_DATABASE_URL", "APP_KEY"]).ask("variables")
    assert (found.state, "secret" in found.evidence) == (State.PASSED, False)
    assert (await Project(tmp_path).ask("variables")).state is State.UNKNOWN


def smoke(folder: Path, code: str) -> Project:
    tests = folder / "tests" / "smoke"
    tests.mkdir(parents=True)
    (tests / "test_alive.py").write_text(code)
    return Project(folder, python=Path(sys.executable))


async def test_smoke_tests_are_really_run(tmp_path: Path) -> None:
    found = await smoke(tmp_path, "def test_a(): pass\ndef test_b(): pass\n").ask("smoke_tests")
    assert (found.state, found.evidence) == (State.PASSED, "2 smoke tests passed.")
    assert not (tmp_path / ".pytest_cache").exists()


async def test_they_stop_at_the_first_failure_and_say_its_cause(tmp_path: Path) -> None:
    code = """
        import pathlib
        def test_a(): raise ConnectionRefusedError("connection to server at 127.0.0.1, port 5432 failed")
        def test_b(): pathlib.Path("ran").touch()
    """.replace("\n        ", "\n")
    found = await smoke(tmp_path, code).ask("smoke_tests")
    assert found.state is State.FAILED
    assert "test_a failed (" in found.evidence
    assert "ConnectionRefusedError" in found.evidence
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import no_such_module_here\n", "test_alive"),
        ("import os\ndef test_a(): os.kill(os.getpid(), 9)\n", "killed by signal 9"),
        ("X = 1\n", "pytest found no tests"),
        ("import pytest\n@pytest.mark.skip\ndef test_a(): pass\n", "no smoke test ran"),
    ],
)
async def test_what_keeps_them_from_running_is_said(code: str, words: str, tmp_path: Path) -> None:
    found = await smoke(tmp_path, code).ask("smoke_tests")
    assert (found.state, words in found.evidence) == (State.FAILED, True), found.evidence


async def test_smoke_tests_that_hang_are_stopped(tmp_path: Path) -> None:
    project = smoke(tmp_path, "import time\ndef test_a(): time.sleep(600)\n")
    hasty = project.settings.project.model_copy(update={"smoke_seconds": 2.0})
    project.settings = project.settings.model_copy(update={"project": hasty})
    found = await project.ask("smoke_tests")
    assert (found.state, "longer than 2 seconds" in found.evidence) == (State.FAILED, True)


async def test_where_there_are_none_they_are_unknown(tmp_path: Path) -> None:
    found = await Project(tmp_path, python=Path(sys.executable)).ask("smoke_tests")
    assert (found.state, "set project.smoke" in found.evidence) == (State.UNKNOWN, True)
    assert os.access(sys.executable, os.X_OK)
