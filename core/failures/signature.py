"""What makes two failures the same: fingerprint and family, version 1 (test-health rules: signature)."""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from core.failures.excerpt import Excerpt, read_excerpt
from core.failures.model import FailureText, Signature
from core.failures.text import cap_line, cap_text, clean_text
from core.failures.trace import Block, exception_type

VERSION: Final = "v1"
TITLE_CHARS: Final = 160
MAX_LITERAL: Final = 20
_HEX_DIGITS: Final = 16

Step = tuple[str, re.Pattern[str]]

# The order matters: each step sees what the earlier ones left. Repeats are bounded, so a step is linear.
_BEFORE_STRINGS: Final[tuple[Step, ...]] = (
    ("ADDR", re.compile(r"0x[0-9a-fA-F]{1,32}")),
    ("UUID", re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")),
    (
        "DATE",
        re.compile(
            r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?(?!\d)"
            r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d\d )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
            r"|Dec)[ \d:]{1,20}(?:GMT|UTC)?"
            r"|datetime\.(?:datetime|date|time)\([\d, ]{1,60}|\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b"
        ),
    ),
    ("IP", re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b")),
    ("HOST", re.compile(r"\blocalhost:\d{1,5}\b")),
    # Begins where a path begins, so that a long word is walked once.
    (
        "TMP",
        re.compile(
            r"(?<![^\s'\"=(,:\[])(?:[^\s'\"=(,\[]{0,200}pytest-of-[^\s/'\"]{1,100}/pytest-\d{1,9}/"
            r"|(?:/private)?/(?:var/)?tmp/(?:[^\s/'\"]{1,100}/|tmp[a-z0-9_]{8}(?![\w]))"
            r"|(?:/private)?/var/folders/[^\s/'\"]{1,20}/[^\s/'\"]{1,60}/T/(?:[^\s/'\"]{1,100}/)?"
            r"|[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}[\w.~-]{1,60}[\\/]{1,2}AppData[\\/]{1,2}Local[\\/]{1,2}Temp[\\/]{1,2}"
            r"(?:[\w.-]{1,100}[\\/]{1,2})?)"
        ),
    ),
    (
        "HOME",
        re.compile(
            r"(?<![\w.])(?:/home/runner/work/[\w.-]{1,100}/[\w.-]{1,100}|/builds/[\w.-]{1,100}/[\w.-]{1,100}"
            r"|/__w/[\w.-]{1,100}/[\w.-]{1,100}"
            r"|/github/workspace|/home/circleci/(?:project|repo)|/var/lib/jenkins/workspace/[\w.-]{1,100}"
            r"|/workspaces?/[\w.-]{1,100}"
            r"|(?:[A-Za-z]:)?[/\\]{1,2}(?:home|Users)[/\\]{1,2}[\w.-]{1,100}|/root"
            r"|[A-Za-z]:\\\\?a\\\\?[\w.-]{1,100}\\\\?[\w.-]{1,100})(?=[/\\])"
        ),
    ),
    ("GW", re.compile(r"\bgw\d{1,4}\b")),
    ("HEX", re.compile(r"\b(?=[a-f]{0,100}\d)[0-9a-f]{12,128}\b")),
    ("STR", re.compile(r"(?<!\w)'[^'\n]{0,400}'(?!\w)|(?<!\w)\"[^\"\n]{0,400}\"(?!\w)")),
    ("SPAN", re.compile(r"(?<![\w.])\d{1,15}(?:\.\d{1,20})?(?:ms|s)\b")),
)
_NUMBER: Final = re.compile(
    r"(?P<kept>\bSQLSTATE\W{0,4}\w{5}\b|\b(?:pg)?code[ =:'\"]{1,4}\d{5}\b"
    r"|\b[Ee]xit(?:ed)?(?: with)?(?: non-zero)?(?: exit)?(?: status| code)?[ :=]{1,3}-?\d{1,5}\b"
    r"|\breturn ?code[ :=]{1,3}-?\d{1,5}\b"
    r"|(?<![\w.])(?:40\d|41\d|42[1-9]|431|451|50\d|51[01])(?![\w.]\d|\d|\w))"
    r"|(?<![A-Za-z_])(?:(?<=\D-)|(?<!\d))-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?"
)
_DETAIL: Final = re.compile(
    r"\+ {1,30}(?:where|and) |[-+?^] |[-+?^]{1,80}$"
    r"|\[SQL: |\[parameters: |\(Background on this error|Full diff:|Use -v to get"
)
_PLACEHOLDER: Final = re.compile(r"\b(?:ADDR|UUID|DATE|IP|HOST|TMP|HOME|GW|HEX|STR|SPAN|N)\d{1,4}\b")
_SAYS_NOTHING: Final = re.compile(
    r"(?:assert|not|is|in|and|or|None|True|False|AssertionError|Failed|Error|Exception|at|index|diff|N|[^\w]){0,200}$"
)
_EXIT_ONLY: Final = re.compile(
    r"(?:Error: )?(?:The )?(?:Process|command|Command) (?:completed|failed|exited) with exit code -?\d{1,5}\.?$"
)


def sign(failure: FailureText, test_name: str) -> Signature:
    """The signature of a failure. `test_name` stands in for messages that say nothing ("assert False", no text)."""
    excerpt = read_excerpt(failure)
    exception, message, frame, title = _essence(excerpt)
    if is_generic(exception, message):
        message = f"test:{test_name[:1_000]}"
    family = _digest(exception, message)
    return Signature(
        _digest(exception, message, frame), family, title or cap_line(test_name, TITLE_CHARS), exception, frame
    )


@lru_cache(maxsize=256)
def _essence(excerpt: Excerpt) -> tuple[str, str, str, str]:
    """(exception, normalised message, own frame, title) of an excerpt."""
    if not excerpt.blocks:
        return "", "", excerpt.own_frame, ""
    final, root = excerpt.blocks[0], excerpt.root
    lines = _message_lines(final)
    exception = final.type_name if root is None or not root.type_name else f"{final.type_name}<{root.type_name}"
    if root is not None:
        lines = [*lines, *_message_lines(root)[:1]]
    return exception, normalise("\n".join(lines)), excerpt.own_frame, _title(final)


def _message_lines(block: Block) -> list[str]:
    """The message without its type and without the details a framework appends (diffs, values, statements)."""
    lines = block.words.split("\n")
    if block.type_name and exception_type(lines[0]) == block.type_name:
        lines[0] = lines[0][len(block.type_name) :].lstrip(" :")
    return [line for line in dict.fromkeys(lines) if line and not _DETAIL.match(line)]


def _title(block: Block) -> str:
    first = block.words.partition("\n")[0]
    name = block.type_name
    if name and first.startswith(name):
        first = name.rpartition(".")[2] + first[len(name) :]
    return cap_line(_shortened(first), TITLE_CHARS)


def _shortened(line: str) -> str:
    """A line as people read it: addresses and the places where a machine keeps its work tell them nothing."""
    for kind, pattern in _BEFORE_STRINGS:
        if kind in _UNTOLD and _may_hold(kind, line):
            line = pattern.sub(_UNTOLD[kind], line)
    return line


def _digest(*parts: str) -> str:
    return f"{VERSION}:{hashlib.sha256('|'.join(parts).encode('utf-8', 'replace')).hexdigest()[:_HEX_DIGITS]}"


def is_generic(exception: str, message: str) -> bool:
    """True for a normalised message that would join unrelated failures: empty, values only, or a bare exit code."""
    if not message or message == exception:
        return True
    if _EXIT_ONLY.match(message):
        return True
    return len(message) <= 200 and _SAYS_NOTHING.match(_PLACEHOLDER.sub("N", message)) is not None


def normalise(message: str) -> str:
    """A message without what changes from run to run; equal values keep equal placeholders, numbered per kind.

    Kept as they are: HTTP status 4xx and 5xx, SQLSTATE and exit codes. At most 10,000 characters, half and half.
    """
    message = cap_text(clean_text(message))
    for kind, pattern in _BEFORE_STRINGS:
        if _may_hold(kind, message):
            message = pattern.sub(_numbered(kind), message)
    return _NUMBER.sub(_number(), message)


def _may_hold(kind: str, message: str) -> bool:
    """A cheap test before a costly pattern."""
    if kind == "STR":
        return "'" in message or '"' in message
    if kind == "TMP":
        return any(word in message for word in _TMP_NEEDS)
    if kind == "HOME":
        return "/" in message or "\\" in message
    return _KIND_NEEDS.get(kind, "") in message


_KIND_NEEDS: Final = {"ADDR": "0x", "UUID": "-", "HOST": "localhost:", "GW": "gw", "IP": "."}
_TMP_NEEDS: Final = ("pytest-of-", "tmp/", "/var/folders/", "AppData")
_UNTOLD: Final = {"ADDR": "0x…", "TMP": "…/", "HOME": "…"}


def _numbered(kind: str) -> Callable[[re.Match[str]], str]:
    """Replaces each distinct value by KIND1, KIND2, ... in order of first appearance."""
    seen: dict[str, int] = {}

    def placeholder(match: re.Match[str]) -> str:
        value = match.group()
        if kind == "STR" and len(value) <= MAX_LITERAL + 2:
            return value
        suffix = "/" if kind == "TMP" else ""
        return f"{kind}{seen.setdefault(value, len(seen) + 1)}{suffix}"

    return placeholder


def _number() -> Callable[[re.Match[str]], str]:
    placeholder = _numbered("N")
    return lambda match: match.group() if match["kept"] else placeholder(match)
