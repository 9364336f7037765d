"""The words after `incident`, the same in Slack and in a terminal, and how they are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from core.errors import UsageError
from core.incidents.model import Severity

LONGEST = timedelta(days=7)
"""The longest time an incident can be held or snoozed by words."""
FORMS = ("json", "csv")
_HOLDS = ("tomorrow", "next_run", "resolved")
_TITLE = 300


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be asked of incidents."""

    word: str
    argument: str
    """What follows the word; in brackets when it may be left out."""
    summary: str

    @property
    def usage(self) -> str:
        return " ".join(part for part in ("incident", self.word, self.argument) if part)


VERBS: dict[str, Verb] = {
    each.word: each
    for each in (
        Verb("list", "[all] [--suite NAME]", "the open incidents; with `all` the resolved ones too"),
        Verb("show", "NUMBER", "one incident in full; the number alone does the same"),
        Verb("declare", "[TITLE] [--severity S]", "open an incident by hand"),
        Verb("ack", "NUMBER [2h | tomorrow | next_run | resolved]", "say that you have it, and how long"),
        Verb("resolve", "NUMBER [REASON]", "close it"),
        Verb("escalate", "NUMBER", "tell the next level now"),
        Verb("hand", "NUMBER @PERSON", "hand it over to somebody"),
        Verb("severity", "NUMBER critical | high | medium | low", "judge it anew"),
        Verb("snooze", "NUMBER 2h | 1d | tomorrow", "tell nobody until then"),
        Verb("note", "NUMBER WORDS", "add to its timeline"),
        Verb("report", "NUMBER", "what happened, from the first failure to the end"),
        Verb("export", "[json | csv] [--suite NAME]", "all incidents for other programs"),
        Verb("stats", "[--suite NAME]", "how many, and how long until somebody had them and they were over"),
    )
}
"""Every verb, in the order the help shows them; `list` and `show` may be left out."""

