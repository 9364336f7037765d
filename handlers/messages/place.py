"""Puts foreign text into a message: test names, failure messages, branches, revisions, whatever a report said.

The order is always the same: strip what cannot be seen, collapse white space, cut, and escape last, so that nothing
pings, links, breaks the layout, or is cut inside an entity. Rich text leaves and plain text are not parsed by Slack and
get no escaping; mrkdwn and the fallback text get it.
"""

import re
import unicodedata

NAME = 110
"""Characters of a test name on the screen."""
SENTENCE = 300
MESSAGE = 240
"""Characters of a failure's message."""
WORD = 60
"""Characters of a branch, a suite, a run's name."""
REVISION = 12

_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0\u034f\u2800"
_MARKS_IN_A_ROW = 2


def clean(text: str) -> str:
    """One line of visible text: no control, bidi or zero-width characters, no piled-up accents."""
    kept: list[str] = []
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind in ("Cs", "Co", "Cn"):
            kept.append("\ufffd")
        elif kind != "Cf" and letter not in _INVISIBLE_LETTERS and marks <= _MARKS_IN_A_ROW:
            kept.append(letter)
    return " ".join("".join(kept).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is missing at the end shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_name(name: str, limit: int = NAME) -> str:
    """A test name of at most `limit` characters: its folders go first, then its middle; the end tells tests apart."""
    if len(name) <= limit:
        return name
    path, colons, rest = name.partition("::")
    short = f"…/{path.rsplit('/', 1)[-1]}{colons}{rest}" if colons and "/" in path else name
    if len(short) <= limit:
        return short
    tail = limit * 2 // 3
    return f"{short[: limit - tail - 1]}…{short[-tail:]}"


def plain(text: str, limit: int = SENTENCE) -> str:
    """For places where nothing is parsed; never empty, because Slack refuses an empty text."""
    return cut(clean(text[: limit * 20]), limit) or "(no text)"


def name(text: str, limit: int = NAME) -> str:
    """A test name for places where nothing is parsed. Names beyond 4,000 characters lose their middle unread."""
    shown = text if len(text) <= 4000 else text[:2000] + "…" + text[-2000:]
    return cut_name(clean(shown), limit) or "(no name)"


def escape(text: str) -> str:
    """Slack's three entities; the last step before mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Cleaned text as a mrkdwn code span."""
    return f"`{escape(text.replace('`', 'ˋ'))}`"


_MENTION = re.compile(r"<(?=!(?:channel|here|everyone|subteam)|@)")


def defuse(mrkdwn: str) -> str:
    """The last line of defence: nothing that calls people survives, wherever it came from."""
    return _MENTION.sub("&lt;", mrkdwn)
