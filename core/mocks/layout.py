"""From dotted names to files and back: import roots, packages, and namespaces without `__init__.py`."""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from core.mocks.sources import Sources

_IMPORTED = re.compile(rb"\n[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)")
"""Searched for behind a line break that is put first: a pattern that begins with `^` is tried at every byte."""
_USUAL_ROOTS = ("src", "lib", "python")
_OLDER_ROOTS = re.compile(
    r"^pythonpath[ \t]*=[ \t]*([^\n#]*(?:\n[ \t]+[^\n#]+)*)|^package_dir[ \t]*=\s*=[ \t]*([\w./-]+)"
    r"|package_dir\s*=\s*\{\s*[\"'][\"']\s*:\s*[\"']([\w./-]+)",
    re.M,
)
"""In `setup.cfg`, `pytest.ini`, `tox.ini` and `setup.py`."""


class FoundFile(NamedTuple):
    """A module that is a file."""

    path: str
    name: str
    is_package: bool


class FoundNamespace(NamedTuple):
    """A package without `__init__.py`, made of one or more folders."""

    folders: tuple[str, ...]
    name: str


class Unreachable(NamedTuple):
    """The name leads to something that exists and cannot be read, or to several things."""

    reason: str


Found = FoundFile | FoundNamespace | Unreachable


@dataclass(frozen=True, slots=True)
class _Home:
    """A root that holds a top-level name."""

    root: str
    is_regular: bool


class Layout:
    """The import roots of an audited folder."""

    def __init__(self, sources: Sources) -> None:
        self._files = sources.files
        self._unread = sources.unread
        self._folders = _folders_with_python(sources)
        self._packages = {
            path.rpartition("/")[0] for path in self._files if path == "__init__.py" or path.endswith("/__init__.py")
        }
        self._declared: set[str] = set()
        self._marked = self._mark_roots(sources)
        self._imported = {
            name.decode() for content in sources.contents.values() for name in set(_IMPORTED.findall(b"\n" + content))
        }
        self._roots: dict[str, str] = {}
        self._homes = self._index_homes()

    def fingerprint(self) -> str:
        """The same for as long as every name leads to the same file, whatever the files contain."""
        kinds = sorted((path, file.is_test) for path, file in self._files.items())
        roots = sorted((folder, self._root_of(folder)) for folder in self._folders)
        homes = sorted(
            (top, sorted((each.root, each.is_regular) for each in found)) for top, found in self._homes.items()
        )
        unread = sorted(each for each in self._unread.items() if _may_be_named(each[0]))
        return repr((kinds, unread, sorted(self._marked), roots, homes))

    def knows(self, top: str) -> bool:
        """Whether a top-level name lives in the folder at all."""
        return top in self._homes

    def is_at_marked_root(self, top: str) -> bool:
        """Whether it is a package of the project rather than a folder that happens to have the name."""
        return any(home.root in self._marked for home in self._homes.get(top, ()))

    def is_in_reach(self, top: str, asked_from: str) -> bool:
        """Whether it is a package of the project, or of a folder that the asking file is in."""
        asking = asked_from.rpartition("/")[0]
        return any(
            home.root in self._marked or (asked_from and _contains(home.root, asking))
            for home in self._homes.get(top, ())
        )

    def is_regular(self, top: str) -> bool:
        """Whether it is a module or a package with `__init__.py` somewhere."""
        return any(home.is_regular for home in self._homes.get(top, ()))

    def name_of(self, path: str) -> str:
        """The dotted name of a file from the root it is most probably imported from."""
        folder = path.rpartition("/")[0]
        root = self._root_of(folder)
        stem = path.removesuffix(".py").removesuffix("/__init__")
        return (stem[len(root) + 1 :] if root else stem).replace("/", ".")

    def find(self, dotted: str, asked_from: str = "") -> Found | None:
        """What a dotted name is, for a file at `asked_from`; None when there is no such module."""
        parts = dotted.split(".")
        portions = self._portions(parts[0], asked_from)
        if isinstance(portions, Unreachable):
            return portions
        found = self._step(portions, parts[0], parts[0])
        for position, part in enumerate(parts[1:], 2):
            if isinstance(found, Unreachable) or found is None:
                return found
            if isinstance(found, FoundFile):
                if not found.is_package:
                    return None
                portions = (found.path.removesuffix("/__init__.py"),)
            else:
                portions = found.folders
            found = self._step(portions, part, ".".join(parts[:position]))
        return found

    def _step(self, portions: tuple[str, ...], part: str, name: str) -> Found | None:
        spaces = []
        for portion in portions:
            stem = f"{portion}/{part}" if portion else part
            if f"{stem}/__init__.py" in self._files:
                return FoundFile(f"{stem}/__init__.py", name, True)
            if f"{stem}.py" in self._files:
                return FoundFile(f"{stem}.py", name, False)
            if stem in self._unread:
                return Unreachable(f"{name} {self._unread[stem]}")
            if stem in self._folders:
                spaces.append(stem)
        return FoundNamespace(tuple(spaces), name) if spaces else None

    def _portions(self, top: str, asked_from: str) -> tuple[str, ...] | Unreachable:
        """Roots to look in, the first that holds the name as a module or regular package, else all that hold it."""
        homes = self._homes.get(top, [])
        asking = asked_from.rpartition("/")[0]
        ranked = sorted(homes, key=lambda home: self._rank(home.root, asking, asked_from))
        regular = [home for home in ranked if home.is_regular]
        if not regular:
            return tuple(home.root for home in ranked)
        best = regular[0]
        if len(regular) > 1 and not _contains(best.root, asking if asked_from else None):
            rank = self._rank(best.root, asking, asked_from)[:2]
            if self._rank(regular[1].root, asking, asked_from)[:2] == rank:
                return Unreachable(f"{top} is the name of several modules in the folder")
        return (best.root,)

    def _rank(self, root: str, asking: str, asked_from: str) -> tuple[int, int]:
        depth = root.count("/") + 1 if root else 0
        if asked_from and _contains(root, asking):
            if self._root_of(asking) == root:
                return 0, 0
            return (1, -depth) if root in self._marked else (2, depth)
        project = self._project_of(asking)
        if asked_from and project and _contains(project, root):
            return 3, depth
        return (4, depth) if root in self._marked else (5, depth)

    def _project_of(self, folder: str) -> str:
        """The innermost folder above it that is marked; a test may put any other folder of it on its path."""
        while folder and folder not in self._marked:
            folder = folder.rpartition("/")[0]
        return folder

    def _root_of(self, folder: str) -> str:
        known = self._roots.get(folder)
        if known is None:
            known = self._roots[folder] = self._choose_root(folder)
        return known

    def _choose_root(self, folder: str) -> str:
        """The folder above the outermost package, or further up where imports in the tree speak for a namespace."""
        base = folder
        while base and base in self._packages and base not in self._declared:
            base = base.rpartition("/")[0]
        candidates = []
        root, below = base, folder[len(base) :].strip("/").split("/")[0]
        while root and root not in self._marked:
            root, _, below = root.rpartition("/")
            if below.isidentifier() and below in self._imported:
                candidates.append(root)
        return candidates[-1] if candidates else base

    def _index_homes(self) -> dict[str, list[_Home]]:
        """Only roots that some file is imported from count: a folder inside a namespace package is none.

        pytest makes a root of every test's folder that has no `__init__.py`.
        """
        homes: dict[str, list[_Home]] = defaultdict(list)
        folders = {path.rpartition("/")[0] for path in self._files}
        roots = self._marked | {self._root_of(folder) for folder in folders}
        roots.update(path.rpartition("/")[0] for path, file in self._files.items() if file.is_test)
        for path in self._files:
            folder, _, name = path.rpartition("/")
            if name == "__init__.py":
                parent, _, top = folder.rpartition("/")
                if folder and (parent not in self._packages or parent in self._declared) and parent in roots:
                    homes[top].append(_Home(parent, True))
            elif (folder not in self._packages or not folder) and folder in roots:
                homes[name.removesuffix(".py")].append(_Home(folder, True))
        for folder in sorted(self._folders):
            parent, _, top = folder.rpartition("/")
            is_free = parent not in self._packages or not parent or parent in self._declared
            is_namespace = folder not in self._packages and is_free
            if is_namespace and parent in roots and top.isidentifier():
                homes[top].append(_Home(parent, False))
        return homes

    def _mark_roots(self, sources: Sources) -> set[str]:
        marked = {"", *sources.markers}
        for marker in list(marked):
            usual = (f"{marker}/{name}" if marker else name for name in _USUAL_ROOTS)
            marked.update(root for root in usual if root in self._folders and root not in self._packages)
            self._declared.update(root for root in _declared_roots(sources, marker) if root in self._folders)
        return marked | self._declared


