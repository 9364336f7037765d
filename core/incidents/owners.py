"""Who owns a file, by the rules of a CODEOWNERS file.

The rules are GitHub's: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"(?:\\.|\S)+")
"""A space after a backslash belongs to the word."""
_SECTION = re.compile(r"\^?\[[^]]+](?:\[\d+])?(?P<owners>\s.*)?")
_OWNER = re.compile(r"@\S+|[^\s@]+@[^\s@]+")
_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<star>\*+)|(?P<one>\?)|(?P<other>.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the file: the paths it is about and their owners, perhaps none."""

    paths: re.Pattern[str]
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owners:
    """The rules in the order of the file, of which the last that fits counts."""

    rules: tuple[Rule, ...] = ()

    def owners_of(self, path: str) -> tuple[str, ...]:
        """Owners as the file writes them, `@user`, `@org/team` or an address, of a path relative to the repository."""
        wanted = path.removeprefix("./").lstrip("/")
        return next((rule.owners for rule in reversed(self.rules) if rule.paths.fullmatch(wanted)), ())


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns tests of an incident."""

    name: str
    """As the file writes it."""
    slack_id: str | None
    """Who that is in Slack, where the settings say."""
    tests: int
    """How many of the tests."""


def count_owners(owners: Owners, files: Iterable[str], slack_ids: Mapping[str, str]) -> tuple[Owner, ...]:
    """The owners of the files of some tests, one file a test; who owns most comes first."""
    counted = Counter(name for file in files if file for name in dict.fromkeys(owners.owners_of(file)))
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return tuple(
        Owner(name, slack_ids.get(name) or slack_ids.get(name.removeprefix("@")), count) for name, count in ordered
    )


def read_codeowners(text: str) -> Owners:
    """Read the text of the file; as on GitHub, a line that is not understood is left out.

    GitLab's sections are tolerated: their default owners own what the lines below name without owners of its own.
    """
    rules = []
    default: tuple[str, ...] = ()
    for line in text.removeprefix("\ufeff").splitlines():
        stripped = line.strip()
        section = _SECTION.fullmatch(stripped)
        if section is not None:
            default = _words(section["owners"] or "")
            continue
        words = _words(stripped)
        if not words or not _is_pattern(words[0]) or not all(_OWNER.fullmatch(word) for word in words[1:]):
            continue
        rules.append(Rule(_paths(words[0]), words[1:] or default))
    return Owners(tuple(rules))


def _words(line: str) -> tuple[str, ...]:
    """The words before a comment."""
    words: list[str] = _WORD.findall(line)
    end = next((index for index, word in enumerate(words) if word.startswith("#")), len(words))
    return tuple(words[:end])


def _is_pattern(word: str) -> bool:
    """Negation and character ranges, which .gitignore knows, are not understood here."""
    return bool(word.strip("/")) and word[0] != "!" and not re.search(r"[][]", re.sub(r"\\.", "", word))


def _paths(pattern: str) -> re.Pattern[str]:
    """What a pattern is about: paths of files, without a slash at the front."""
    parts = [part for part in pattern.split("/") if part]
    if "/" not in pattern.rstrip("/"):
        parts.insert(0, "**")
    if pattern.endswith("/"):
        parts.append("**")
    blocks: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            blocks.append([])
        else:
            blocks[-1].append(_segment(part))
    # A folder's name is about all that is in it, but `docs/*` is not about what is in the folders of docs.
    end = "" if parts[-1] == "*" else "(?:/.+)?"
    first, *others = ["/".join(block) for block in blocks]
    if not others:
        return re.compile(first + end, re.DOTALL)
    # The first place where a block fits is as good as any, so no pattern takes long.
    middle = "".join(f"(?>(?:[^/]+/)*?{block}/)" for block in others[:-1] if block)
    last = f"(?:[^/]+/)*?{others[-1]}{end}" if others[-1] else ".+"
    return re.compile((f"{first}/" if first else "") + middle + last, re.DOTALL)


def _segment(part: str) -> str:
    if part == "*":
        return "[^/]+"
    pieces = [""]
    for piece in _PIECE.finditer(part):
        if piece["star"]:
            pieces.append("")
        else:
            pieces[-1] += "[^/]" if piece["one"] else re.escape(piece["escaped"] or piece["other"])
    first, *others = pieces
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{piece})" for piece in others[:-1]) + f"[^/]*{others[-1]}"
