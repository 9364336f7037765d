"""Checks of the project under test and its surroundings, asked with its own interpreter in its own folder."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from core.checks.model import Asked, Check, Finding, count_of, judged, last_line, unknown
from core.settings import Settings

_PLACES = (".venv", "venv", "env")
_INTERPRETERS = ("bin/python", "Scripts/python.exe")
_MOST_NAMED = 3


def interpreter_of(settings: Settings) -> Path | None:
    """The project's own interpreter: the one that is set, else that of a virtual environment in its folder."""
    if settings.project.python is not None:
        return settings.project.python
    folder = settings.project_path
    if folder is None:
        return None
    return next((at for env in _PLACES for each in _INTERPRETERS if (at := folder / env / each).is_file()), None)


def ready(settings: Settings) -> tuple[Path | None, str]:
    """The interpreter, or a sentence that says what to set."""
    folder = settings.project_path
    if folder is None:
        return None, "No project is configured; set project.path in t12.toml."
    if not folder.is_dir():
        return None, f"The project's folder {folder.name} does not exist; mend project.path in t12.toml."
    python = interpreter_of(settings)
    if python is None:
        return None, "The project's interpreter is not known; set project.python in t12.toml."
    if not python.is_file() or not os.access(python, os.X_OK):
        return None, f"The project's interpreter {python.name} is not there or cannot be run; mend project.python."
    return python, ""


async def _dependencies(asked: Asked, _value: float | None) -> Finding:
    python, missing = ready(asked.settings)
    if python is None:
        return unknown("dependencies", missing)
    ran = await asked.program([str(python), "-m", "pip", "check"], 120)
    if "No module named pip" in ran.output:  # as in environments that uv makes
        ran = await asked.program([sys.executable, "-m", "pip", "--python", str(python), "check"], 120)
    hint = "Install what is missing in the project's environment, then look again."
    if ran.problem:
        return unknown("dependencies", f"pip check: {ran.problem}.")
    lines = [each.strip() for each in ran.output.splitlines() if each.strip()]
    if ran.is_success:
        return judged("dependencies", True, f"pip check with {_named(python, asked.settings)}: {last_line(ran.output)}")
    broken = [each for each in lines if re.search(r" (requires|has requirement) | is not supported on ", each)]
    if not broken:
        return unknown("dependencies", f"pip check ended with exit code {ran.code}: {last_line(ran.output)}")
    told = f"{count_of(len(broken), 'dependency', 'dependencies')} do not fit: {'; '.join(broken[:_MOST_NAMED])}"
    return judged("dependencies", False, _cut(told, broken), hint=hint)


async def _variables(asked: Asked, _value: float | None) -> Finding:
    names = asked.settings.project.variables
    if not names:
        return unknown("variables", "No variables are named that must be set (project.variables).", "")
    missing = [name for name in names if not os.environ.get(name)]
    if not missing:
        return judged("variables", True, f"{count_of(len(names), 'required variable')} set: {', '.join(names)}.")
    told = f"{len(missing)} of {count_of(len(names), 'required variable')} not set: {', '.join(missing)}."
    return judged("variables", False, told, hint="Set them where T12 runs; the project's programs get them from there.")


def _named(python: Path, settings: Settings) -> str:
    folder = settings.project_path
    return str(python.relative_to(folder)) if folder is not None and python.is_relative_to(folder) else python.name


def _cut(told: str, all_of: Sequence[str]) -> str:
    left = len(all_of) - _MOST_NAMED
    return f"{told}; and {left} more." if left > 0 else f"{told.rstrip('.')}."


PROJECT_CHECKS = (
    Check("dependencies", "Dependencies", _dependencies, 130),
    Check("variables", "Environment variables", _variables),
)
