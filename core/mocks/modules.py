"""Modules by dotted name: the audited folder's, the standard library's stubs, and site-packages where pointed at."""

import ast
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from core.mocks.cache_file import digest_of
from core.mocks.kept_tables import KeptTables
from core.mocks.layout import FoundFile, FoundNamespace, Layout
from core.mocks.lazy_stubs import Bodies, put_bodies_back, without_bodies
from core.mocks.sources import LARGEST_FILE, Sources, UnparsableError, parse_bytes
from core.mocks.stubs import find_library_source, find_stub, is_standard, stub_folder, stub_versions
from core.mocks.symbol_table import take_symbols
from core.mocks.symbols import ModuleSymbol, No, Unknown
from core.mocks.trail import Memo

Found = ModuleSymbol | No | Unknown
NAMELESS = "is a folder without __init__.py and may be another package's name"


def is_folder(module: ModuleSymbol) -> bool:
    """Whether it is a folder without `__init__.py`, to which other folders may add."""
    return module.is_own and module.is_package and not module.path.endswith(".py")


class Modules:
    """Reads a module when it is first asked for, and keeps its table."""

    def __init__(self, sources: Sources, site_packages: Path | None) -> None:
        self.sources = sources
        self.layout = Layout(sources)
        self._site = site_packages
        self.kept: KeptTables | None = None
        self.digests: Mapping[str, str] = {}
        """Of the folder's files, by which kept tables are found."""
        self._own: dict[str, ModuleSymbol | None] = {}
        self._outside: dict[str, Found] = {}
        self._library: dict[str, ModuleSymbol | None] = {}
        self._found: Memo[tuple[str, str], Found] = Memo(sources.trails)

    def at(self, path: str) -> ModuleSymbol | None:
        """The module of a file of the folder; None when it is not there or cannot be parsed."""
        if path in self.sources.contents:
            self.sources.trail.questions.add(("bound", path, ""))
        if path not in self._own:
            self._own[path] = self._taken(path, self.digests.get(path, ""), lambda: self._own_table(path))
        if self._own[path] is None and path in self.sources.contents:
            self.sources.trail.unparsed.add(path)
        return self._own[path]

    def _own_table(self, path: str) -> ModuleSymbol | None:
        content = self.sources.contents.get(path)
        tree = None if content is None else self.sources.parse(path)
        return None if tree is None or content is None else self._table(path, tree, content)

    def _taken(self, path: str, digest: str, take: Callable[[], ModuleSymbol | None]) -> ModuleSymbol | None:
        """The kept table, else what `take` gives."""
        if self.kept is None or not digest:
            return take()
        table = self.kept.find(path, digest)
        if table is None:
            table = take()
            if table is not None:
                self.kept.add(path, digest, table)
        return table

    def _table(self, path: str, tree: ast.Module, content: bytes) -> ModuleSymbol:
        is_own = not self.sources.files[path].is_test
        is_package = path.endswith("__init__.py")
        name = self.layout.name_of(path)
        return take_symbols(tree, content, name=name, path=path, is_own=is_own, is_package=is_package)

    def table_of(self, path: str, content: bytes) -> ModuleSymbol | None:
        """The table that a file would have with another content; None when that cannot be parsed."""
        with contextlib.suppress(UnparsableError):
            digest = digest_of(content)
            kept = self.kept.find(path, digest) if self.kept is not None else None
            return kept or self._table(path, parse_bytes(content), content)
        return None

    def note(self, module: ModuleSymbol, name: str, kind: str = "bound") -> None:
        """Whoever looks into a table says for which name; `*` stands for the list of names, nothing for its head."""
        if module.path in self.sources.contents:
            self.sources.trail.questions.add((kind, module.path, name))

    def find(self, dotted: str, asked_from: str = "") -> Found:
        """The module of an absolute name."""
        key = (dotted, asked_from.rpartition("/")[0])
        return self._found.answer(key, lambda: self._find(dotted, asked_from))

    def _find(self, dotted: str, asked_from: str) -> Found:
        top = dotted.partition(".")[0]
        if not all(part.isidentifier() for part in dotted.split(".")):
            return No()
        layout = self.layout
        if layout.knows(top) and not (is_standard(top) and not self._shadows(top)):
            if layout.is_regular(top):
                return self._own_module(dotted, asked_from)
            theirs = self._in_site(dotted)
            return theirs if isinstance(theirs, ModuleSymbol) else self._own_module(dotted, asked_from)
        known = self._outside.get(dotted)
        if known is None:
            known = self._outside[dotted] = self._standard(dotted) if is_standard(top) else self._third_party(dotted)
        return known

    def _shadows(self, top: str) -> bool:
        """A folder's own `types.py` deep in the tree is not the standard one; a regular package at a root may be."""
        return self.layout.is_regular(top) and self.layout.is_at_marked_root(top)

    def _own_module(self, dotted: str, asked_from: str) -> Found:
        found = self.layout.find(dotted, asked_from)
        if isinstance(found, FoundFile):
            module = self.at(found.path)
            return module or Unknown(f"{found.path} cannot be parsed")
        if isinstance(found, FoundNamespace):
            return self._namespace(found)
        if found is not None:
            return Unknown(found.reason)
        return self._why_absent(dotted, asked_from)

    def _why_absent(self, dotted: str, asked_from: str) -> No | Unknown:
        """An absent module of an own package is absent, unless its package can grow or is not surely ours."""
        parent = dotted.rpartition(".")[0]
        if not parent:
            return Unknown(f"{dotted} is not in the folder")
        holder = self.find(parent, asked_from)
        if isinstance(holder, Unknown):
            return holder
        if isinstance(holder, No):
            return No()
        if holder.unknown:
            return Unknown(f"{holder.name} {holder.unknown}")
        top = dotted.partition(".")[0]
        if not self.layout.is_regular(top) and is_folder(holder):
            return Unknown(f"{top} {NAMELESS}")
        if not self.layout.is_in_reach(top, asked_from):
            return Unknown(f"{top} is out of the way and may be another package's name")
        return No()

    def _namespace(self, found: FoundNamespace) -> ModuleSymbol:
        key = found.folders[0]
        module = self._own.get(key)
        if module is None:
            module = self._own[key] = ModuleSymbol(found.name, found.folders[0], is_own=True, is_package=True)
        return module

    def _standard(self, dotted: str) -> Found:
        stub = find_stub(dotted)
        if stub is not None:
            path, is_package = stub
            if not stub_versions().get(dotted, stub_versions().get(dotted.partition(".")[0], True)):
                return Unknown(f"{dotted} is not in every version of Python")
            label = f"<stdlib>/{path.relative_to(stub_folder()).as_posix()}"
            read = self._taken(label, "stub", lambda: self._read_stub(path, dotted, label, is_package=is_package))
            return read or Unknown(f"{label} cannot be parsed")
        parent, _, last = dotted.rpartition(".")
        source = self.library_source(dotted)
        if source is not None:
            return source
        if not parent or last.startswith("_"):
            return Unknown(f"{dotted} is not in the stubs of the standard library")
        holder = self.find(parent)
        return Unknown(f"{dotted} is not in the stubs") if isinstance(holder, Unknown) else No()

    def _read_stub(self, path: Path, dotted: str, label: str, *, is_package: bool) -> ModuleSymbol | None:
        found = self._read(path, dotted, label, is_package=is_package, is_stub=True)
        return found if isinstance(found, ModuleSymbol) else None

    def library_source(self, dotted: str) -> ModuleSymbol | None:
        """The table of a standard module's own source, which names what stubs leave out."""
        if dotted not in self._library:
            found = find_library_source(dotted)
            read = None
            if found is not None:
                label = "<stdlib>/" + dotted.replace(".", "/") + ".py"
                read = self._read(found[0], dotted, label, is_package=found[1], is_stub=False)
            self._library[dotted] = read if isinstance(read, ModuleSymbol) else None
        return self._library[dotted]

    def _third_party(self, dotted: str) -> Found:
        found = self._in_site(dotted)
        if found is not None:
            return found
        top = dotted.partition(".")[0]
        if self._site is None or self._in_site(top) is None:
            return Unknown(f"{top} is not among the sources that are read")
        parent = dotted.rpartition(".")[0]
        holder = self.find(parent)
        if isinstance(holder, Unknown):
            return holder
        if isinstance(holder, No):
            return holder
        if not holder.path.endswith((".py", ".pyi")):
            return Unknown(f"{holder.name} is a namespace of which other parts may be installed")
        if holder.unknown or holder.is_stub:
            return Unknown(f"{holder.name} {holder.unknown or 'is known by its stub only'}")
        return No()

    def _in_site(self, dotted: str) -> Found | None:
        if self._site is None:
            return None
        base = self._site.joinpath(*dotted.split("."))
        label = "<site-packages>/" + dotted.replace(".", "/")
        for path, is_package in ((base / "__init__.py", True), (base.with_name(base.name + ".py"), False)):
            if path.is_file():
                suffix = "/__init__.py" if is_package else ".py"
                return self._read(path, dotted, label + suffix, is_package=is_package, is_stub=False)
        for path, is_package in ((base / "__init__.pyi", True), (base.with_name(base.name + ".pyi"), False)):
            if path.is_file():
                return self._read(path, dotted, label + ".pyi", is_package=is_package, is_stub=True)
        if base.parent.is_dir() and any(base.parent.glob(base.name + ".*.so")):
            return Unknown(f"{dotted} is compiled")
        if base.is_dir() and next(base.iterdir(), None) is not None:
            return ModuleSymbol(dotted, label, is_own=False, is_package=True)
        return None

    def _read(self, path: Path, dotted: str, label: str, *, is_package: bool, is_stub: bool) -> Found:
        try:
            if path.stat().st_size > LARGEST_FILE:
                return Unknown(f"{label} is too large")
            content, bodies = path.read_bytes(), Bodies()
            if is_stub:
                content, bodies = without_bodies(content)
            tree = parse_bytes(content)
        except (OSError, UnparsableError):
            return Unknown(f"{label} cannot be parsed")
        module = take_symbols(
            tree, content, name=dotted, path=label, is_own=False, is_package=is_package, is_stub=is_stub
        )
        put_bodies_back(module, bodies)
        return module
