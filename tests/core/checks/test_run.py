"""Checks run side by side, each with its deadline; a team's own are checks like T12's."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.answers import run_project_program
from core.checks import State, checks_of, run_check, run_checks
from core.checks import run as runner
from core.checks.model import Asked, Check, Finding, judged
from core.errors import SettingsError
from core.programs import Ran
from core.settings import Settings, load_settings


@dataclass
class Project:
    """Runs programs for real."""

    settings: Settings
    asked: list[str] = field(default_factory=list)

    async def program(self, words: Sequence[str], seconds: float) -> Ran:
        return await run_project_program(self.settings, words, seconds)


def own(code: str, tmp_path: Path, **more: Any) -> Any:
    check = {"command": [sys.executable, "-c", code], **more}
    return Project(Settings.model_validate({"project": {"path": tmp_path}, "checks": {"licences": check}}))


async def test_a_program_of_the_team_passes_when_it_ends_well(tmp_path: Path) -> None:
    found = await run_check(own("print('12 licences known')", tmp_path), "licences")
    assert found.state is State.PASSED
    assert found.evidence.endswith("ended with exit code 0: 12 licences known.")


async def test_one_that_ends_badly_shows_what_it_said_last_and_what_to_do(tmp_path: Path) -> None:
    found = await run_check(
        own("import sys; sys.exit('left-pad: no licence')", tmp_path, hint="Ask legal."), "licences"
    )
    assert found.state is State.FAILED
    assert "exit code 1: left-pad: no licence." in found.evidence
    assert found.hint == "Ask legal."


async def test_one_that_takes_too_long_or_is_not_there_is_neither_good_nor_bad(tmp_path: Path) -> None:
    slow = await run_check(own("import time; time.sleep(60)", tmp_path, seconds=0.2), "licences")
    assert (slow.state, "longer than 0.2 seconds" in slow.evidence) == (State.UNKNOWN, True)
    settings = Settings.model_validate({"checks": {"licences": {"command": ["no-such-program-here"]}}})
    gone = await run_check(Project(settings), "licences")  # type: ignore[arg-type]
    assert (gone.state, "there is no program" in gone.evidence) == (State.UNKNOWN, True)


async def test_it_runs_in_the_projects_folder_with_its_variables_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", "sqlite:///app.db")
    monkeypatch.setenv("OTHER_SECRET", "hidden")
    code = "import os; print(os.getcwd(), os.environ.get('APP_DATABASE_URL'), os.environ.get('OTHER_SECRET'))"
    asked = own(code, tmp_path)
    asked.settings = asked.settings.model_copy(
        update={"project": asked.settings.project.model_copy(update={"variables": ["APP_DATABASE_URL"]})}
    )
    assert (await run_check(asked, "licences")).evidence.endswith(f"{tmp_path} sqlite:///app.db None.")


async def test_checks_run_side_by_side_and_one_that_breaks_or_hangs_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = asyncio.Barrier(2)

    async def meets(_asked: Asked, _value: float | None) -> Finding:
        await both.wait()  # ends only when two run at the same time
        return judged("meets", True, "We met.")

    async def breaks(_asked: Asked, _value: float | None) -> Finding:
        raise ZeroDivisionError

    async def hangs(_asked: Asked, _value: float | None) -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    own_checks = [
        Check("one", "", meets),
        Check("two", "", meets),
        Check("bad", "", breaks),
        Check("late", "", hangs, 0.1),
    ]
    monkeypatch.setattr(runner, "BUILT_IN", {each.name: each for each in own_checks})
    found = await run_checks(Project(Settings()), ["late", "one", "bad", "two"])  # type: ignore[arg-type]
    assert [each.state for each in found] == [State.UNKNOWN, State.PASSED, State.UNKNOWN, State.PASSED]
    assert "longer than 0.1 seconds" in found[0].evidence
    assert "the log has it as" in found[2].evidence


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('[checks.health]\ncommand = ["true"]', "'health' is a check of T12's; give yours another name"),
        ('[checks.Loud]\ncommand = ["true"]', "'Loud' is no name of a check"),
        ("[checks.mine]\ncommand = []", "name a program and its arguments"),
        ('[morning]\nchecks = ["helth"]', "morning.checks.0: 'helth' is no check; there are dependencies"),
        ('[project]\nvariables = ["a b"]', "'a b' is no name of an environment variable"),
        ('[project]\nvariables = ["SLACK_BOT_TOKEN"]', "SLACK_BOT_TOKEN is T12's own, and no program gets it"),
    ],
)
def test_a_mistake_in_the_settings_is_one_sentence(toml: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "t12.toml"
    file.write_text(toml)
    with pytest.raises(SettingsError) as refused:
        load_settings(file, {})
    assert sentence in str(refused.value)


def test_a_checklist_item_may_bear_a_check_of_the_team() -> None:
    item = {"text": "Look at licences", "check": "licences"}
    lists = {"licences": {"cadence": "mon", "items": [item], "title": "Licences"}}
    given = {"checks": {"licences": {"command": ["true"]}}, "checklists": {"lists": lists}}
    assert "licences" in checks_of(Settings.model_validate(given))
