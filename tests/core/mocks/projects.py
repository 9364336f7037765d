"""Small projects with one production package, and what an audit says of a test file beside it."""

from pathlib import Path
from textwrap import dedent

from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Audit, Finding, Severity

from .trees import write_tree

MAIL = """
    import enum
    from dataclasses import dataclass
    from typing import NamedTuple, Optional, Protocol

    import app.text
    from app.text import clean, shorten

    LIMIT = 10

    class Mailer:
        default_sender = "a@b.c"

        def __init__(self, host, port=25):
            self.host = host
            self.sent, self.failed = [], []

        @property
        def is_open(self) -> bool:
            return True

        def send(self, address, subject, body=""):
            return clean(address)

        def close(self):
            ...

        @classmethod
        def local(cls, port):
            return cls("localhost", port)

        @staticmethod
        def parse(text):
            return text

        async def deliver(self, address):
            return address

        def count(self) -> int:
            return LIMIT

    class QueueMailer(Mailer):
        def enqueue(self, address):
            ...

        def send(self, address, subject, body="", delay=0):
            ...

    class Flexible:
        def __getattr__(self, name):
            return name

    @dataclass
    class Message:
        to: str
        subject: str = ""

    class Point(NamedTuple):
        x: int
        y: int = 0

    class Colour(enum.Enum):
        RED = 1

    class Sends(Protocol):
        def send(self, address, subject, body=""): ...

    class Campaign:
        def __init__(self, mailer: Mailer, backup: Optional[Mailer] = None):
            self.mailer = mailer
            self.backup = backup
            self.queue: QueueMailer = QueueMailer("q")

        def run(self, addresses):
            for address in addresses:
                self.mailer.send(address, "hello")

    def connect(host) -> Mailer:
        return Mailer(host)

    def get_mailer() -> Mailer:
        return Mailer("h")

    async def fetch(url, timeout=3):
        return url

    async def deliver_all(mailer: Mailer):
        await mailer.deliver(await fetch("u"))

    def total() -> int:
        return len(shorten("x"))

    def notify(mailer: Mailer, address):
        return app.text.clean(address)
"""
TEXT = """
    def clean(text):
        return text.strip()

    def shorten(text, width=3):
        return text[:width]

    def unused(text):
        return text
"""
JOBS = """
    from app.mail import Mailer, connect
    from app.text import shorten, unused

    def start(host):
        return connect(host).send("a", "b")

    def cut():
        return shorten("abc")
"""


def a_project(root: Path, tests: str | dict[str, str], **production: str) -> None:
    """The package `app` with modules `mail`, `text` and `jobs`; `production` adds modules or replaces them."""
    modules = {"mail": MAIL, "text": TEXT, "jobs": JOBS, **production}
    files = {f"app/{name}.py": text for name, text in modules.items()}
    files |= {"app/__init__.py": "", "requirements.txt": "pytest\npytest-mock\npytest-asyncio\n"}
    files |= tests if isinstance(tests, dict) else {"tests/test_mail.py": tests}
    write_tree(root, {path: dedent(text) for path, text in files.items()})


def audited(
    root: Path, tests: str | dict[str, str], switched_on: frozenset[str] = frozenset(), **production: str
) -> Audit:
    a_project(root, tests, **production)
    return audit(root, AuditOptions(switched_on=switched_on))


def told(made: Audit) -> list[Finding]:
    """What is said, advice left out."""
    return [each for each in made.findings if each.severity is not Severity.ADVICE]


def said(
    root: Path, tests: str | dict[str, str], switched_on: frozenset[str] = frozenset(), **production: str
) -> list[str]:
    """`rule member` of every finding, sorted."""
    found = told(audited(root, tests, switched_on, **production))
    return sorted(f"{each.rule} {each.member}" for each in found)
