"""The words after `incident` are read as they are meant, and a slip gets one sentence that helps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.incidents.model import Severity
from handlers.incident_words import VERBS, IncidentAsk, parse_incident, people_in, target_of

READ = {
    "": IncidentAsk("list"),
    "--suite web": IncidentAsk("list", suite="web"),
    "list": IncidentAsk("list"),
    "LIST all —suite “the web”": IncidentAsk("list", words="all", suite="the web"),
    "12": IncidentAsk("show", 12),
    "#12": IncidentAsk("show", 12),
    "show #12": IncidentAsk("show", 12),
    "declare": IncidentAsk("declare"),
    "declare the CI leaks --severity critical": IncidentAsk(
        "declare", words="the CI leaks", severity=Severity.CRITICAL
    ),
    "ack 12": IncidentAsk("ack", 12),
    "Ack 12 1h": IncidentAsk("ack", 12, hold="60m"),
    "ack 12 until tomorrow": IncidentAsk("ack", 12, hold="tomorrow"),
    "ack 12 next-run": IncidentAsk("ack", 12, hold="next_run"),
    "ack 12 resolved": IncidentAsk("ack", 12, hold="resolved"),
    "resolve 12": IncidentAsk("resolve", 12),
    "resolve 12 a --dry run fixed it": IncidentAsk("resolve", 12, words="a --dry run fixed it"),
    "escalate 12": IncidentAsk("escalate", 12),
    "hand 12 @ana": IncidentAsk("hand", 12, to="@ana"),
    "severity 12 LOW": IncidentAsk("severity", 12, severity=Severity.LOW),
    "snooze 12 2 hours": IncidentAsk("snooze", 12, wait=timedelta(hours=2)),
    "snooze 12 1d": IncidentAsk("snooze", 12, wait=timedelta(days=1)),
    "snooze 12 tomorrow": IncidentAsk("snooze", 12),
    "note 12 it's the --disk": IncidentAsk("note", 12, words="it's the --disk"),
    "report 12": IncidentAsk("report", 12),
    "export": IncidentAsk("export"),
    "export CSV --suite=web": IncidentAsk("export", words="csv", suite="web"),
    "stats": IncidentAsk("stats"),
}


@pytest.mark.parametrize("typed", READ)
def test_words_are_read_as_they_are_meant(typed: str) -> None:
    assert parse_incident(typed) == READ[typed]


SLIPS = {
    "acknowledge 12": "did you mean /t12 incident ack NUMBER",
    "resolv 12": "did you mean /t12 incident resolve NUMBER",
    "12 ack 1h": "did you mean /t12 incident ack 12 1h?",
    "12 close": "did you mean /t12 incident resolve 12?",
    "12 blue": "write /t12 incident 12 to see it",
    "frobnicate": "/t12 help incident lists what can",
    "ack": "needs the number of an incident; write /t12 incident ack",
    "ack twelve": "needs the number of an incident",
    "ack 12 soon": "“soon” is no time that I know",
    "ack 12 9999d": "“9999d” is no time that I know",
    "snooze 12": "say how long",
    "snooze 12 0m": "is no time that I know",
    "note 12": "a note needs words",
    "hand 12": "say to whom",
    "hand 12 @ana @luis": "one person",
    "severity 12 hgih": "did you mean high?",
    "severity 12 purple": "“purple” is no severity; write",
    "severity 12": "say which severity",
    "escalate 12 now please": "does not know what to do with “now please”",
    "export xml": "does not know what to do with “xml”",
    "list --branch main": "`incident list` has no option --branch",
    "list --suite": "--suite needs a value",
    "declare it broke --severity purple": "is no severity",
}


@pytest.mark.parametrize("typed", SLIPS)
def test_a_slip_is_told_in_one_sentence(typed: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_incident(typed)
    assert SLIPS[typed] in str(told.value)


def test_a_terminal_says_its_own_name() -> None:
    with pytest.raises(UsageError, match="did you mean t12 incident ack"):
        parse_incident("acknowlege 3", "t12")


@given(st.text(max_size=60), st.sampled_from(["", *(f"{verb} 12 " for verb in VERBS)]))
def test_whatever_is_typed_is_read_or_answered(typed: str, before: str) -> None:
    try:
        assert parse_incident(before + typed).verb in VERBS
    except UsageError as told:
        assert str(told)


def test_a_person_is_known_by_what_slack_says_and_by_an_id() -> None:
    named = people_in("hand 12 <@U1|ana> <!subteam^S1|@qa> <@U2>")
    assert named == {"@ana": "U1", "@qa": "S1", "@U2": "U2"}
    assert target_of("@ana", named) == "U1"
    assert target_of("@qa", named) == "S1"
    assert target_of("U0123", {}) == "U0123"
    assert target_of("@U0123", {}) == "U0123"
    with pytest.raises(UsageError, match="I do not know who “@kim” is"):
        target_of("@kim", named)
