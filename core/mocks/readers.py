"""Who reads a module's global while tests run, so that a patch of it would be seen."""

import re
import symtable

from core.mocks.modules import Modules
from core.mocks.questions import Questions
from core.mocks.sources import UnparsableError, decode
from core.mocks.symbols import ImportBinding, ModuleSymbol
from core.mocks.trail import Memo


class Readers:
    """Answers once per module and name."""

    def __init__(self, modules: Modules, questions: Questions) -> None:
        self._modules = modules
        self._questions = questions
        self._inside: dict[str, frozenset[str] | None] = {}
        self._known: Memo[tuple[str, str], bool | None] = Memo(modules.sources.trails)

    def is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        """See `Lookup.is_read`. Reads while a module is imported do not count: they come before any patch."""
        return self._known.answer((module.path, name), lambda: self._is_read(module, name))

    def _is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        sources = self._modules.sources
        if module.path not in sources.contents or module.unknown:
            return None
        if _is_plainly_used(sources.text(module.path), name):
            return True
        inside = self._read_in_functions(module.path)
        if inside is None:
            return None
        if name in inside:
            return True
        is_imported = isinstance(module.names.get(name), ImportBinding)
        outside = self._questions.read_outside(module.path, module.name, name, is_imported=is_imported)
        return None if outside is False and self._is_searched(module, name) else outside

    def _is_searched(self, module: ModuleSymbol, name: str) -> bool:
        """Whether production reads names of the module that it computes, or this name of modules that it computes."""
        last, word, found_in = module.name.rpartition(".")[2], re.escape(name.encode()), self._questions.found_in
        computed = rb"\bgetattr\(\s*(?:\w+\.)*" + last.encode() + rb"\s*,\s*(?![\"'])"
        if found_in(computed, last, "getattr", in_tests=False):
            return True
        taken = rb"getattr\(\s*\w+\s*,\s*[\"']" + word + rb"[\"']|\)\." + word + rb"\b"
        return any(found_in(taken, name, each, in_tests=False) for each in ("__import__(", "import_module("))

    def _read_in_functions(self, path: str) -> frozenset[str] | None:
        if path not in self._inside:
            self._inside[path] = _globals_read(self._modules.sources.contents[path], path)
        return self._inside[path]


def _is_plainly_used(content: bytes, name: str) -> bool:
    """Called, or asked for an attribute, on an indented line, and never a local name: most are, and need no tables."""
    is_used = False
    for match in re.finditer(name.encode() + rb"\b", content):
        start, end = match.span()
        if _WORD_BYTE.match(content, start - 1):
            continue
        first = content.rfind(b"\n", 0, start) + 1
        before = content[first:start]
        words = before.split(None, 1)
        if before.endswith(b".") or (words and words[0] in _IMPORT_WORDS and not before[:1].isspace()):
            continue
        if words and words[0] in _BINDING_WORDS:
            return False
        if not before[:1].isspace():
            continue
        after = content[end : end + 3].lstrip()
        if after.startswith(b"=") and not after.startswith(b"=="):
            return False
        is_used = is_used or (after[:1] in (b"(", b".") and not _QUOTED.search(before))
    return is_used


_WORD_BYTE = re.compile(rb"\w")
_QUOTED = re.compile(rb"[#\"'@]")
_IMPORT_WORDS = frozenset({b"import", b"from"})
_BINDING_WORDS = _IMPORT_WORDS | {b"def", b"async", b"class", b"for", b"with", b"global", b"lambda"}


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
