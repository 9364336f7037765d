"""What Python learnt after 3.11, written as 3.11 reads it, line for line."""

import re

_PATTERNS = (
    (
        re.compile(
            r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)\[(?:[^\[\]]|\[[^\[\]]{0,500}\]){0,2000}\]([(:])", re.M
        ),
        r"\1\2",
    ),
    (re.compile(r"^([ \t]*)type[ \t]+(\w+)(?:\[[^\]\n]*\])?[ \t]*=", re.M), r"\1\2 ="),
    (
        re.compile(r"^([ \t]*except\*?)[ \t]+([\w.]+(?:[ \t]*,[ \t]*(?:\w+\.[\w.]+|[A-Z_]\w*))+)[ \t]*:", re.M),
        r"\1 (\2):",
    ),
)
"""Type parameters, `type` statements (PEP 695) and `except A, B` (PEP 758); what that loses only type checkers use."""

_STRING = re.compile(r"#[^\n]*|(?:\b([A-Za-z]{1,2}))?(\"\"\"|'''|\"|')")
_INSIDE = re.compile(r"(?:\b([A-Za-z]{1,2}))?(\"\"\"|'''|\"|')|[{}()\[\]:]")
_DEEPEST = 20


def as_older_syntax(text: str) -> str:
    """The text without what Python learnt after 3.11; the same text when there is none of it."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(
            lambda match, wanted=replacement: match.expand(wanted) + "\n" * match[0].count("\n"),  # type: ignore[misc]
            text,
        )
    return _with_older_strings(text)


def _with_older_strings(text: str) -> str:
    """Fields of f-strings that hold the quotes around them, backslashes or lines (PEP 701) become `{0}`."""
    parts: list[str] = []
    position = 0
    while (start := _STRING.search(text, position)) is not None:
        end = start.end()
        if start[2]:
            fields: list[tuple[int, int]] = []
            end = _end_of_string(text, start, fields, 0)
            for first, last in fields:
                if _is_newer(text[first:last], start[2]):
                    line = "\n" if len(start[2]) == 3 else "\\\n"
                    parts += [text[position:first], "{0}", line * text.count("\n", first, last)]
                    position = last
        parts.append(text[position:end])
        position = end
    return "".join((*parts, text[position:]))


def _is_newer(field: str, quote: str) -> bool:
    return quote in field or "\\" in field or (len(quote) == 1 and "\n" in field)


def _end_of_string(text: str, start: re.Match[str], fields: list[tuple[int, int]], depth: int) -> int:
    """Where a string ends that begins so; the fields of an f-string are noted."""
    quote, position = start[2], start.end()
    is_formatted = "f" in (start[1] or "").lower() and depth < _DEEPEST
    while position < len(text):
        if text.startswith(quote, position):
            return position + len(quote)
        if text[position] == "\\" or (is_formatted and text.startswith("{{", position)):
            position += 2
        elif text[position] == "{" and is_formatted:
            end = _end_of_field(text, position + 1, depth)
            fields.append((position, end))
            position = end
        elif text[position] == "\n" and len(quote) == 1:
            return position
        else:
            position += 1
    return len(text)


def _end_of_field(text: str, position: int, depth: int) -> int:
    """Behind the brace that closes it. In a format, what stands behind a colon, quotes are plain characters."""
    level, in_format = 0, False
    while (found := _INSIDE.search(text, position)) is not None:
        position = found.end()
        if found[2]:
            if not in_format:
                position = _end_of_string(text, found, [], depth + 1)
        elif found[0] == "{" and in_format:
            position = _end_of_field(text, position, depth)
        elif found[0] == "}" and (not level or in_format):
            return position
        elif found[0] in "([{":
            level += 1
        elif found[0] in ")]}":
            level -= 1
        elif not level:
            in_format = True
    return len(text)
