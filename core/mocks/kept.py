"""Results kept on disk, each given again only while everything that it was read from is as it was.

A file holds JSON and its digest: data alone, checked field by field, of which nothing is ever run. Whatever is wrong
with it makes the audit read everything, as if there were none. Who can write it could as well write the settings.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.mocks.batch import BatchResult
from core.mocks.components import Gathered
from core.mocks.ground import Ground
from core.mocks.questions import scope_of
from core.mocks.runners import lists_of
from core.mocks.trail import Question

_MOST_BYTES = 64 << 20
_MOST_PROJECTS = 8
"""Files in the folder; those that were not used for longest go."""

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
    scopes: dict[str, str]
    """Digests of all files of production, of the tests, and of both."""
    files: dict[str, str]
    """Digests by path."""
    questions: list[tuple[Question, str]]
    """With the digests of their answers."""
    entries: list[_Entry]


@dataclass(frozen=True, slots=True)
class _Made:
    """A result that holds now, and its trail."""

    result: BatchResult | Configured
    files: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Before:
    """What a file held, ready to be asked."""

    whole: _Whole
    paths: list[str] = field(default_factory=list)
    entries: dict[tuple[str, ...], _Entry] = field(default_factory=dict)
    holds: dict[int, bool] = field(default_factory=dict)
    """By a question's position, whether its answer is still the same."""


class Kept:
    """The results of one folder, those kept before and those made now; without a place for them, the latter alone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._folder = ground.options.cache
        self._made: dict[tuple[str, ...], _Made] = {}
        self._is_new = False
        self._before: _Before | None = None
        if self._folder is not None:
            whole = _load(self._path(self._folder))
            if whole is not None and whole.key == self._key:
                entries = {each.batch: each for each in whole.entries}
                self._before = _Before(whole, list(whole.files), entries)

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
            trail = trails.current.end()
            contents = self._ground.sources.contents
            files = sorted(path for path in trail.files if path in contents)
            made = _Made(result, tuple(files), tuple(sorted(trail.questions)))
            self._is_new = True
        self._made[key] = made
        return made.result

    def _kept(self, key: tuple[str, ...]) -> _Made | None:
        before = self._before
        entry = before.entries.get(key) if before is not None else None
        if before is None or entry is None or isinstance(entry.result, BatchResult) != bool(key):
            return None
        try:
            files = tuple(before.paths[index] for index in entry.files)
            if any(before.whole.files[path] != self._digests.get(path) for path in files):
                return None
            if not all(self._holds(before, index) for index in entry.questions):
                return None
            questions = tuple(before.whole.questions[index][0] for index in entry.questions)
        except IndexError:
            return None
        return _Made(entry.result, files, questions)

    def _holds(self, before: _Before, index: int) -> bool:
        if index not in before.holds:
            question, answer = before.whole.questions[index]
            try:
                scope = scope_of(question)
                same = before.whole.scopes.get(scope) == self._scopes[scope]
                before.holds[index] = same or self._answer_digest(question) == answer
            except (KeyError, TypeError, ValueError):
                before.holds[index] = False
        return before.holds[index]

    def _answer_digest(self, question: Question) -> str:
        return _digest(repr(self._ground.production.questions.answer(question)))

    @functools.cached_property
    def _digests(self) -> dict[str, str]:
        return {path: _digest(content) for path, content in self._ground.sources.contents.items()}

    @functools.cached_property
    def _scopes(self) -> dict[str, str]:
        sources, digests = self._ground.sources, self._digests
        production = _digest(repr([(path, digests[path]) for path in sources.production()]))
        tests = _digest(repr([(path, digests[path]) for path in sources.tests()]))
        return {"production": production, "tests": tests, "all": production + tests}

    @functools.cached_property
    def _key(self) -> str:
        """Of whatever decides all results: T12 itself, Python, the options, and where names lead."""
        ground, options = self._ground, self._ground.options
        return _digest(
            repr(
                (
                    _version(), sorted(options.components.items()), sorted(options.switched_on),
                    ground.production.layout.fingerprint(), list(_lists(ground.sources.root)),
                    list(_installed(options.site_packages)),
                )
            )
        )  # fmt: skip

    def _path(self, folder: Path) -> Path:
        return folder / f"{_digest(str(self._ground.sources.root.resolve()))}.json"

    def save(self) -> None:
        """Keep what was made. A place that cannot be written to is left alone."""
        if self._folder is None or not self._is_new:
            return
        with contextlib.suppress(OSError, ValueError):
            body = _ADAPTER.dump_json(self._whole())
            if len(body) <= _MOST_BYTES:
                _write(self._path(self._folder), body)

    def _whole(self) -> _Whole:
        files = {path: index for index, path in enumerate(sorted({f for m in self._made.values() for f in m.files}))}
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
        answers = [(question, self._answer_digest(question)) for question in asked]
        return _Whole(self._key, self._scopes, {path: self._digests[path] for path in files}, answers, entries)


_ADAPTER = TypeAdapter(_Whole)


def _digest(content: bytes | str) -> str:
    text = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _load(path: Path) -> _Whole | None:
    """What a file holds; None when it is not there, or damaged in any way."""
    try:
        if path.stat().st_size > _MOST_BYTES + 100:
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii", "replace") != _digest(body):
            return None
        whole = _ADAPTER.validate_json(body)
        os.utime(path)
    except (OSError, ValidationError, RecursionError):
        return None
    return whole


def _write(path: Path, body: bytes) -> None:
    """Whoever reads at the same time, or after a kill, finds the file before or the file after."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ignored = path.parent / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", "ascii")
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_digest(body).encode("ascii") + b"\n" + body)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    files = sorted(path.parent.glob("*.[jp]*"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in files[_MOST_PROJECTS:]:
        old.unlink(missing_ok=True)


@functools.cache
def _version() -> str:
    """T12's own text and that of the stubs it reads; a release that reads differently knows none of the old results."""
    folder = Path(__file__).parent
    texts = (each.read_bytes() for each in sorted(folder.rglob("*")) if each.suffix in (".py", ".toml"))
    return repr(
        (sys.version, sys.platform, importlib.metadata.version("typeshed-client"), [_digest(each) for each in texts])
    )


def _lists(root: Path) -> Iterator[tuple[str, str]]:
    for path in lists_of(root):
        with contextlib.suppress(OSError):
            yield str(path.relative_to(root)), _digest(path.read_bytes())


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
