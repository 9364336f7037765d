"""Reads one line as a frame of a Python, Java, JavaScript, Go or .NET stack trace and tells own code from foreign."""

import re
from functools import lru_cache
from typing import Final

_PYTHON: Final = re.compile(r'File "([^"]{1,300})", line \d+(?:, in ([^\n]{1,120}))?')
_PYTEST: Final = re.compile(r"((?:[A-Za-z]:)?[^:\n]{1,300}):\d+: in ([^\n]{1,120})")
_LOCATION: Final = re.compile(
    r"\+?((?:[A-Za-z]:)?[^\s:][^:\n]{0,300}\.(?:pyx?|pyi)):\d+: ?(?:([A-Za-z_][\w.]{0,120})(?:$|: (.*))|(.*))"
)
_JAVA: Final = re.compile(
    r"at (?:[\w.@-]{1,100}/)?([\w.$<>]{1,300})\(([\w$]{1,100}\.(?:java|kt|scala|groovy))(?::\d+)?\)"
    r"|at ([\w.$<>]{1,300})\((?:Native Method|Unknown Source)\)"
)
_SCRIPT: Final = re.compile(
    r"at (?:async )?(?:([^()\n]{1,200}) \()?((?:file://)?(?:[A-Za-z]:)?[^()\s:]{1,300}\.[cm]?[jt]sx?"
    r"|node:[\w/:]{1,100}?):\d+(?::\d+)?\)?$"
)
_DOTNET: Final = re.compile(r"at ([\w.`<>|\[\],+]{3,300})\([^\n]{0,300}\)(?: in (.{1,300}):line \d+)?$")
_GO: Final = re.compile(r"([^\s:]{1,300}\.go):\d+(?: \+0x[0-9a-f]+)?$")

_FOREIGN: Final = re.compile(
    r"site-packages|dist-packages|node_modules|[/\\]lib(?:64)?[/\\]python\d|[/\\]Lib[/\\]|Python\.framework"
    r"|<frozen|<string>|<attrs"
    r"|(?:^|[/\\])(?:\.venv|venv|\.tox|\.nox|_pytest|pluggy|importlib|asyncio|unittest|concurrent"
    r"|contextlib\.py)(?:[/\\]|$)"
    r"|^node:|^internal/|[/\\]usr[/\\]local[/\\]go[/\\]|[/\\]go[/\\]src[/\\]|go[/\\]pkg[/\\]mod|^/rustc/"
)
_FOREIGN_NAME: Final = re.compile(
    r"^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|scala|groovy|org\.junit|org\.testng|junit|org\.gradle"
    r"|org\.apache\.maven"
    r"|org\.mockito|org\.hamcrest|org\.assertj|org\.opentest4j|org\.springframework|org\.hibernate|net\.bytebuddy"
    r"|System|Microsoft|Xunit|NUnit|Moq|FluentAssertions)\."
)
_ROOTS: Final = re.compile(
    r"^(?:/home/runner/work/[^/]+/[^/]+|/builds/[^/]+/[^/]+|/__w/[^/]+/[^/]+|/home/circleci/(?:project|repo)"
    r"|/github/workspace"
    r"|/codebuild/output/[^/]+/src/[^/]+|/var/lib/jenkins/workspace/[^/]+|/home/jenkins/[^/]*/?workspace/[^/]+"
    r"|[A-Za-z]:/a/[^/]+/[^/]+|/workspaces?/[^/]+(?=/.*/)|/(?:app|src|code|srv|opt)(?=/)"
    r"|(?:/private)?/(?:var/)?tmp/[^/]+(?=/.*/)|(?:/private)?/var/folders/[^/]+/[^/]+/T/[^/]+"
    r"|(?:[A-Za-z]:)?/(?:home|Users)/[^/]+)/"
)


class Frame(tuple[str, str, bool]):
    """(path, function, own): `function` is empty where the trace does not name it."""

    __slots__ = ()

    @property
    def own(self) -> bool:
        """True for code of the repository under test, False for an interpreter, library or test framework."""
        return self[2]

    @property
    def place(self) -> str:
        """`path:function` with the checkout directory cut off, for signatures."""
        return f"{short_path(self[0])}:{self[1]}" if self[1] else short_path(self[0])

    @property
    def words(self) -> str:
        """`path:function` as the trace shows it, for rules."""
        return f"{self[0]}:{self[1]}"


@lru_cache(maxsize=2_048)
def short_path(path: str) -> str:
    """A path as the repository knows it: forward slashes, without the directory it was checked out in."""
    return _ROOTS.sub("", path.replace("\\", "/"), count=1)


@lru_cache(maxsize=2_048)
def make_frame(path: str, function: str) -> Frame:
    """A frame; kept for reuse because the traces of a run repeat the same few."""
    foreign = _FOREIGN.search(path) or (("." in function) and _FOREIGN_NAME.match(function))
    return Frame((path, function.strip(), not foreign))


def read_frame(line: str) -> Frame | None:
    """The frame on a line without its indentation, or None. Costs one cheap test for most lines."""
    if line.startswith('File "'):
        match = _PYTHON.match(line)
        return make_frame(match[1], match[2] or "") if match else None
    if line.startswith("at "):
        return _read_at(line)
    if ": in " in line and (match := _PYTEST.match(line)):
        return make_frame(match[1], match[2])
    if ".go:" in line and (match := _GO.match(line)):
        return make_frame(match[1], "")
    return None


def _read_at(line: str) -> Frame | None:
    if match := _JAVA.match(line):
        return make_frame(match[2] or "", match[1] or match[3])
    if match := _SCRIPT.match(line):
        return make_frame(match[2], match[1] or "")
    if match := _DOTNET.match(line):
        return make_frame(match[2] or "", match[1])
    return None


def read_location(line: str) -> tuple[str, str, str] | None:
    """pytest's location line `path:12: SomeError`, with words after the type or instead of it: (path, type, words)."""
    if ".py" not in line:
        return None
    match = _LOCATION.match(line)
    return (match[1], match[2] or "", match[3] or match[4] or "") if match else None
