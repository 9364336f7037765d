"""The sample project as a Git repository of its own: a commit for each revision, the same on every machine."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import UsageError

_HERE = Path(__file__).parent
PROJECT = _HERE / "project"
_HISTORY = _HERE / "history.toml"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
_STAMP = "t12-sample"
"""A file in the repository's .git that tells which history was written into it."""


@dataclass(frozen=True, slots=True)
class Change:
    """In one file of the project, `was` occurs once and becomes `now`."""

    file: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the project: the one before, changed; a commit with a tag of this name."""

    name: str
    title: str
    author: str
    at: datetime
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
            each["author"],
            each["at"],
            each["runs"],
            tuple(Change(change["file"], change["was"], change["is"]) for change in each.get("changes", [])),
        )
        for each in read["revisions"]
    )


@dataclass(frozen=True, slots=True)
class Repository:
    """The sample's repository, with the newest revision checked out."""

    folder: Path

    def commit_of(self, name: str) -> str:
        """The commit of a revision. Raises `ValueError` when there is none of that name."""
        try:
            return self._git("rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}").decode().strip()
        except subprocess.CalledProcessError:
            names = ", ".join(each.name for each in revisions())
            raise ValueError(f"the sample has no revision {name!r}; it has {names}") from None

    def check_out(self, name: str, folder: Path) -> None:
        """Write the files of a revision into a folder that does not exist yet."""
        packed = self._git("archive", "--format=tar", self.commit_of(name))
        folder.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")

    def write(self) -> None:
        """Make the repository in its folder, which must not exist.

        Raises `ValueError` when a change does not fit what it changes.
        """
        shutil.copytree(PROJECT, self.folder, ignore=_LEFT_OUT)
        # Without it the folder is where imports start, as in any project.
        (self.folder / "__init__.py").unlink()
        self._git("init", "--quiet", "--initial-branch=main")
        for revision in revisions():
            for change in revision.changes:
                _apply(change, self.folder / change.file, revision.name)
            self._git("add", "--all")
            self._git("commit", "--quiet", "--message", revision.title, by=revision)
            self._git("tag", revision.name)

    def _git(self, *words: str, by: Revision | None = None) -> bytes:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", *words],  # noqa: S607 - the reader's own git
            cwd=self.folder, env=_environment(by), check=True, capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.stdout


def open_repository(folder: Path) -> Repository:
    """The sample's repository in `folder`, written there unless it is there already.

    Raises `UsageError` when Git is not installed.
    """
    if shutil.which("git") is None:
        raise UsageError("the sample project lives in a Git repository and needs git; install it, or show your own"
                         " reports with --reports PATH")  # fmt: skip
    repository, stamp = Repository(folder), folder / ".git" / _STAMP
    written = _digest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == written:
        return repository
    shutil.rmtree(folder, ignore_errors=True)
    repository.write()
    stamp.write_text(written, encoding="utf-8")
    return repository


def _digest() -> str:
    """Of everything the history is made from."""
    found = hashlib.sha256(_HISTORY.read_bytes())
    for path in sorted(PROJECT.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _environment(by: Revision | None) -> dict[str, str]:
    """Nobody's settings, hooks or signing keys, so that the commits are the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    if by is not None:
        name, _, address = by.author.rstrip(">").partition(" <")
        for who in ("AUTHOR", "COMMITTER"):
            kept |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": address, f"GIT_{who}_DATE": by.at.isoformat()}
    return kept


def _apply(change: Change, file: Path, revision: str) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(change.was) != 1:
        raise ValueError(f"revision {revision} does not fit: {change.was!r} is not once in {change.file}")
    file.write_text(text.replace(change.was, change.now), encoding="utf-8")
