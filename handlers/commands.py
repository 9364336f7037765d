"""The commands people type, the same in Slack and in a terminal, and how their words are read."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from core.errors import UsageError

SLASH = "/t12"
MOST_PAGES = 10_000
_VALUE_LIMIT = 2000
"""Characters of a button's value."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command, written `--name VALUE` or `--name=VALUE`."""

    name: str
    value: str
    summary: str


SUITE = Option("suite", "NAME", "the suite, when reports come from several")
BRANCH = Option("branch", "NAME", "judge one branch alone")


@dataclass(frozen=True, slots=True)
class Command:
    """One command as people type it."""

    word: str
    argument: str
    """What may follow the word; in brackets when it may be left out; empty when nothing may."""
    summary: str
    options: tuple[Option, ...] = ()

    @property
    def usage(self) -> str:
        """The command as the help shows it, without the program's name."""
        options = (f"[--{option.name} {option.value}]" for option in self.options)
        return " ".join(part for part in (self.word, self.argument, *options) if part)

    @property
    def needs_argument(self) -> bool:
        return bool(self.argument) and not self.argument.startswith("[")


COMMANDS: dict[str, Command] = {
    each.word: each
    for each in (
        Command("health", "", "the suite's score, what takes points off, and what changed", (SUITE, BRANCH)),
        Command("failures", "[run]", "why a run failed, by cause; the newest run if none is named", (SUITE, BRANCH)),
        Command("flaky", "", "the tests that cannot be trusted, with the evidence", (SUITE, BRANCH)),
        Command("slow", "", "the slowest tests, what became slower and since when, what would help", (SUITE, BRANCH)),
        Command("resources", "[run]", "CPU and memory of the last watched runs, or of one, and what ran at the peak",
                (SUITE, BRANCH)),
        Command("test", "NAME", "the history of one test, by any part of its name", (SUITE, BRANCH)),
        Command("runs", "", "the newest runs", (SUITE, BRANCH)),
        Command("mocks", "[component]", "which mocks contradict production; what a rule means, by its code"),
        Command("db", "[integrity | cleanup] [name]", "sessions, locks and integrity of the databases that tests use"),
        Command("incident", "[verb …]", "what is broken now, who has it, and everything that is done about it"),
        Command("checklist", "[id | list | history | stats]", "what maintenance is due today, and what is still open"),
        Command("matrix", "", "which kinds of tests ran when, beside how often the procedure book wants them",
                (SUITE, BRANCH)),
        Command("morning", "[now]", "the morning check: environment, smoke tests, mocks, the night's failures"),
        Command("report", "[daily | weekly]", "the report of the day or the week"),
        Command("emergency", "[incident]", "begin the procedure book's emergency response; a form asks for the reason"),
        Command("doctor", "", "what is configured, reachable, stale or blind"),
        Command("help", "[command]", "what can be asked"),
    )
}
"""Every command that Slack and the terminal share, in the order the help shows them."""

_MANY_WORDS = frozenset({"test", "db", "checklist"})
"""Commands that may be followed by several words."""

_ANOTHER_WORD = {"status": "health", "score": "health", "failure": "failures", "fail": "failures", "why": "failures",
                 "flakes": "flaky", "flake": "flaky", "slowest": "slow", "durations": "slow", "performance": "slow",
                 "tests": "test", "run": "runs", "cpu": "resources", "memory": "resources", "history": "runs",
                 "incidents": "incident", "alerts": "incident", "checklists": "checklist", "todo": "checklist",
                 "categories": "matrix", "database": "db", "databases": "db", "postgres": "db", "sqlite": "db",
                 "usage": "help", "?": "help", "-h": "help", "--help": "help"}  # fmt: skip
"""What people type when they mean a command: offered, never assumed."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, with all that is needed to ask it again."""

    word: str
    argument: str | None = None
    suite: str | None = None
    branch: str | None = None
    page: int = 1

    def at(self, page: int) -> "Ask":
        """The same question, another page of the answer."""
        return replace(self, page=page)

    def about(self, word: str, argument: str | None = None) -> "Ask":
        """Another question about the same suite and branch."""
        return Ask(word, argument, self.suite, self.branch)

    @property
    def typed(self) -> str:
        """The words a person types to ask this, without the program's name."""
        parts = [self.word, self.argument or ""]
        parts += [
            f"--{name} {_quoted(value)}" for name, value in (("suite", self.suite), ("branch", self.branch)) if value
        ]
        return " ".join(part for part in parts if part)

    def packed(self) -> str | None:
        """The question as a button carries it; None when it is too long for one."""
        keys = {"w": self.word, "a": self.argument, "s": self.suite, "b": self.branch, "p": self.page}
        if self.page == 1:
            del keys["p"]
        packed = json.dumps({key: value for key, value in keys.items() if value is not None}, separators=(",", ":"))
        return packed if len(packed) <= _VALUE_LIMIT else None


