"""The sample project at each of its revisions."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
PROJECT = _HERE / "project"
_HISTORY = _HERE / "history.toml"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@dataclass(frozen=True, slots=True)
class Change:
    """In one file of the project, `was` occurs once and becomes `now`."""

    file: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the project: the one before, changed."""

    name: str
    title: str
    runs: int
    """How often a demo runs the suite at it."""
    changes: tuple[Change, ...]


def revisions() -> tuple[Revision, ...]:
    """The history, oldest first."""
    read = tomllib.loads(_HISTORY.read_text(encoding="utf-8"))
    return tuple(
        Revision(
            each["name"],
            each["title"],
            each["runs"],
            tuple(Change(change["file"], change["was"], change["is"]) for change in each.get("changes", [])),
        )
        for each in read["revisions"]
    )


def check_out(name: str, folder: Path) -> None:
    """Write the project as it is at a revision into a folder that does not exist yet.

    Raises `ValueError` when there is no such revision or a change does not fit what it changes.
    """
    history = revisions()
    names = [each.name for each in history]
    if name not in names:
        raise ValueError(f"the sample has no revision {name!r}; it has {', '.join(names)}")
    shutil.copytree(PROJECT, folder, ignore=_LEFT_OUT)
    # Without it the folder is where imports start, as in any project.
    (folder / "__init__.py").unlink()
    for revision in history[: names.index(name) + 1]:
        for change in revision.changes:
            _apply(change, folder / change.file, revision.name)


def _apply(change: Change, file: Path, revision: str) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(change.was) != 1:
        raise ValueError(f"revision {revision} does not fit: {change.was!r} is not once in {change.file}")
    file.write_text(text.replace(change.was, change.now), encoding="utf-8")
