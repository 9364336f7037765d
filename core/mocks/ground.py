"""What all batches of test files share while one folder is audited."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.mocks.doubles.trees import TestFiles
from core.mocks.production import Production
from core.mocks.runners import Runner, lists_of, read_runner
from core.mocks.sources import Sources

Progress = Callable[[int, int], None]
"""Called with test files done and all test files."""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What to audit, and how."""

    components: Mapping[str, str] = field(default_factory=dict)
    """Production classes to report on by name, with the dotted module of each."""
    site_packages: Path | None = None
    """Installed packages whose sources are read too."""
    switched_on: frozenset[str] = frozenset()
    """Rules that are off by default and wanted all the same."""
    progress: Progress | None = None
    only: frozenset[str] | None = None
    """Test files to judge, by path; None for all."""
    cache: Path | None = None
    """Folder that results are kept in, so that what did not change need not be read again."""
    kept_of: Path | None = None
    """Another state of this project, whose kept results serve here too; then none are kept."""


class Ground:
    """The files, the door to production, and the files of the tests."""

    def __init__(self, sources: Sources, options: AuditOptions) -> None:
        self.sources, self.options = sources, options
        self.production = Production(sources, options.site_packages)
        self.tests = TestFiles(sources)
        self.done: set[str] = set()
        self.total = 0

    @functools.cached_property
    def runner(self) -> Runner:
        return read_runner(self.sources.root, self.lists)

    @functools.cached_property
    def lists(self) -> list[Path]:
        return lists_of(self.sources.root)

    def note_done(self, *paths: str) -> None:
        self.done.update(paths)
        if self.options.progress is not None:
            self.options.progress(len(self.done), self.total)
