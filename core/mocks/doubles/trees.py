"""The files of the tests: which there are, what they parse to, and how they find one another."""

import ast
import bisect
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.mocks.doubles.values import Scope
from core.mocks.sources import Sources


@dataclass(eq=False, slots=True)
class ParsedFile:
    """A syntax tree, with what was found out about its nodes: the same for whoever reads them."""

    tree: ast.Module
    text: bytes
    ignored_lines: frozenset[int]
    """Lines with `# type: ignore`, where misuse is meant."""
    plain: dict[ast.AST, bool] = field(default_factory=dict)
    """See `functions.inline`."""
    telling: dict[ast.AST, bool] = field(default_factory=dict)
    """See `functions.is_worth_reading`."""
    stored: dict[ast.AST, frozenset[str]] = field(default_factory=dict)
    """Names that a loop assigns."""
    guards: dict[ast.expr, bool] = field(default_factory=dict)
    """Conditions under which misuse is meant."""
    narrowed: dict[ast.expr, tuple[str, ...]] = field(default_factory=dict)
    """Names whose class an assertion asks for."""
    said: dict[bytes, bool] = field(default_factory=dict)
    said_on: dict[bytes, list[int]] = field(default_factory=dict)

    def says(self, word: bytes) -> bool:
        """Whether a word occurs in it at all, which spares looking for it in each statement."""
        found = self.said.get(word)
        if found is None:
            found = self.said[word] = word in self.text
        return found

    def says_in(self, word: bytes, node: ast.expr) -> bool:
        """Whether a word occurs on the lines of an expression."""
        lines = self.said_on.get(word)
        if lines is None:
            lines = self.said_on[word] = [
                number for number, line in enumerate(self.text.splitlines(), 1) if word in line
            ] if self.says(word) else []
        at = bisect.bisect_left(lines, node.lineno)
        return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


@dataclass(eq=False)
class TestModule:
    """One file of the tests, its names filled in when it is first needed."""

    path: str
    parsed: ParsedFile
    scope: Scope = field(init=False)
    is_run: bool = False
    dormant: bool = False
    imports_star: bool = False
    """A star import could not be followed, so any name may exist."""

    def __post_init__(self) -> None:
        self.scope = Scope(self)

    @property
    def tree(self) -> ast.Module:
        return self.parsed.tree

    @property
    def ignored_lines(self) -> frozenset[int]:
        return self.parsed.ignored_lines

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.path).parent)

    @property
    def is_conftest(self) -> bool:
        return PurePosixPath(self.path).name == "conftest.py"


class TestFiles:
    """What all readings of the tests share: the paths, what was parsed, and where names were found to lead."""

    def __init__(self, sources: Sources) -> None:
        self.paths = frozenset(sources.tests())
        self.parsed: dict[str, ParsedFile | None] = {}
        self.found: dict[tuple[str, str], str | None] = {}


class TestTree:
    """The test modules, loaded on demand, each once."""

    def __init__(self, sources: Sources, files: TestFiles) -> None:
        self._sources = sources
        self._parsed, self._found, self.paths = files.parsed, files.found, files.paths
        self._modules: dict[str, TestModule | None] = {}

    def load(self, path: str) -> TestModule | None:
        if path not in self._modules:
            parsed = self._parse(path) if path in self.paths else None
            self._modules[path] = TestModule(path, parsed) if parsed is not None else None
        return self._modules[path]

    def _parse(self, path: str) -> ParsedFile | None:
        if path not in self._parsed:
            tree = self._sources.parse(path)
            text = self.text(path)
            self._parsed[path] = ParsedFile(tree, text, _ignored_lines(text)) if tree is not None else None
        self._sources.trail.files.add(path)
        if self._parsed[path] is None:
            self._sources.trail.unparsed.add(path)
        return self._parsed[path]

    def text(self, path: str) -> bytes:
        return self._sources.text(path)

    def find(self, dotted: str, importer: str) -> str | None:
        """The test file that a dotted name means for an importer: seen from its folder, then from each one above.

        A folder that is a package is on nobody's path, so `tests/app/` is not the package `app` if `tests` is one;
        scripts that are run from there do import the single files beside them.
        """
        key = (dotted, importer.rpartition("/")[0])
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, dotted: str, folder: str) -> str | None:
        rest = dotted.replace(".", "/")
        while True:
            start = f"{folder}/" if folder else ""
            is_package = bool(folder) and f"{start}__init__.py" in self.paths
            if not is_package and f"{start}{rest}/__init__.py" in self.paths:
                return f"{start}{rest}/__init__.py"
            if not (is_package and "/" in rest) and f"{start}{rest}.py" in self.paths:
                return f"{start}{rest}.py"
            if not folder:
                return None
            folder = folder.rpartition("/")[0]

    def relative(self, importer: str, level: int, module: str) -> str | None:
        """The file of `from ..module import`; None when it is no test file."""
        folder = PurePosixPath(importer).parent
        for _ in range(level - 1):
            folder = folder.parent
        base = str(folder / module.replace(".", "/")) if module else str(folder)
        for path in (f"{base}.py", f"{base}/__init__.py"):
            if path in self.paths:
                return path
        return None

    def conftests(self, path: str) -> list[str]:
        """The conftest files that pytest would read for a file, nearest first."""
        folder = PurePosixPath(path).parent
        chain = [folder, *folder.parents]
        names = (str(each / "conftest.py") for each in chain)
        return [name for name in names if name in self.paths]


def _ignored_lines(text: bytes) -> frozenset[int]:
    if b"type: ignore" not in text and b"pyright: ignore" not in text:
        return frozenset()
    return frozenset(number for number, line in enumerate(text.splitlines(), 1) if b": ignore" in line)
