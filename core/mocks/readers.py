"""Who reads a module's global while tests run, so that a patch of it would be seen."""

import re
import symtable

from core.mocks.modules import Modules
from core.mocks.sources import UnparsableError, decode
from core.mocks.symbols import ImportBinding, ModuleSymbol


class Readers:
    """Answers once per module and name."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._inside: dict[str, frozenset[str] | None] = {}
        self._known: dict[tuple[str, str], bool | None] = {}

    def is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        """See `Lookup.is_read`. Reads while a module is imported do not count: they come before any patch."""
        key = (module.path, name)
        if key not in self._known:
            self._known[key] = self._is_read(module, name)
        return self._known[key]

    def _is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        sources = self._modules.sources
        if module.path not in sources.contents or module.unknown:
            return None
        if _is_plainly_used(sources.contents[module.path], name):
            return True
        inside = self._read_in_functions(module.path)
        if inside is None:
            return None
        if name in inside:
            return True
        return self._is_read_outside(module, name)

    def _is_read_outside(self, module: ModuleSymbol, name: str) -> bool | None:
        sources = self._modules.sources
        word = name.encode()
        last = (module.name.rpartition(".")[2] or module.name).encode()
        if not last:
            return None
        imports_it = re.compile(rb"^[ \t]*(?:from[ \t]+[\w.]*[ \t]+)?import\b[^#]*?\b" + last + rb"\b", re.M)
        taken = re.compile(
            rb"^([ \t]*)from[ \t]+[\w.]*\b" + last + rb"[ \t]+import[ \t]*(?:\([^)]*|[^\n#]*)\b" + word + rb"\b", re.M
        )
        relative = re.compile(rb"^([ \t]*)from[ \t]+\.+[ \t]+import[ \t]*(?:\([^)]*|[^\n#]*)\b" + word + rb"\b", re.M)
        attribute = re.compile(rb"\b(\w+)\." + word + rb"\b(?!\s*=[^=])")
        is_taken_early = False
        for path in sources.production():
            content = sources.contents[path]
            if word not in content:
                continue
            if re.search(rb"[\"'][\w.:]*\b" + last + rb"[.:]" + word + rb"\b", content):
                return None
            if path != module.path and last in content:
                for pattern in (taken, relative) if module.is_package else (taken,):
                    for match in pattern.finditer(content):
                        if match[1]:
                            return True
                        is_taken_early = True
                receivers = set(attribute.findall(content)) - {b"self", b"cls"}
                if receivers and imports_it.search(content):
                    names = {last, *re.findall(rb"\b" + last + rb"[ \t]+as[ \t]+(\w+)", content)}
                    if receivers & names:
                        return True
        is_imported = isinstance(module.names.get(name), ImportBinding)
        return False if is_imported or is_taken_early else None

    def _read_in_functions(self, path: str) -> frozenset[str] | None:
        if path not in self._inside:
            self._inside[path] = _globals_read(self._modules.sources.contents[path], path)
        return self._inside[path]


def _is_plainly_used(content: bytes, name: str) -> bool:
    """Called, or asked for an attribute, on an indented line, and never a local name: most are, and need no tables."""
    word = re.escape(name.encode())
    if re.search(rb"^[ \t]+(?:[^#\n\"']*[^\w.#\n\"'])?" + word + rb"[(.]", content, re.M) is None:
        return False
    local = rb"[(,]\s*" + word + rb"\s*[,:=)]|^[ \t]+(?:[^#\n=]*,[ \t]*)?" + word + rb"\s*(?:,[^\n=(]*)?=(?!=)"
    header = rb"\b(?:def|class|for|as|import)\s+" + word + rb"\b|^[ \t]*@" + word
    return re.search(local + rb"|" + header, content, re.M) is None


def _globals_read(content: bytes, path: str) -> frozenset[str] | None:
    """Names that functions of a module read as globals; None when nobody can say."""
    try:
        table = symtable.symtable(decode(content), path, "exec")
    except (UnparsableError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: set[str] = set()
    pending = list(table.get_children())
    while pending:
        scope = pending.pop()
        pending.extend(scope.get_children())
        if isinstance(scope, symtable.Function):
            found.update(
                symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global() and symbol.is_referenced()
            )
    return frozenset(found)
