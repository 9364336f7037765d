"""Questions to all files at once, whose answers are remembered and can be asked for again."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from core.mocks.sources import Sources
from core.mocks.trail import Question
from core.mocks.vocabulary import Vocabulary, has_phrase

Answer = bool | None | list[str] | list[tuple[str, str]]
Scope = Literal["production", "tests", "all"]


class Questions:
    """Each is answered once, and noted in the trail every time that it is asked."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.vocabulary = Vocabulary(sources)
        self._known: dict[Question, Answer] = {}

    def answer(self, question: Question) -> Answer:
        """Raises `KeyError` or `TypeError` for what is no question."""
        if question not in self._known:
            kind, *parts = question
            self._known[question] = _KINDS[kind][1](self, *parts)
        return self._known[question]

    def _ask(self, *question: str) -> Answer:
        self.sources.trail.questions.add(question)
        return self.answer(question)

    def has_word(self, word: str) -> bool:
        """Whether production contains a name, in strings and comments too."""
        return bool(self._ask("word", word))

    def receivers(self, name: str) -> list[str] | None:
        """The last names of what is given an attribute of this name from outside; None when nothing is."""
        return self._ask("receivers", name)  # type: ignore[return-value]

    def is_computed_target(self, last: str) -> bool:
        """Whether something of this last name is given attributes with computed names."""
        return bool(self._ask("computed", last))

    def is_replaced(self, name: str, path: str) -> bool:
        """See `Vocabulary.is_replaced`."""
        return bool(self._ask("replaced", name, path))

    def descendants(self, name: str) -> list[tuple[str, str]]:
        """See `Vocabulary.descendants`."""
        return self._ask("descendants", name)  # type: ignore[return-value]

    def defining(self, name: str) -> list[str]:
        """The production files that define a class of this bare name."""
        return self._ask("defining", name)  # type: ignore[return-value]

    def found_in(self, pattern: bytes, *words: str, in_tests: bool) -> bool:
        """Whether a pattern occurs in the tests or in production. Nothing matches it that lacks one of the `words`."""
        kind = "in_tests" if in_tests else "in_production"
        return bool(self._ask(kind, pattern.decode("latin-1"), *words))

    def defines_fixture(self, name: str) -> bool:
        """Whether any file looks as if it defined a fixture of this name."""
        return bool(self._ask("fixture", name))

    def parametrizes(self, name: str) -> bool:
        """Whether some test gives a value of this name to the fixtures that it uses."""
        return bool(self._ask("parametrized", name))

    def read_outside(self, path: str, module: str, name: str, *, is_imported: bool) -> bool | None:
        """Whether production reads a global of a module from other modules; see `Lookup.is_read`."""
        return self._ask("outside", path, module, name, "imported" if is_imported else "")  # type: ignore[return-value]


def _receivers(asked: Questions, name: str) -> Answer:
    found = asked.vocabulary.set_outside.get(name)
    return None if found is None else sorted(found)


def _search(asked: Questions, pattern: str, *words: str, in_tests: bool) -> bool:
    sources = asked.sources
    found: Iterable[bytes] = (
        sources.contents[path] for path in (sources.tests() if in_tests else sources.production())
    )
    for word in words:
        found = _having(found, word.encode())
    compiled = re.compile(pattern.encode("latin-1"))
    return any(compiled.search(content) for content in found)


def _having(contents: Iterable[bytes], word: bytes) -> Iterator[bytes]:
    return (content for content in contents if word in content)


def _parametrized(asked: Questions, name: str) -> bool:
    pattern = re.compile(rb"parametrize\(\s*[^)]{0,200}?\b" + re.escape(name.encode()) + rb"\b")
    return any(pattern.search(text) for text in asked.sources.contents.values() if b"parametrize" in text)


def _outside(asked: Questions, path: str, module: str, name: str, imported: str) -> bool | None:
    word = name.encode()
    last = module.rpartition(".")[2].encode()
    if not last or b".".join((last, word)) in asked.vocabulary.dotted_texts:
        return None
    is_package = path.endswith("__init__.py")
    is_taken_early = False
    for each in sorted(_may_import(asked, path, last, is_package=is_package)):
        reads = _reads_of(asked, each, last, word, is_package=is_package)
        if reads is True:
            return True
        is_taken_early = is_taken_early or reads is False
    return False if imported or is_taken_early else None


def _may_import(asked: Questions, module: str, last: bytes, *, is_package: bool) -> list[str]:
    paths = list(asked.vocabulary.importers.get(last, ()))
    if is_package:
        folder = module.removesuffix("__init__.py")
        inside = (path for path in asked.sources.production() if path.startswith(folder))
        paths = [*dict.fromkeys([*paths, *inside])]
    return [path for path in paths if path != module]


def _reads_of(asked: Questions, path: str, last: bytes, word: bytes, *, is_package: bool) -> bool | None:
    """True: reads `module.name` or imports the name when called; False: imports it early; None: neither."""
    content = asked.sources.contents[path]
    if word not in content:
        return None
    renamed = re.findall(last + rb" as (\w+)", content) if last + b" as " in content else []
    if any(has_phrase(content, each + b"." + word) for each in (last, *renamed)):
        return True
    if path not in asked.vocabulary.importers.get(word, ()):
        return None
    # These patterns begin with plain text, for which the search is many times faster.
    holder = rb"(?:[\w.]*\b" + last + (rb"|\.+)" if is_package else rb")")
    taken = rb"from[ \t]+" + holder + rb"[ \t]+import[ \t]*(?:\([^)]{0,4000}|[^\n#]{0,4000})\b" + word + rb"\b"
    before = [content[: match.start()].rpartition(b"\n")[2] for match in re.finditer(taken, content)]
    return any(before) if before else None


_KINDS: dict[str, tuple[Scope, Callable[..., Answer]]] = {
    "word": ("production", lambda asked, word: word.encode() in asked.vocabulary.words),
    "receivers": ("production", _receivers),
    "computed": ("production", lambda asked, last: last in asked.vocabulary.computed_targets),
    "replaced": ("production", lambda asked, name, path: asked.vocabulary.is_replaced(name, path)),
    "descendants": ("all", lambda asked, name: list(asked.vocabulary.descendants(name))),
    "defining": ("production", lambda asked, name: list(asked.vocabulary.definitions.get(name, ()))),
    "in_tests": ("tests", lambda asked, *said: _search(asked, *said, in_tests=True)),
    "in_production": ("production", lambda asked, *said: _search(asked, *said, in_tests=False)),
    "fixture": ("all", lambda asked, name: name in asked.vocabulary.fixtures),
    "parametrized": ("all", _parametrized),
    "outside": ("production", _outside),
}


def scope_of(question: Question) -> Scope:
    """Which files decide the answer. Raises `KeyError` for what is no question."""
    return _KINDS[question[0]][0]
