"""Questions to one file or to all at once, whose answers are remembered and can be asked for again."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from core.mocks import texts
from core.mocks.sources import Sources
from core.mocks.trail import Question
from core.mocks.vocabulary import Vocabulary, has_phrase

Answer = bool | None | list[str] | list[tuple[str, str]]
Scope = Literal["file", "table", "production", "tests", "all"]
"""Which files decide an answer: that of the first argument, by its text or by its table; or all of a kind."""


class Questions:
    """Each is answered once, and noted in the trail every time that it is asked."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.vocabulary = Vocabulary(sources)
        self.known: dict[Question, Answer] = {}
        """Answers that hold."""
        self.recall: Callable[[Question], tuple[Answer] | None] = lambda _question: None
        """Gives an answer from before where it still holds."""
        self._read: dict[str, frozenset[str] | None] = {}

    def answer(self, question: Question) -> Answer:
        """Raises `KeyError` or `TypeError` for what is no question."""
        if question not in self.known:
            kind, *parts = question
            kept = self.recall(question)
            self.known[question] = _KINDS[kind][1](self, *parts) if kept is None else kept[0]
        return self.known[question]

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

    def says(self, path: str, word: str) -> bool:
        """Whether a file contains a text."""
        return bool(self._ask("says", path, word))

    def reads_on_self(self, path: str, name: str) -> bool:
        """Whether a file reads an attribute of this name of `self` or `cls`."""
        return bool(self._ask("on self", path, name))

    def reads_inside(self, path: str, name: str) -> bool | None:
        """Whether a function of a file reads a global of this name; None when nobody can say."""
        return self._ask("inside", path, name)  # type: ignore[return-value]

    def dispatches(self, path: str, name: str) -> bool:
        """See `texts.dispatches`."""
        return bool(self._ask("dispatches", path, name))

    def globals_read(self, path: str) -> frozenset[str] | None:
        """See `texts.globals_read`."""
        if path not in self._read:
            self._read[path] = texts.globals_read(self.text(path), path)
        return self._read[path]

    def text(self, path: str) -> bytes:
        """The bytes of a file; empty when there is none."""
        return self.sources.contents.get(path, b"")

    def read_outside(self, path: str, module: str, name: str, *, is_imported: bool) -> bool | None:
        """Whether production reads a global of a module from other modules; see `Lookup.is_read`."""
        return self._ask("outside", path, module, name, "imported" if is_imported else "")  # type: ignore[return-value]


def _inside(asked: Questions, path: str, name: str) -> bool | None:
    if texts.is_plainly_used(asked.text(path), name):
        return True
    found = asked.globals_read(path)
    return None if found is None else name in found


def _on_self(asked: Questions, path: str, name: str) -> bool:
    return any(has_phrase(asked.text(path), receiver + name.encode()) for receiver in (b"self.", b"cls."))


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
    return any(re.search(pattern.encode("latin-1"), content) for content in found)


def _having(contents: Iterable[bytes], word: bytes) -> Iterator[bytes]:
    return (content for content in contents if word in content)


def _parametrized(asked: Questions, name: str) -> bool:
    pattern = re.compile(rb"parametrize\(\s*[^)]{0,200}?\b" + re.escape(name.encode()) + rb"\b")
    return any(pattern.search(text) for text in asked.sources.contents.values() if b"parametrize" in text)


def _outside(asked: Questions, path: str, module: str, name: str, imported: str) -> bool | None:
    reads = outside_parts(asked, path, module, name, imported)
    if reads is None:
        return None
    return True if True in reads else False if imported or False in reads else None


def outside_parts(asked: Questions, path: str, module: str, name: str, _imported: str) -> set[bool | None] | None:
    """What the files say to it, each for itself; None when one of them has the dotted name as a text."""
    word = name.encode()
    last = module.rpartition(".")[2].encode()
    if not last or b".".join((last, word)) in asked.vocabulary.dotted_texts:
        return None
    is_package = path.endswith("__init__.py")
    found: set[bool | None] = set()
    for each in sorted(_may_import(asked, path, last, is_package=is_package)):
        found.add(_reads_of(asked, each, last, word, is_package=is_package))
        if True in found:
            break
    return found - {None}


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
    "says": ("file", lambda asked, path, word: word.encode() in asked.text(path)),
    "on self": ("file", _on_self),
    "inside": ("file", _inside),
    "dispatches": ("file", lambda asked, path, name: texts.dispatches(asked.text(path), name)),
    "bound": ("table", lambda _asked, _path, _name: None),
    "near": ("table", lambda _asked, _path, _name: None),
    "classes": ("table", lambda _asked, _path, _name: None),
}


def scope_of(question: Question) -> Scope:
    """Which files decide the answer. Raises `KeyError` for what is no question."""
    return _KINDS[question[0]][0]
