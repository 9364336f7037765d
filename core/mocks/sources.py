"""The Python files of an audited folder: found, read, decoded and parsed under limits, never imported."""

import ast
import gc
import io
import os
import re
import tokenize
import warnings as python_warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.mocks.newer_syntax import as_older_syntax
from core.mocks.trail import Trail, Trails

LARGEST_FILE = 3_000_000
"""Bytes. What is larger is a generated table, and its tree would cost hundreds of megabytes."""

MOST_FILES = 60_000
DEEPEST_FOLDER = 40

_NEVER = re.compile(
    r"\..*|__pycache__|node_modules|site-packages|bower_components|.*\.egg-info|_?vendor(?:ed)?|third_?party|_vendored"
)
_NEVER_OUTSIDE_PACKAGES = frozenset(
    {"build", "dist", "doc", "docs", "example", "examples", "venv", "env", "virtualenv", "samples", "demos"}
)
_COMPILED = (".so", ".pyd", ".pyx", ".pyi")
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?|testing_tests)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest|tests?)\.py$")
_TEST_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:pytest|unittest|mock)\b", re.M)
_TEST_CODE = re.compile(rb"^[ \t]*(?:(?:async )?def test_|@pytest\.fixture)", re.M)
_PYTHON_2 = re.compile(
    rb"^[ \t]*(?:print\s+[\"'\w]|exec\s+[\"'\w]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*[a-z]\w*\s*:)", re.M
)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.M)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file; `path` is relative to the folder, with forward slashes."""

    path: str
    is_test: bool
    lines: int


@dataclass(slots=True)
class Sources:
    """What was found. The bytes are kept, for they are searched often and are small beside syntax trees."""

    root: Path
    files: dict[str, SourceFile] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Folders and modules (without suffix) that exist and are not read, with the reason as a part of a sentence."""
    markers: set[str] = field(default_factory=set)
    """Folders that hold a project file, such as `pyproject.toml`."""
    warnings: list[str] = field(default_factory=list)
    trails: Trails = field(default_factory=Trails)
    unparsable: dict[str, str] = field(default_factory=dict)
    """Why files have no tree, a sentence each."""

    @property
    def trail(self) -> Trail:
        """What has been looked into since it began."""
        return self.trails.current

    @property
    def lines(self) -> int:
        return sum(file.lines for file in self.files.values())

    def production(self) -> Iterator[str]:
        """Paths of the files that are not tests."""
        return (path for path, file in self.files.items() if not file.is_test)

    def tests(self) -> Iterator[str]:
        return (path for path, file in self.files.items() if file.is_test)

    def parse(self, path: str) -> ast.Module | None:
        """The tree of a file; None when it has none, as `unparsable` then says."""
        try:
            return parse_bytes(self.contents.get(path, b""))
        except UnparsableError as error:
            self.unparsable[path] = f"{path} {error}"
            self.trail.unparsed.add(path)
            return None

    def text(self, path: str) -> bytes:
        """The bytes of a file, which the trail then leads to; empty when there is none."""
        self.trail.files.add(path)
        return self.contents.get(path, b"")


class UnparsableError(Exception):
    """The message goes on from the file's name: `is written in Python 2 …`."""


def parse_bytes(content: bytes) -> ast.Module:
    """Raises `UnparsableError` for whatever keeps a file from being parsed."""
    text = decode(content)
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            try:
                return ast.parse(text)
            except SyntaxError:
                older = as_older_syntax(text)
                if older == text:
                    raise
                return ast.parse(older)
    except SyntaxError as error:
        if _PYTHON_2.search(content) or "leading zeros" in error.msg:
            raise UnparsableError("is written in Python 2 and was not read") from error
        raise UnparsableError(f"cannot be parsed: {error.msg} in line {error.lineno}") from error
    except (RecursionError, MemoryError) as error:
        raise UnparsableError("is nested too deeply to be parsed") from error
    except ValueError as error:
        raise UnparsableError(f"cannot be parsed: {error}") from error