def unpack(value: str) -> Ask:
    """The question behind a button. Raises `UsageError` for anything we did not pack."""
    try:
        keys = json.loads(value)
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or keys.get("w") not in COMMANDS:
        raise _stale_button()
    words = [keys.get(key) for key in "asb"]
    page = keys.get("p", 1)
    if any(word is not None and not isinstance(word, str) for word in words) or not isinstance(page, int):
        raise _stale_button()
    return Ask(keys["w"], words[0], words[1], words[2], min(max(page, 1), MOST_PAGES))


def _stale_button() -> UsageError:
    return UsageError(f"this button is from an older version of T12; ask again with {SLASH}")


def parse(typed: str) -> Ask:
    """The question in the words a person typed after the program's name; nothing at all asks for help.

    Quotes hold words together, also the typographic ones that phones write. Raises `UsageError` with a sentence that
    suggests what was meant.
    """
    words = _words(typed)
    if not words:
        return Ask("help")
    word, rest = words[0].lower(), words[1:]
    command = COMMANDS.get(word)
    if command is None:
        raise UsageError(_not_a_command(words[0]))
    if command.word == "incident":  # its words are read by `handlers.incident_words`
        return Ask(command.word, typed.split(maxsplit=1)[1] if rest else None)
    plain, options = _options(command, rest)
    if command.word not in _MANY_WORDS and len(plain) > (1 if command.argument else 0):
        extra = plain[1] if command.argument else plain[0]
        raise UsageError(f"`{word}` does not know what to do with {_shown(extra)}; write {SLASH} {command.usage}")
    argument = " ".join(plain) or None
    if command.needs_argument and argument is None:
        raise UsageError(f"`{word}` needs more words; write {SLASH} {command.usage}")
    return Ask(command.word, argument, options.get("suite"), options.get("branch"))


def _options(command: Command, words: list[str]) -> tuple[list[str], dict[str, str]]:
    known = {option.name for option in command.options}
    plain: list[str] = []
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not re.match(r"--\w", word):
            plain.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        if name not in known:
            raise UsageError(f"`{command.word}` has no option {_shown('--' + name)}; {_options_of(command)}")
        value = value if equals else next(rest, "")
        if not value:
            raise UsageError(f"--{name} needs a value; write {SLASH} {command.usage}")
        found[name] = value
    return plain, found


def _options_of(command: Command) -> str:
    names = ", ".join(f"--{option.name}" for option in command.options)
    return f"it has {names}" if names else "it has none"


_TOKEN = re.compile(r'"(?P<double>[^"]*)"(?=\s|$)|\'(?P<single>[^\']*)\'(?=\s|$)|(?P<bare>\S+)')
_TYPOGRAPHIC = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})


def _words(typed: str) -> list[str]:
    straight = re.sub(r"(?<!\S)[—–](?=\w)", "--", typed.translate(_TYPOGRAPHIC))
    return [match[match.lastgroup or 0] for match in _TOKEN.finditer(straight)]


def _not_a_command(word: str) -> str:
    meant = _ANOTHER_WORD.get(word.lower()) or next(iter(_close(word.lower(), COMMANDS)), None)
    told = f"{_shown(word)} is not a command"
    return f"{told}; did you mean {SLASH} {meant}?" if meant else f"{told}; {SLASH} help lists them all"


def _close(word: str, known: Iterable[str]) -> list[str]:
    return get_close_matches(word[:40], list(known), n=1, cutoff=0.6)


def _shown(word: str) -> str:
    return f"“{word[:40]}…”" if len(word) > 40 else f"“{word}”"


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


_ENTITY = re.compile(r"<(?P<kind>[@#!]?)(?P<id>[^|>]*)(?:\|(?P<label>[^>]*))?>")


def as_typed(escaped: str) -> str:
    """What a person typed, from the escaped form that Slack sends: `<@U1|ana>` is @ana again, `&lt;` is <."""

    def plain(match: re.Match[str]) -> str:
        kind, words = match["kind"], match["label"] or match["id"]
        return words if kind in ("", "!") else kind + words

    text = _ENTITY.sub(plain, escaped)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