def _may_be_named(path: str) -> bool:
    """Whether an import can lead to a folder or module: not to `.git`, and nobody means `__pycache__`."""
    return all(part.isidentifier() and part != "__pycache__" for part in path.split("/"))


def _contains(root: str, folder: str | None) -> bool:
    return folder is not None and (not root or folder == root or folder.startswith(root + "/"))


def _folders_with_python(sources: Sources) -> set[str]:
    folders: set[str] = set()
    for path in sources.files:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _declared_roots(sources: Sources, marker: str) -> set[str]:
    """Roots that project files name: pytest's `pythonpath`, and where setuptools, Poetry and Hatch find packages."""
    folder = sources.root / marker
    named = [*_of_pyproject(_text(folder / "pyproject.toml")), *_of_older_files(folder)]
    roots = (str(PurePosixPath(root)) for root in named if isinstance(root, str) and root)
    inside = (root for root in roots if not root.startswith(("/", "..")))
    return {str(PurePosixPath(marker, root)) for root in inside if marker or root != "."}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _of_pyproject(text: str) -> list[object]:
    try:
        tool = tomllib.loads(text).get("tool", {})
        pytest = tool.get("pytest", {}).get("ini_options", {})
        setuptools = tool.get("setuptools", {})
        paths = pytest.get("pythonpath", [])
        where = setuptools.get("packages", {})
        wheel = tool.get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
        return [
            *(paths.split() if isinstance(paths, str) else paths),
            *(where.get("find", {}).get("where", []) if isinstance(where, dict) else []),
            setuptools.get("package-dir", {}).get("", ""),
            *(each.get("from", ".") for each in tool.get("poetry", {}).get("packages", [])),
            *(package.rpartition("/")[0] for package in wheel.get("packages", [])),
        ]
    except (ValueError, AttributeError, TypeError):
        return []


def _of_older_files(folder: Path) -> list[str]:
    texts = [_text(folder / name) for name in ("setup.cfg", "pytest.ini", "tox.ini", "setup.py")]
    return [root for text in texts for found in _OLDER_ROOTS.findall(text) for each in found for root in each.split()]