def decode(content: bytes) -> str:
    """The text, by its byte order mark or declared encoding; raises `UnparsableError`."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    head = content[:400]
    try:
        if not _CODING.search(head):
            return content.decode("utf-8")
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise UnparsableError(f"cannot be decoded: {error}") from error


@contextmanager
def without_collector() -> Iterator[None]:
    """Trees and tables hold no garbage worth looking for, and looking costs more than half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def scan_sources(root: Path) -> Sources:
    """Reads every Python file below a folder. Links to folders are not followed, and no link out of the tree is."""
    sources = Sources(root.resolve())
    folders: list[tuple[str, int, bool]] = [("", 0, False)]
    while folders and len(sources.files) < MOST_FILES:
        folder, depth, _in_package = folders.pop()
        if depth > DEEPEST_FOLDER:
            sources.warnings.append(f"{folder} lies too deep and was not read.")
            continue
        try:
            entries = sorted(os.scandir(sources.root / folder), key=lambda entry: entry.name)
        except OSError as error:
            sources.warnings.append(f"{folder or '.'} cannot be listed: {error.strerror}.")
            continue
        is_package = any(entry.name == "__init__.py" for entry in entries)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_folder(entry):
                reason = _why_unread(entry, in_package=is_package and bool(folder))
                if reason:
                    sources.unread[path] = reason
                else:
                    folders.append((path, depth + 1, is_package))
            else:
                _take_file(sources, folder, path, entry)
    if folders:
        sources.warnings.append(f"Only the first {MOST_FILES} files were read.")
    sources.files = dict(sorted(sources.files.items()))
    return sources


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _why_unread(entry: os.DirEntry[str], *, in_package: bool) -> str:
    name = entry.name
    if entry.is_symlink():
        return "is a link"
    if _NEVER.fullmatch(name):
        return "is in a folder that is not read"
    if name in _NEVER_OUTSIDE_PACKAGES:
        holds_package = in_package and Path(entry.path, "__init__.py").exists()
        return "" if holds_package else "is in a folder that is not read"
    return "is in a virtual environment" if Path(entry.path, "pyvenv.cfg").exists() else ""


_PROJECT_FILES = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini", "manage.py", "pytest.ini"}
)


def _take_file(sources: Sources, folder: str, path: str, entry: os.DirEntry[str]) -> None:
    name = entry.name
    if name in _PROJECT_FILES:
        sources.markers.add(folder)
    if name.endswith(_COMPILED):
        stem = path[: len(path) - len(name)] + name.split(".", 1)[0]
        sources.unread.setdefault(stem, "is compiled")
    if not name.endswith(".py"):
        return
    content = _read(sources, path, entry)
    if content is None:
        sources.unread[path.removesuffix(".py")] = "was not read"
        return
    sources.contents[path] = content
    is_test = _TEST_FILE.search(path) is not None or _is_test_code(content)
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    sources.files[path] = SourceFile(path, is_test, lines)


def _is_test_code(content: bytes) -> bool:
    """What it must contain is looked for first, as that is many times faster."""
    if b"def test_" not in content and b"@pytest.fixture" not in content:
        return False
    return bool(_TEST_IMPORT.search(content) and _TEST_CODE.search(content))


def _read(sources: Sources, path: str, entry: os.DirEntry[str]) -> bytes | None:
    try:
        if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(sources.root):
            sources.warnings.append(f"{path} is a link out of the folder and was not read.")
            return None
        if not entry.is_file():
            return None
        size = entry.stat().st_size
        if size > LARGEST_FILE:
            sources.warnings.append(f"{path} is too large ({size:,} bytes) and was not read.")
            return None
        return Path(entry.path).read_bytes()
    except (OSError, RuntimeError) as error:
        sources.warnings.append(f"{path} cannot be read: {getattr(error, 'strerror', '') or error}.")
        return None
