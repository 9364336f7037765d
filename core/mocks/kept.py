"""Results kept on disk, each given again only while everything that it was read from says what it said.

What is kept is data alone, checked field by field, of which nothing is ever run. Whatever is wrong with it makes the
audit read everything, as if there were none. Who can write it could as well write the settings.
"""

import contextlib
import functools
import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.mocks.batch import BatchResult
from core.mocks.cache_file import CacheFile, digest_of
from core.mocks.components import Gathered
from core.mocks.edits import Edits, MovedError
from core.mocks.ground import Ground
from core.mocks.kept_tables import KeptTables
from core.mocks.questions import Answer, scope_of
from core.mocks.trail import Question

Configured = dict[str, Gathered | str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One result with what it leans on, as positions in the lists of the whole."""

    batch: tuple[str, ...]
    files: tuple[int, ...]
    questions: tuple[int, ...]
    result: BatchResult | Configured


@dataclass(frozen=True, slots=True)
class _Whole:
    """What one file holds."""

    key: str
    files: dict[str, str]
    """Digests by path."""
    questions: list[tuple[Question, Answer]]
    entries: list[_Entry]


@dataclass(frozen=True, slots=True)
class _Made:
    """A result that holds now, and its trail."""

    result: BatchResult | Configured
    files: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Before:
    """What was kept, ready to be asked."""

    whole: _Whole
    edits: Edits
    paths: list[str]
    entries: dict[tuple[str, ...], _Entry]
    positions: dict[Question, int]
    left: dict[int, bool] = field(default_factory=dict)
    """By a question's position, whether the edits leave the answer as it was."""
    holds: dict[int, bool] = field(default_factory=dict)
    """By a question's position, whether its answer is still the same."""

    def leave(self, index: int) -> bool:
        if index not in self.left:
            self.left[index] = self.edits.leave(self.whole.questions[index][0])
        return self.left[index]


class Kept:
    """The results of one folder, those kept before and those made now; without a place for them, the latter alone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._made: dict[tuple[str, ...], _Made] = {}
        self._before: _Before | None = None
        options = ground.options
        # What is read differs with the rules that are wanted, so that each choice has results of its own.
        name = repr((str((options.kept_of or ground.sources.root).resolve()), sorted(options.switched_on)))
        self._file = None if options.cache is None else CacheFile(options.cache, name)
        whole = None if self._file is None else _read(self._file)
        if whole is not None and whole.key == self._key:
            entries = {each.batch: each for each in whole.entries}
            positions = {question: index for index, (question, _) in enumerate(whole.questions)}
            self._before = _Before(whole, self._edits(whole), list(whole.files), entries, positions)
            ground.production.questions.recall = self._recall
        self._tables = None if self._file is None else KeptTables(self._file, self._key)
        ground.production.keep_tables(self._tables, self._digests)

    def _edits(self, whole: _Whole) -> Edits:
        changed = frozenset(path for path, digest in self._digests.items() if whole.files.get(path) != digest)

        def content(path: str) -> bytes | None:
            digest = whole.files.get(path)
            found = None if self._file is None or digest is None else self._file.get(_content(digest))
            return found if found is not None and digest_of(found) == digest else None

        return self._ground.production.edits(changed, content)

    def result(self, batch: tuple[str, ...], read: Callable[[], BatchResult]) -> BatchResult:
        """The kept result of a batch, else what `read` gives."""
        found = self._answer(batch, read)
        assert isinstance(found, BatchResult)
        return found

    def configured(self, find: Callable[[], Configured]) -> Configured:
        """The kept classes of the settings, else what `find` gives."""

        found = self._answer((), find)
        assert isinstance(found, dict)
        return found

    def _answer(self, key: tuple[str, ...], read: Callable[[], BatchResult | Configured]) -> BatchResult | Configured:
        made = self._made.get(key) or self._kept(key)
        if made is None:
            trails = self._ground.sources.trails
            trails.begin()
            result = read()
            whole = trails.current.whole()
            contents = self._ground.sources.contents
            files = sorted(path for path in whole.files if path in contents)
            made = _Made(result, tuple(files), tuple(sorted(whole.questions)))
        self._made[key] = made
        return made.result

    def _kept(self, key: tuple[str, ...]) -> _Made | None:
        before = self._before
        entry = before.entries.get(key) if before is not None else None
        if before is None or entry is None or isinstance(entry.result, BatchResult) != bool(key):
            return None
        try:
            files = tuple(before.paths[index] for index in entry.files)
            if not before.edits.changed.isdisjoint(files):
                return None
            if not all(self._holds(before, index) for index in entry.questions):
                return None
            questions = tuple(before.whole.questions[index][0] for index in entry.questions)
            result = before.edits.moved(entry.result) if before.edits.changed else entry.result
        except (IndexError, MovedError):
            return None
        return _Made(result, files, questions)

    def _holds(self, before: _Before, index: int) -> bool:
        if index not in before.holds:
            question, answer = before.whole.questions[index]
            try:
                before.holds[index] = before.leave(index) or (
                    scope_of(question) != "table" and self._asked_anew(question) == answer
                )
            except (KeyError, IndexError, TypeError, ValueError):
                before.holds[index] = False
        return before.holds[index]

    def _recall(self, question: Question) -> tuple[Answer] | None:
        """The answer that was kept, where the edits leave it as it was."""
        before = self._before
        index = None if before is None else before.positions.get(question)
        if before is None or index is None or not before.leave(index):
            return None
        return (before.whole.questions[index][1],)

    def _asked_anew(self, question: Question) -> Answer:
        return self._ground.production.questions.answer(question)

    @functools.cached_property
    def _digests(self) -> dict[str, str]:
        return {path: digest_of(content) for path, content in self._ground.sources.contents.items()}

    @functools.cached_property
    def _key(self) -> str:
        """Of whatever decides all results: T12 itself, Python, the options, and where names lead."""
        ground, options = self._ground, self._ground.options
        return digest_of(
            repr(
                (
                    _version(), sorted(options.components.items()), sorted(options.switched_on),
                    ground.production.layout.fingerprint(), list(_lists(ground)),
                    list(_installed(options.site_packages)),
                )
            )
        )  # fmt: skip

    def save(self) -> None:
        """Keep what was made. A place that cannot be written to is left alone."""
        before = self._before
        is_here = self._file is not None and self._ground.options.kept_of is None
        if self._file is None or not is_here or (before is not None and self._is_as_before(before)):
            return
        with contextlib.suppress(ValueError):
            self._file.save(self._bodies(), self._names_kept)

    def _bodies(self) -> Iterator[tuple[str, bytes]]:
        then = self._before.whole.files if self._before is not None else {}
        for path, content in self._ground.sources.contents.items():
            if then.get(path) != self._digests[path]:
                yield _content(self._digests[path]), content
        if self._tables is not None:
            yield from self._tables.packed()
        yield _RESULTS, _ADAPTER.dump_json(self._whole())

    def _names_kept(self, names: list[str]) -> Iterator[str]:
        yield from (_content(digest) for digest in self._digests.values())
        if self._tables is not None:
            yield from self._tables.still_good(names, self._digests)

    def _is_as_before(self, before: _Before) -> bool:
        return not before.edits.changed and all(key in before.entries for key in self._made)

    def _whole(self) -> _Whole:
        files = {path: index for index, path in enumerate(self._digests)}
        asked = {
            each: index for index, each in enumerate(sorted({q for m in self._made.values() for q in m.questions}))
        }
        entries = [
            _Entry(
                batch, tuple(files[path] for path in made.files),
                tuple(asked[question] for question in made.questions), made.result,
            )
            for batch, made in self._made.items()
        ]  # fmt: skip
        answers = [(question, self._asked_anew(question)) for question in asked]
        return _Whole(self._key, self._digests, answers, entries)


_ADAPTER = TypeAdapter(_Whole)
_RESULTS = "results"


def _content(digest: str) -> str:
    return f"content {digest}"


def _read(file: CacheFile) -> _Whole | None:
    """What was kept; None when it is not there, or damaged in any way."""
    try:
        body = file.get(_RESULTS)
        file.note_use()
        return None if body is None else _ADAPTER.validate_json(body)
    except (ValidationError, RecursionError):
        return None


@functools.cache
def _version() -> str:
    """T12's own text and that of the stubs it reads; a release that reads differently knows none of the old results."""
    folder = Path(__file__).parent
    texts = (each.read_bytes() for each in sorted(folder.rglob("*")) if each.suffix in (".py", ".toml"))
    return repr(
        (sys.version, sys.platform, importlib.metadata.version("typeshed-client"), [digest_of(each) for each in texts])
    )


def _lists(ground: Ground) -> Iterator[tuple[str, str]]:
    for path in ground.lists:
        with contextlib.suppress(OSError):
            yield str(path.relative_to(ground.sources.root)), digest_of(path.read_bytes())


def _installed(folder: Path | None) -> Iterable[tuple[str, int, int, int]]:
    """The packages that are read, by what changes whenever a file is written."""
    if folder is None:
        return
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".pyi", ".so")):
                with contextlib.suppress(OSError):
                    path = Path(parent, name)
                    found = path.stat()
                    yield str(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns
