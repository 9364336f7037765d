"""Foreign text in a Markdown document: it reads as it was written, and makes no heading, link, list or table."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(
    r"[\\`*\[\]<|~&$]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # not within a word
    r"|(?<=[A-Za-z]):(?=//)|(?<=www)\.|(?<=\w)@(?=\w)"  # what becomes a link by itself
    r"|^[-+=#:>]",  # what begins a block
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(\d{1,9})(?=[.)])")
"""What some renderer gives a meaning; a backslash before it takes that away."""


def prose(text: str, limit: int = 300) -> str:
    """Foreign text within a sentence, on one line."""
    return _NUMBER.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", one_line(text, limit)))


def code(text: str, limit: int = 200) -> str:
    """Foreign text as a code span, also within a table."""
    shown = one_line(text, limit).replace("|", "¦") or "(no text)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def block(text: str, limit: int = 4000) -> list[str]:
    """Foreign text as the lines of a code block, its own lines kept."""
    lines = [_visible(line).rstrip() for line in text[:limit].splitlines()] or ["(no text)"]
    if len(text) > limit:
        lines.append("…")
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return [f"{fence}text", *lines, fence]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def one_line(text: str, limit: int) -> str:
    """At most `limit` visible characters on one line; what is missing shows as an ellipsis."""
    shown = " ".join(_visible(text[: limit * 20]).split())
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def _visible(text: str) -> str:
    """Without control, bidi and zero-width characters."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(
        " " if kind in ("Cc", "Zl", "Zp") else "\ufffd" if kind in ("Cs", "Co", "Cn") else letter
        for letter, kind in kinds
        if kind != "Cf"
    )
