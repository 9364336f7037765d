"""Who reads a module's global while tests run, so that a patch of it would be seen."""

import re

from core.mocks.modules import Modules
from core.mocks.questions import Questions
from core.mocks.symbols import ImportBinding, ModuleSymbol
from core.mocks.trail import Memo


class Readers:
    """Answers once per module and name."""

    def __init__(self, modules: Modules, questions: Questions) -> None:
        self._modules = modules
        self._questions = questions
        self._known: Memo[tuple[str, str], bool | None] = Memo(modules.sources.trails)

    def is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        """See `Lookup.is_read`. Reads while a module is imported do not count: they come before any patch."""
        return self._known.answer((module.path, name), lambda: self._is_read(module, name))

    def _is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        sources = self._modules.sources
        if module.path not in sources.contents or module.unknown:
            return None
        inside = self._questions.reads_inside(module.path, name)
        if inside is not False:
            return inside
        self._modules.note(module, name)
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
