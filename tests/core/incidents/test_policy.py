"""The settings say how an incident is answered, and how long an acknowledgement holds."""

from datetime import UTC, datetime, timedelta

import pytest

from core.incidents.model import Hold, Path, Severity
from core.incidents.policy import Policy
from core.settings import Settings
from tests.core.incidents.keeping import NOW

MADRID = Policy(Settings(timezone="Europe/Madrid"))


def test_each_severity_has_the_books_path() -> None:
    assert MADRID.path(Severity.CRITICAL) == Path("15m", ("developer", "team_lead", "security_team"), 2)
    assert MADRID.path(Severity.LOW) == Path("next business day", ("developer",), 2)


@pytest.mark.parametrize(
    ("word", "hold"),
    [
        ("resolved", Hold()),
        ("next_run", Hold(for_run=True)),
        ("1h", Hold(NOW + timedelta(hours=1))),
        ("30m", Hold(NOW + timedelta(minutes=30))),
        ("90", Hold(NOW + timedelta(minutes=90))),
    ],
)
def test_a_word_says_how_long_an_acknowledgement_holds(word: str, hold: Hold) -> None:
    assert MADRID.hold(word, NOW) == hold


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-05T10:00", "2026-03-06T08:00"),
        ("2026-03-06T22:30", "2026-03-09T08:00"),  # a Friday night
        ("2026-03-27T23:30", "2026-03-30T07:00"),  # clocks go forward on Sunday
        ("2026-10-23T12:00", "2026-10-26T08:00"),  # and back
    ],
)
def test_tomorrow_is_when_the_teams_next_day_begins(now: str, until: str) -> None:
    hold = MADRID.hold("tomorrow", datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert hold == Hold(datetime.fromisoformat(until).replace(tzinfo=UTC))


def test_a_role_that_nobody_configured_is_nobody_and_has_a_name() -> None:
    assert MADRID.on_call("security_team", NOW) == ()
    assert MADRID.title("security_team") == "Security Team"
