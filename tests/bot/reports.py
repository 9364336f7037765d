"""Reports as bytes, and a stand-in for what finds the cause of a failure."""

import gzip
from pathlib import Path

from core.runs.model import CaseFailure, Diagnosis
from core.settings import ServerSettings, Settings

DIAGNOSER = "tests.bot.reports:diagnoser"
SLOW_DIAGNOSER = "tests.bot.reports:slow_diagnoser"
DYING_DIAGNOSER = "tests.bot.reports:dying_diagnoser"
BROKEN_DIAGNOSER = "tests.bot.reports:broken_diagnoser"


class SameCause:
    """Gives every failure the same cause."""

    version = "test"

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        return Diagnosis("assertion", "assertion.error", "assert", None, "v1:1", "v1:1", "assert", "AssertionError")


class Sleeping(SameCause):
    """Never ends."""

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        import time

        time.sleep(3600)
        return super().__call__(failure)


class Dying(SameCause):
    """Takes the process down with it."""

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(failure)


class Broken(SameCause):
    """Breaks its promise never to raise."""

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        raise RuntimeError("a bug of ours")


def diagnoser(settings: Settings) -> SameCause:
    return SameCause()


def slow_diagnoser(settings: Settings) -> SameCause:
    return Sleeping()


def dying_diagnoser(settings: Settings) -> SameCause:
    return Dying()


def broken_diagnoser(settings: Settings) -> SameCause:
    return Broken()


def a_report(passed: int = 2, failed: int = 0, *, name: str = "test") -> bytes:
    """A JUnit report; other `name`s make other reports."""
    cases = [f'<testcase classname="a.b" name="{name}_{n}" time="0.1"/>' for n in range(passed)]
    cases += [
        f'<testcase classname="a.b" name="{name}_bad_{n}"><failure message="assert 1 == 2">E</failure></testcase>'
        for n in range(failed)
    ]
    return f'<testsuites><testsuite name="s">{"".join(cases)}</testsuite></testsuites>'.encode()


COVERAGE = b"""<coverage line-rate="0.5"><packages><package><classes><class><lines>
<line number="1" hits="1"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>"""


def a_bomb(megabytes: int) -> bytes:
    """A gzip file that unpacks to a report of one huge comment after another."""
    block = b"<!--" + b" " * ((1 << 20) - 7) + b"-->"
    return gzip.compress(b"<testsuites>" + block * megabytes + b"</testsuites>", 9, mtime=0)


def settings_for(folder: Path, **server: object) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 't12.db'}", server=ServerSettings.model_validate(server))
