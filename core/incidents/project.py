"""The repository under test, as far as it is at hand: its owners, and what came between two revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.git import Commit, commits_between, knows
from core.incidents.owners import Owners, read_codeowners
from core.settings import Settings

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file, in this order."""
_LARGEST = 3 << 20
"""Bytes; GitHub reads no larger file."""
_MOST_COMMITS = 50


@dataclass(frozen=True, slots=True)
class Suspects:
    """Where it may have begun."""

    revisions: tuple[str, ...] = ()
    """Of the runs after the last good one up to the first bad one, the oldest first."""
    commits: tuple[Commit, ...] = ()
    """All commits between the last good and the first bad revision, the newest first; at most fifty."""
    unknown: tuple[str, ...] = ()
    """Revisions that the repository does not know."""
    has_repository: bool = False


def project_of(settings: Settings) -> Path | None:
    """The folder of the repository under test; None when none is configured."""
    return settings.incidents.project or settings.project_path


def owners_of(settings: Settings) -> Owners:
    """The rules of the project's CODEOWNERS file; none when there is no file that can be read."""
    chosen, project = settings.incidents.codeowners, project_of(settings)
    places = [chosen] if chosen is not None else [project / each for each in _PLACES] if project is not None else []
    for place in places:
        try:
            found = place.stat()
            if place.is_file() and found.st_size <= _LARGEST:
                return _read(place, found.st_mtime_ns, found.st_size)
        except OSError:
            continue
    return Owners()


@lru_cache(maxsize=8)
def _read(place: Path, _changed_at: int, _size: int) -> Owners:
    return read_codeowners(place.read_text(encoding="utf-8", errors="replace"))


def find_suspects(project: Path | None, good: str | None, revisions: Sequence[str]) -> Suspects:
    """The commits after the good revision up to the last of `revisions`. Asks Git, so it may take a while."""
    found = tuple(revisions)
    if project is None or good is None or not found:
        return Suspects(found)
    commits = commits_between(project, good, found[-1], most=_MOST_COMMITS)
    unknown = () if commits is not None else tuple(each for each in (good, found[-1]) if not knows(project, each))
    return Suspects(found, tuple(commits or ()), unknown, has_repository=True)
