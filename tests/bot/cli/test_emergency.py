"""`t12 emergency` carries out the response from a terminal, and shows what is kept of it."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.bot.cli.conftest import T12

SETTINGS = f"""
[emergency]
security_tests = ['{sys.executable}', "-c", "print('2 passed')"]
stop_pipeline = ['{sys.executable}', "-c", "open('stopped', 'w')"]
"""


def test_a_reason_begins_it_and_every_step_says_what_it_did(t12: T12, files: Callable[..., Path]) -> None:
    files("t12.toml", SETTINGS)
    found = t12("emergency", "--reason", "the keys leaked", "--yes")
    assert found.code == 0
    assert "has begun, over incident 1" in found.out
    assert "Immediate assessment: done. The security tests pass." in found.out
    assert "Notify the team: failed. Nobody was told." in found.out
    assert Path("stopped").exists()
    number = t12("emergency").out.split()[0]
    assert number.startswith("EMRG-")
    assert "finished" in t12("emergency").out
    report = t12("emergency", number).out
    assert "- [x] CI/CD pipeline stopped" in report
    assert "Reason: the keys leaked." in report


def test_it_asks_first(t12: T12) -> None:
    assert "call developer, team_lead, security_team?" in t12("emergency", "--reason", "fire", sent="n\n").out
    assert t12("emergency").out == ""


def test_words_that_do_not_fit_are_told(t12: T12) -> None:
    assert t12("emergency", "EMRG-1", "--reason", "fire").code == 2
    assert "there is no emergency" in t12("emergency", "EMRG-1").err
    assert "needs a reason" in t12("emergency", "--reason", " ", "--yes").err
    assert "no incident 9" in t12("emergency", "--reason", "fire", "--incident", "9", "--yes").err