_ANOTHER_WORD = {
    "acknowledge": "ack", "take": "ack", "claim": "ack", "mine": "ack", "close": "resolve", "done": "resolve",
    "fixed": "resolve", "page": "escalate", "assign": "hand", "handover": "hand", "hand-over": "hand", "give": "hand",
    "priority": "severity", "sev": "severity", "silence": "snooze", "mute": "snooze", "comment": "note",
    "create": "declare", "new": "declare", "open": "declare", "raise": "declare", "ls": "list", "view": "show",
    "timeline": "report", "metrics": "stats", "mttr": "stats",
}  # fmt: skip
"""What people type when they mean a verb: offered, never assumed."""
_ONE_NUMBER = re.compile(r"#?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class IncidentAsk:
    """What somebody wants of incidents; what a verb does not take is empty."""

    verb: str
    id: int = 0
    words: str = ""
    """A title, a reason, a note, `all`, a form: whatever the verb takes as it was typed."""
    hold: str | None = None
    """How long an acknowledgement holds: `90m`, `2h`, `tomorrow`, `next_run` or `resolved`."""
    wait: timedelta | None = None
    """How long a snooze lasts; None of a snooze is until tomorrow."""
    to: str = ""
    """The person it is handed to, as they were typed."""
    severity: Severity = Severity.HIGH
    suite: str | None = None


def parse_incident(typed: str, program: str = "/t12") -> IncidentAsk:
    """What the words after `incident` ask for; none at all ask for the list of the open ones.

    Raises `UsageError` with one sentence that suggests what was meant; `program` is what stands before the words.
    """
    text, options = _without_options(typed.strip(), program)
    word, _, rest = text.partition(" ")
    if not word:
        return IncidentAsk("list", suite=options.get("suite"))
    number = _ONE_NUMBER.fullmatch(word)
    if number is not None:
        return _by_number(int(number[1]), rest.strip(), program)
    verb = VERBS.get(word.lower())
    if verb is None:
        raise UsageError(_not_a_verb(word, program))
    refused = options.keys() - set(re.findall(r"--(\w+)", verb.argument))
    if refused:
        raise UsageError(f"`incident {verb.word}` has no option --{min(refused)}; write {program} {verb.usage}")
    return _Reader(verb, rest.strip(), options, program).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what follows one verb."""

    verb: Verb
    rest: str
    options: Mapping[str, str]
    program: str

    def read(self) -> IncidentAsk:
        word = self.verb.word
        if word == "declare":
            severity = self._severity(self.options.get("severity", Severity.HIGH.value))
            return IncidentAsk(word, words=self.rest[:_TITLE], severity=severity)
        if not self.verb.argument.startswith("NUMBER"):
            return self._about_all()
        first, _, after = self.rest.partition(" ")
        number = _ONE_NUMBER.fullmatch(first)
        if number is None:
            raise self._wrong(f"`incident {word}` needs the number of an incident")
        return self._about_one(int(number[1]), after.strip())

    def _about_all(self) -> IncidentAsk:
        word, given = self.verb.word, self.rest.lower()
        known = {"list": ("", "all"), "export": ("", *FORMS)}.get(word, ("",))
        if given not in known:
            raise self._wrong(f"`incident {word}` does not know what to do with {_shown(self.rest)}")
        return IncidentAsk(word, words=given, suite=self.options.get("suite"))

    def _about_one(self, id_: int, after: str) -> IncidentAsk:
        word = self.verb.word
        if word in ("resolve", "note"):
            if word == "note" and not after:
                raise self._wrong("a note needs words")
            return IncidentAsk(word, id_, words=after)
        if word == "ack":
            return IncidentAsk(word, id_, hold=self._hold(after) if after else None)
        if word == "hand":
            if not after or " " in after:
                raise self._wrong("say to whom, one person")
            return IncidentAsk(word, id_, to=after)
        if word == "severity":
            return IncidentAsk(word, id_, severity=self._severity(after))
        if word == "snooze":
            return IncidentAsk(word, id_, wait=None if after.lower() == "tomorrow" else self._span(after))
        if after:
            raise self._wrong(f"`incident {word}` does not know what to do with {_shown(after)}")
        return IncidentAsk(word, id_)

    def _hold(self, typed: str) -> str:
        word = typed.lower().replace("-", "_").replace(" ", "_").removeprefix("until_").removeprefix("for_")
        if word in _HOLDS:
            return word
        return f"{int(self._span(typed).total_seconds() // 60)}m"

    def _span(self, typed: str) -> timedelta:
        span = span_of(typed)
        if span is None or not timedelta() < span <= LONGEST:
            raise self._wrong(f"{_shown(typed)} is no time that I know" if typed else "say how long")
        return span

    def _severity(self, typed: str) -> Severity:
        word = typed.lower()
        if word in set(Severity):
            return Severity(word)
        close = get_close_matches(word[:40], list(Severity), n=1, cutoff=0.5)
        if close:
            raise UsageError(f"{_shown(typed)} is no severity; did you mean {close[0]}?")
        raise self._wrong(f"{_shown(typed)} is no severity" if typed else "say which severity")

    def _wrong(self, said: str) -> UsageError:
        return UsageError(f"{said}; write {self.program} {self.verb.usage}")


def span_of(typed: str) -> timedelta | None:
    """`90m`, `2h`, `1d` as a time; None for anything else."""
    found = re.fullmatch(r"(\d{1,5})\s*(m|min|h|d)[a-z]{0,6}", typed.strip().lower())
    if found is None:
        return None
    return int(found[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[found[2][0]]


_MENTION = re.compile(r"<[@!](?:subteam\^)?(?P<id>[A-Z0-9]+)(?:\|(?P<label>[^>]*))?>")
_TARGET = re.compile(r"@?(?P<id>[USW][A-Z0-9]{2,30})")


def people_in(escaped: str) -> dict[str, str]:
    """Whom the escaped text of a command names: the name as the words show it, to the id."""
    return {"@" + (found["label"] or found["id"]).lstrip("@"): found["id"] for found in _MENTION.finditer(escaped)}


def target_of(typed: str, named: Mapping[str, str]) -> str:
    """The Slack id of a person or a user group. Raises `UsageError` when Slack did not say who that is."""
    found = _TARGET.fullmatch(typed)
    id_ = named.get(typed) or (found["id"] if found is not None else None)
    if id_ is None:
        raise UsageError(f"I do not know who {_shown(typed)} is; type @ and choose the name, or write the Slack id")
    return id_


def _without_options(text: str, program: str) -> tuple[str, dict[str, str]]:
    """The words and the options, which only those verbs take whose words are no free text."""
    options: dict[str, str] = {}
    verb = text.split(" ", 1)[0].lower()
    if verb in VERBS and "--" not in VERBS[verb].argument:
        return text, options
    straight = re.sub(r"(?<!\S)[—–](?=\w)", "--", text)

    def take(found: re.Match[str]) -> str:
        options[found["name"].lower()] = found["quoted"] or found["plain"]
        return " "

    pattern = r'(?<!\S)--(?P<name>\w+)(?:=|\s+)(?:["“](?P<quoted>[^"”]+)["”]|(?P<plain>[^\s"“-]\S*))'
    left = " ".join(re.sub(pattern, take, straight).split())
    bare = re.search(r"(?<!\S)--(\w+)", left)
    if bare is not None:
        raise UsageError(f"--{bare[1]} needs a value; {program} help incident says what can be written")
    return left, options


def _by_number(id_: int, rest: str, program: str) -> IncidentAsk:
    if not rest:
        return IncidentAsk("show", id_)
    word, _, after = rest.partition(" ")
    meant = _meant(word)
    if meant is None or not VERBS[meant].argument.startswith("NUMBER"):
        raise UsageError(f"write {program} incident {id_} to see it, or {program} help incident for what can be done")
    raise UsageError(f"the verb comes first; did you mean {program} incident {meant} {id_} {after}".rstrip() + "?")


def _meant(word: str) -> str | None:
    word = word.lower()
    if word in VERBS:
        return word
    close = get_close_matches(word[:40], [*VERBS, *_ANOTHER_WORD], n=1, cutoff=0.6)
    found = word if word in _ANOTHER_WORD else next(iter(close), None)
    return _ANOTHER_WORD.get(found, found) if found else None


def _not_a_verb(word: str, program: str) -> str:
    meant = _meant(word)
    told = f"{_shown(word)} is nothing that can be done with an incident"
    if meant is None:
        return f"{told}; {program} help incident lists what can"
    return f"{told}; did you mean {program} {VERBS[meant].usage}?"


def _shown(word: str) -> str:
    return f"“{word[:40]}…”" if len(word) > 40 else f"“{word}”"
