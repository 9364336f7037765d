"""What the text of one file says, where its table does not tell."""

import re
import symtable

from core.mocks.sources import UnparsableError, decode

_WORD_BYTE = re.compile(rb"\w")
_QUOTED = re.compile(rb"[#\"'@]")
_IMPORT_WORDS = frozenset({b"import", b"from"})
_BINDING_WORDS = _IMPORT_WORDS | {b"def", b"async", b"class", b"for", b"with", b"global", b"lambda"}
_DISPATCH = re.compile(rb"getattr\(\s*self\s*,\s*(?!['\"]\w+['\"]\s*[,)])")


def dispatches(content: bytes, name: str) -> bool:
    """Whether a class of this bare name finds members of its own by computed names."""
    head = re.search(rb"\bclass[ \t]+" + name.encode() + rb"\b", content)
    if head is None:
        return False
    end = content.find(b"\nclass ", head.end())
    return _DISPATCH.search(content, head.end(), end if end > 0 else len(content)) is not None


def is_plainly_used(content: bytes, name: str) -> bool:
    """Called, or asked for an attribute, on an indented line, and never a local name: most are, and need no tables."""
    is_used = False
    for match in re.finditer(name.encode() + rb"\b", content):
        start, end = match.span()
        if _WORD_BYTE.match(content, start - 1):
            continue
        first = content.rfind(b"\n", 0, start) + 1
        before = content[first:start]
        words = before.split(None, 1)
        if before.endswith(b".") or (words and words[0] in _IMPORT_WORDS and not before[:1].isspace()):
            continue
        if words and words[0] in _BINDING_WORDS:
            return False
        if not before[:1].isspace():
            continue
        after = content[end : end + 3].lstrip()
        if after.startswith(b"=") and not after.startswith(b"=="):
            return False
        is_used = is_used or (after[:1] in (b"(", b".") and not _QUOTED.search(before))
    return is_used


def globals_read(content: bytes, path: str) -> frozenset[str] | None:
    """Names that functions of a module read as globals; None when nobody can say."""
    try:
        table = symtable.symtable(decode(content), path, "exec")
    except (UnparsableError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: set[str] = set()
    pending = list(table.get_children())
    while pending:
        scope = pending.pop()
        pending.extend(scope.get_children())
        if isinstance(scope, symtable.Function):
            found.update(
                symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global() and symbol.is_referenced()
            )
    return frozenset(found)
