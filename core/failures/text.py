"""Bounds and cleans raw failure text before anything looks at it."""

import re
from typing import Final

TEXT_CHARS: Final = 10_000
LINE_CHARS: Final = 400

_ANSI: Final = re.compile(r"\x1b\[[0-?]{0,30}[ -/]{0,5}[@-~]|\x1b[@-Z\\-_]|\x9b[0-?]{0,30}[@-~]")
# pytest's JUnit writer spells the characters that XML forbids as #x1B and the like.
_SPELLED: Final = re.compile(r"#x1[Bb]\[[\d;]{0,12}m|#x(?:0[0-8BCEFbcef]|1[0-9A-Fa-f]|7[Ff])(?![0-9A-Za-z])")
# What a build tool writes before every line it passes on: "shop> " and "shop-1  | ".
_TAG: Final = re.compile(r"[A-Za-z][\w.@+-]{0,60}(?:> ?|[ \t]{1,30}\| ?)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def cap_text(text: str, limit: int = TEXT_CHARS) -> str:
    """At most `limit` characters: the first and the last half with a line of three dots between."""
    if len(text) <= limit:
        return text
    half = limit // 2 - 3
    return f"{text[:half]}\n...\n{text[-half:]}"


def clean_text(text: str) -> str:
    """Text without colours and control characters; every kind of line end becomes a newline."""
    if "\x1b" in text or "\x9b" in text:
        text = _ANSI.sub("", text)
    if "#x" in text:
        text = _SPELLED.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def untagged(text: str) -> str:
    """Text without the name that a build tool wrote before each line, if all its lines, two or more, carry it."""
    start = text.lstrip("\n")
    match = _TAG.match(start)
    if match is None or match.group().startswith("INTERNALERROR"):  # pytest's own mark
        return text
    tag = match.group().rstrip()
    lines = start.split("\n")
    tagged = sum(line.startswith(tag) for line in lines)
    others = sum(line not in {"", "..."} and not line.startswith(tag) for line in lines)
    if tagged < 2 or others > lines.count("..."):  # where a text was cut, half a line follows
        return text
    return "\n".join(line[len(tag) :].removeprefix(" ") if line.startswith(tag) else line for line in lines)


def cap_line(line: str, limit: int = LINE_CHARS) -> str:
    """At most `limit` characters of a line, three quarters of them from its beginning."""
    if len(line) <= limit:
        return line
    head = limit * 3 // 4
    return f"{line[:head]}...{line[head + 3 - limit :]}"
