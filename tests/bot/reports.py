"""Reports as bytes, and a stand-in for what finds the cause of a failure."""

import gzip
import os
import signal
import time
from functools import cache
from pathlib import Path

from core.runs.model import CaseFailure, Diagnosis
from core.settings import ServerSettings, Settings
from tests.stores import a_migrated_file

DIAGNOSER = "tests.bot.reports:diagnoser"
TROUBLED_DIAGNOSER = "tests.bot.reports:troubled_diagnoser"


class SameCause:
    """Gives every failure the same cause."""

    version = "test"

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        return Diagnosis("assertion", "assertion.error", "assert", None, "v1:1", "v1:1", "assert", "AssertionError")


class Troubled(SameCause):
    """Does what the failure's message asks for: `sleep` for ever, `die` with the process, or `break` the promise."""

    def __call__(self, failure: CaseFailure) -> Diagnosis:
        match failure.message:
            case "sleep":
                time.sleep(3600)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "break":
                raise RuntimeError("a bug of ours")
        return super().__call__(failure)


def diagnoser(settings: Settings) -> SameCause:
    return SameCause()


def troubled_diagnoser(settings: Settings) -> SameCause:
    return Troubled()


def a_report(passed: int = 2, failed: int = 0, *, name: str = "test", message: str = "assert 1 == 2") -> bytes:
    """A JUnit report; other `name`s make other reports."""
    cases = [f'<testcase classname="a.b" name="{name}_{n}" time="0.1"/>' for n in range(passed)]
    cases += [
        f'<testcase classname="a.b" name="{name}_bad_{n}"><failure message="{message}">E</failure></testcase>'
        for n in range(failed)
    ]
    return f'<testsuites><testsuite name="s">{"".join(cases)}</testsuite></testsuites>'.encode()


COVERAGE = b"""<coverage line-rate="0.5"><packages><package><classes><class><lines>
<line number="1" hits="1"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>"""


@cache
def a_bomb(megabytes: int) -> bytes:
    """A gzip file that unpacks to a report of one huge comment after another."""
    block = b"<!--" + b" " * ((1 << 20) - 7) + b"-->"
    return gzip.compress(b"<testsuites>" + block * megabytes + b"</testsuites>", 1, mtime=0)


def settings_with_a_store(folder: Path, **server: object) -> Settings:
    """Settings over a migrated store in the folder."""
    a_migrated_file(folder / "t12.db")
    return settings_for(folder, **server)


def settings_for(folder: Path, **server: object) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 't12.db'}", server=ServerSettings.model_validate(server))
