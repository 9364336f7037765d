"""What Git knows of a folder: its revision, its files at another one, who wrote a line, and what came between."""

import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import UsageError

_SECONDS = 120
_REVISION = re.compile(r"[0-9A-Za-z][\w./-]{0,199}")
"""Names of commits, tags and branches; nothing that Git would search for or take for an option."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as its log tells it."""

    revision: str
    author: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a line last."""

    name: str
    revision: str
    at: datetime
    summary: str


def revision_of(root: Path) -> str | None:
    """The commit that is checked out, with a plus when files differ from it; None outside a repository."""
    try:
        commit = _git(root, "rev-parse", "HEAD").strip()
        dirty = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".").strip()
    except UsageError:
        return None
    return f"{commit}+" if dirty else commit


@contextmanager
def files_at(root: Path, revision: str) -> Iterator[Path]:
    """The folder as it was at a revision, in a temporary place. Raises `UsageError` when there is no such revision."""
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision")
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    commit = _git(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        f"{revision}^{{commit}}",
        why=f"there is no revision {revision!r} in {root}",
    )
    top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
    packed = _run(top, "archive", "--format=tar", commit.strip(), *([prefix] if prefix else []))
    if packed is None:
        raise UsageError(f"the folder {root} did not exist at {revision}")
    with TemporaryDirectory(prefix="t12-files-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, members=_plain(files), filter="data")
        place = Path(folder) / prefix
        place.mkdir(parents=True, exist_ok=True)
        yield place


def _plain(files: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Folders and files: a link may lead out of the tree."""
    return (member for member in files if member.isfile() or member.isdir())


def knows(root: Path, revision: str) -> bool:
    """Whether the repository of a folder has a commit of that name."""
    return _commit(root, revision) is not None


def commits_between(root: Path, good: str, bad: str, *, most: int) -> list[Commit] | None:
    """The commits that `bad` has and `good` has not, the newest first; None when one of them is not known here."""
    first, last = _commit(root, good), _commit(root, bad)
    if first is None or last is None:
        return None
    told = _run(root, "log", f"--max-count={most}", "--format=%H%x00%an%x00%at%x00%s", f"{first}..{last}", "--")
    if told is None:
        return None
    lines = told.decode("utf-8", "replace").split("\n")
    found = [line.split("\0") for line in lines if line.count("\0") == 3]
    return [Commit(each[0], each[1], datetime.fromtimestamp(int(each[2]), UTC), each[3]) for each in found]


def _commit(root: Path, revision: str) -> str | None:
    if _REVISION.fullmatch(revision) is None:
        return None
    found = _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return found.decode("ascii", "replace").strip() if found else None


def author_of(root: Path, path: str, line: int) -> Author | None:
    """Who wrote a line of a file, as committed; None when nobody knows."""
    if path.startswith(("<", "-")):
        return None
    words = _run(root, "blame", "--porcelain", "-L", f"{line},{line}", "--", path)
    if not words:
        return None
    lines = words.decode("utf-8", "replace").splitlines()
    said = dict(line.partition(" ")[::2] for line in lines[1:] if not line.startswith("\t"))
    revision = lines[0].split(" ", 1)[0]
    if not revision.strip("0"):
        return None
    at = datetime.fromtimestamp(int(said.get("author-time", "0")), UTC)
    return Author(said.get("author", ""), revision, at, said.get("summary", ""))


def _git(root: Path, *words: str, why: str = "") -> str:
    found = _run(root, *words)
    if found is None:
        raise UsageError(why or f"{root} is not in a Git repository, or git is not installed")
    return found.decode("utf-8", "replace")


def _run(root: Path, *words: str) -> bytes | None:
    """What git says; None when it refuses, is not there or takes too long. Nobody's hooks, pagers or helpers run."""
    if shutil.which("git") is None:
        return None
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", *words],  # noqa: S607
            cwd=root, env=kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}, timeout=_SECONDS,
            check=False, capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
