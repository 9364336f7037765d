"""Takes the words of a failure off a case's element: phase, exception type, message and text."""

from typing import Any, NamedTuple, cast

from junitparser import xunit2
from lxml import etree

from core.runs.model import Phase

MESSAGE_LIMIT = 8_192
TEXT_LIMIT = 32_768
_RANK = {"error": 0, "failure": 1}


class Words(NamedTuple):
    """What one failing child says."""

    phase: Phase
    type_name: str | None
    message: str | None
    text: str | None


def failing_children(node: Any, pytest_shaped: bool) -> list[Words]:
    """The failing children of a case or suite, the one that decides first: error before failure.

    Where neither a message nor a text is given, the end of the case's own output stands in.
    """
    bad = sorted((child for child in node if _local(child) in _RANK), key=lambda child: _RANK[_local(child)])
    words = [_words(child, pytest_shaped) for child in bad]
    if words and not (words[0].message or words[0].text):
        words[0] = words[0]._replace(text=_output(node))
    return words


def inner_attempts(node: Any) -> list[tuple[str | None, str | None, str | None]]:
    """Failed attempts written inside one element (Surefire, Gradle): type, message and text of each, in order."""
    if not any(_local(child) in _RERUNS for child in node):
        return []
    for each in node.iter(etree.Element):
        each.tag = _local(each)
    case = cast(Any, xunit2.TestCase).fromelem(node)
    found = [*case.rerun_failures(), *case.rerun_errors(), *case.flaky_failures(), *case.flaky_errors()]
    return [
        (each.type, _capped(each.message, MESSAGE_LIMIT), _capped(each.stack_trace or each.text, TEXT_LIMIT))
        for each in found
    ]


_RERUNS = frozenset({"flakyFailure", "flakyError", "rerunFailure", "rerunError"})


def _words(child: Any, pytest_shaped: bool) -> Words:
    message = _capped(child.get("message"), MESSAGE_LIMIT)
    text = _capped("".join(child.itertext()) or None, TEXT_LIMIT)
    return Words(_phase(message) if pytest_shaped else "call", _capped(child.get("type"), 500), message, text)


def _phase(message: str | None) -> Phase:
    if not message:
        return "call"
    if message.startswith("collection"):
        return "collection"
    if message.startswith("failed on setup"):
        return "setup"
    return "teardown" if message.startswith("failed on teardown") else "call"


def _output(node: Any) -> str | None:
    for name in ("system-err", "system-out"):
        for child in node:
            if _local(child) == name and child.text and child.text.strip():
                return _capped(child.text[-TEXT_LIMIT:], TEXT_LIMIT)
    return None


def _capped(text: str | None, limit: int) -> str | None:
    """The text, or its first and last half where it is longer than `limit` characters; NUL characters removed."""
    if text is None or not text.strip():
        return None
    if len(text) > limit:
        half = limit // 2
        text = f"{text[:half]}\n[… {len(text) - limit} characters left out …]\n{text[-half:]}"
    return text.replace("\x00", "")


def _local(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
