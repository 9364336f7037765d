"""What makes two results, in two runs, results of the same test."""

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from core.runs.model import CaseKind

NAME_LIMIT = 500
"""Longer names are cut and end in a digest of the whole."""

_BREAKS_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_MODULE = re.compile(r"((?:\w+\.)*(?:test_\w+|\w+_test|conftest))(?:\.\w+)*\Z")


def clean(text: str) -> str:
    """The text without control, zero-width and bidirectional characters, which break or forge a layout."""
    if text.isascii() and text.isprintable():
        return text
    return _BREAKS_TEXT.sub("", text.replace("\t", " ").replace("\r", " ").replace("\n", " "))


def cut(text: str) -> str:
    """At most 500 characters; a cut name ends in a digest of the whole, so that cut names stay different."""
    if len(text) <= NAME_LIMIT:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{text[: NAME_LIMIT - 14]}…#{digest}"


def test_key(*parts: str) -> int:
    """A signed 64-bit digest: among a million tests two collide with a chance of 1 in 10 million."""
    return keyed(prefix_of(*parts[:-1]), parts[-1])


Prefix = Any
"""A digest of all parts of a key but the last: the cases of one class share it."""


def prefix_of(*parts: str) -> Prefix:
    """The digest of the parts before the last."""
    return blake2b("".join(f"{part}\x1f" for part in parts).encode("utf-8", "surrogatepass"), digest_size=8)


def keyed(prefix: Prefix, last: str) -> int:
    """The key of a prefix and its last part."""
    digest = prefix.copy()
    digest.update(last.encode() if last.isascii() else last.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest(), "big", signed=True)


@lru_cache(maxsize=8192)
def derived_file(classname: str) -> str:
    """The path a pytest classname stands for, e.g. `tests.api.test_a.TestB` is `tests/api/test_a.py`; else empty.

    The last part that looks like a test module counts; what follows it are classes.
    """
    module = _MODULE.match(classname)
    return module[1].replace(".", "/") + ".py" if module else ""


def display_name(classname: str, name: str, file: str, kind: str) -> str:
    """What people call a test: its node id where the file is known, else classname and name."""
    if kind == CaseKind.SUITE:
        return f"suite {name}"
    if kind == CaseKind.COLLECTION:
        return f"collection of {name or classname}"
    module = file.removesuffix(".py").replace("/", ".")
    if file.endswith(".py") and (classname == module or classname.startswith(module + ".")):
        inner = [part for part in classname[len(module) + 1 :].split(".") if part]
        return "::".join([file, *inner, name])
    if classname and classname != name and not name.startswith(classname):
        return f"{classname}.{name}" if re.fullmatch(r"[\w.$]+", classname) else f"{classname} › {name}"
    return name
