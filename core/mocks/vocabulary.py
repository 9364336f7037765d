"""Indexes over production's bytes: words, attributes set from outside, subclasses, modules replaced at run time."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator

from core.mocks.sources import Sources

_NAME_BYTES = bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123)) + b"_" + bytes(range(128, 256))
_WORD = frozenset(_NAME_BYTES[:63])
_WORDS = bytes(byte if byte in _NAME_BYTES else 32 for byte in range(256))
_SET = re.compile(
    rb"\.([A-Za-z_]\w*)[ \t]*"
    rb"(?:=(?!=)|:[ \t]*[\w.\[\], |\"']{1,200}=(?!=)|(?:[-+*/|&^%@]|//|\*\*|>>|<<)=|,[^=\n()]{0,200}=(?!=))"
)
_RECEIVER = re.compile(rb"([\w\])]+)\s*$")
_SET_BY_CALL = re.compile(rb"setattr\(\s*[^,\n]{1,200},\s*[\"'](\w+)[\"']|__dict__\[\s*[\"'](\w+)[\"']")
_REGISTERED = re.compile(rb"Manager\.register\(\s*[\"'](\w+)[\"']")
"""A manager of `multiprocessing` makes a method of what it registers."""
_LOOP_TARGETS = tuple(re.compile(word + rb"\s+\(?[\w.]+\.(\w+)") for word in (rb"for", rb"as"))
_COMPUTED = re.compile(rb"\bsetattr\(\s*([\w.]+)\s*,\s*(?![\"'])")
_REPLACED = re.compile(
    rb"\bsys\.modules\[\s*(?:[\"']([\w.]+)[\"']|([^\]\n]{1,200}))\]\s*=(?!=)|\bsys\.modules\.(?:update|setdefault)\("
)
_TELLS_ITS_NAME = re.compile(rb"(?<!getLogger\()(?<!get_logger\()\b__name__\b(?!\s*[=!]=)")
_HEADER = re.compile(rb"class\s+(\w+)\s*\(([^:#]{0,600})\)\s*:")
"""Like those below it begins with plain text, for which the search is many times faster."""
_BARE_NAME = re.compile(rb"(\w+)\s*(?:\[|,|\)|$)")
_DEFINED = re.compile(rb"\n[ \t]*class\s+(\w+)")
_IMPORT = re.compile(rb"\n[ \t]*(?:from[ \t]+[.\w]+[ \t]+import[ \t]*(?:\([^)]{0,4000}\)|[^\n#]*)|import[ \t]+[^\n#]*)")
_DOTTED_TEXT = re.compile(rb"[\"']([A-Za-z_][\w.]*[.:]\w+)[\"']")
_FIXTURE = re.compile(rb"fixture\b[^\n]*(?:\n[^\n]*){0,12}?\n\s*(?:async\s+)?def\s+(\w+)|\bname\s*=\s*['\"](\w+)['\"]")
_RECEIVERS = frozenset({b"self", b"cls"})
_OWN_RECEIVERS = (b" self", b" cls", b"(self", b"(cls", b"\tself")
_LONGEST_RECEIVER = 60


class Vocabulary:
    """Each index is made when it is first asked for, mostly of production alone."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for path in self._sources.production():
            yield path, self._sources.contents[path]

    @functools.cached_property
    def words(self) -> frozenset[bytes]:
        """Everything that looks like a name, strings and comments included."""
        found: set[bytes] = set()
        for _, content in self._contents():
            found.update(content.translate(_WORDS).split())
        return frozenset(found)

    @functools.cached_property
    def set_outside(self) -> dict[str, frozenset[str]]:
        """Attribute names that something other than `self` or `cls` is given, with the names of what is given them."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, content in self._contents():
            for match in _SET.finditer(content):
                start = match.start()
                if content.endswith(_OWN_RECEIVERS, 0, start):
                    continue
                before = _RECEIVER.search(content, max(0, start - _LONGEST_RECEIVER), start)
                if before is not None:
                    found[match[1].decode(errors="replace")].add(before[1].decode(errors="replace"))
            if b"setattr(" in content or b"__dict__[" in content:
                for match in _SET_BY_CALL.finditer(content):
                    found[(match[match.lastindex or 1]).decode(errors="replace")].add("")
            for match in _REGISTERED.finditer(content) if b"Manager.register(" in content else ():
                found[match[1].decode(errors="replace")].add("")
            for pattern in _LOOP_TARGETS:
                for match in _whole(pattern, content):
                    found[match[1].decode(errors="replace")].add("")
        return {name: frozenset(receivers) for name, receivers in found.items()}

    @functools.cached_property
    def computed_targets(self) -> frozenset[str]:
        """Last names of what `setattr` with a computed name is used on anywhere, `self` and `cls` left out."""
        found = set()
        for _, content in self._contents():
            if b"setattr(" in content:
                for target in _COMPUTED.findall(content):
                    found.add(target.rpartition(b".")[2])
        return frozenset(name.decode() for name in found - _RECEIVERS)

    def is_replaced(self, name: str, path: str) -> bool:
        """Whether a module may be replaced in `sys.modules`: by name, or by a module that it tells its own name."""
        named, replacers = self.replaced
        content = self._sources.contents.get(path, b"")
        return name in named or (
            _TELLS_ITS_NAME.search(content) is not None
            and any(re.search(rb"import\b.*\b" + last + rb"\b", content) for last in replacers)
        )

    @functools.cached_property
    def replaced(self) -> tuple[frozenset[str], frozenset[bytes]]:
        """Modules put into `sys.modules` by name, and the last names of modules that do so under computed names."""
        named, replacers = set(), set()
        for path, content in self._contents():
            if b"sys.modules" not in content:
                continue
            for name, computed in _REPLACED.findall(content):
                if name:
                    named.add(name.decode())
                elif computed.strip() != b"__name__":
                    replacers.add(path.removesuffix(".py").rpartition("/")[2].encode())
        return frozenset(named), frozenset(replacers)

    @functools.cached_property
    def subclasses(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """By a base's bare name: path and bare name of the classes that name it, under another name too."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for path in self._sources.files:
            content = self._sources.contents[path]
            for match in _whole(_HEADER, content):
                name, bases = match.groups()
                for base in {*_BARE_NAME.findall(bases)}:
                    known = {base}
                    if b" as " + base in content:
                        known.update(re.findall(rb"(\w+) as " + base + rb"\b", content))
                    for each in known:
                        found[each.decode(errors="replace")].append((path, name.decode(errors="replace")))
        return {name: tuple(classes) for name, classes in found.items()}

    def descendants(self, name: str, limit: int = 400) -> tuple[tuple[str, str], ...]:
        """Path and bare name of all that may descend from a class of this bare name; at most `limit`."""
        seen: dict[tuple[str, str], None] = {}
        pending, names = [name], {name}
        while pending and len(seen) < limit:
            for path, child in self.subclasses.get(pending.pop(), ()):
                seen[path, child] = None
                if child not in names:
                    names.add(child)
                    pending.append(child)
        return tuple(seen)

    @functools.cached_property
    def definitions(self) -> dict[str, tuple[str, ...]]:
        """By a class's bare name: the production files that define one."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, content in self._contents():
            for name in set(_DEFINED.findall(b"\n" + content)):
                found[name.decode(errors="replace")].append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @functools.cached_property
    def importers(self) -> dict[bytes, frozenset[str]]:
        """By a name in an import, of a module or of what it gives: the production files that have such an import."""
        found: dict[bytes, set[str]] = defaultdict(set)
        for path, content in self._contents():
            words: set[bytes] = set()
            for match in _IMPORT.finditer(b"\n" + content):
                words.update(match[0].translate(_WORDS).split())
            for word in words:
                found[word].add(path)
        return {word: frozenset(paths) for word, paths in found.items()}

    @functools.cached_property
    def fixtures(self) -> frozenset[str]:
        """Names that any file of the tree seems to define a fixture under."""
        texts = (text for text in self._sources.contents.values() if b"fixture" in text)
        found = {part for text in texts for pair in _FIXTURE.findall(text) for part in pair if part}
        return frozenset(part.decode("ascii", "replace") for part in found)

    @functools.cached_property
    def dotted_texts(self) -> frozenset[bytes]:
        """The last two names of every string that is a dotted name, such as `module.function`."""
        found = set()
        for _, content in self._contents():
            for text in _DOTTED_TEXT.findall(content):
                found.add(b".".join(text.replace(b":", b".").split(b".")[-2:]))
        return frozenset(found)


def _whole(pattern: re.Pattern[bytes], content: bytes) -> Iterator[re.Match[bytes]]:
    """The matches that begin where a word begins."""
    for match in pattern.finditer(content):
        start = match.start()
        if not start or content[start - 1] not in _WORD:
            yield match


def has_phrase(content: bytes, phrase: bytes) -> bool:
    """Whether it occurs as whole words."""
    found = content.find(phrase)
    while found >= 0:
        end = found + len(phrase)
        around = content[max(0, found - 1) : found] + content[end : end + 1]
        if not around.translate(_WORDS).strip():
            return True
        found = content.find(phrase, end)
    return False
