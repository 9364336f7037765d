"""The answer to `mocks` and the code of a rule: the page on it."""

from core.mocks.rules.explanation import Explanation
from handlers.commands import Ask

from .message import Message, compose, trimmed
from .navigation import deeper
from .pieces import Json, Line, bullets, header, line, paragraph, preformatted, rich, strong, typed, words

_FENCE = "```"


def render_rule(explanation: Explanation, ask: Ask) -> Message:
    """The page in Slack's own blocks. It is ours and holds no foreign text."""
    title, _, page = explanation.page.partition("\n")
    return trimmed(compose([header(title.removeprefix("# ")), *_drawn(page), *deeper(ask, "mocks")]))


def _drawn(page: str) -> list[Json]:
    """Every second part between fences is code; its first line names the language."""
    blocks: list[Json] = []
    for number, part in enumerate(page.split(_FENCE)):
        if number % 2:
            blocks.append(rich(preformatted(part.partition("\n")[2].rstrip("\n"))))
        else:
            blocks += [_paragraph(text) for text in part.split("\n\n") if text.strip()]
    return blocks


def _paragraph(text: str) -> Json:
    text = text.strip("\n")
    if text.startswith("## "):
        return paragraph(strong(text.removeprefix("## ")))
    if text.startswith("- "):
        return rich(bullets(_leaves(each.removeprefix("- ")) for each in text.split("\n")))
    return rich(line(*_leaves(text)))


def _leaves(text: str) -> Line:
    """What stands in back quotes is code."""
    parts = enumerate(text.replace("\n", " ").split("`"))
    return [typed(part) if number % 2 else words(part) for number, part in parts if part]
