"""What Git knows of the audited folder: its revision, its files at another one, and who wrote a line."""

import io
import os
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
from core.mocks.model import Place

_SECONDS = 120


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
    with TemporaryDirectory(prefix="t12-mocks-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, members=_plain(files), filter="data")
        place = Path(folder) / prefix
        place.mkdir(parents=True, exist_ok=True)
        yield place


def _plain(files: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Folders and files: a link may lead out of the tree."""
    return (member for member in files if member.isfile() or member.isdir())


def author_of(root: Path, place: Place) -> Author | None:
    """Who wrote a line, as committed; None when nobody knows."""
    if place.path.startswith(("<", "-")):
        return None
    words = _run(root, "blame", "--porcelain", "-L", f"{place.line},{place.line}", "--", place.path)
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
