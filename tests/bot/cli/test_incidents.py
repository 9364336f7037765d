"""`t12 incidents` and `t12 incident`: what happens in a terminal happens to the same incidents as in Slack."""

import csv
import getpass
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12
from tests.builders import a_report

KEYS = {
    "id", "severity", "status", "title", "cause", "opened_run", "last_run", "triggered_at", "acknowledged_at",
    "acknowledged_by", "resolved_at", "escalation_level", "tests", "rule", "events",
}  # fmt: skip


@pytest.fixture
def one(t12: T12, files: Callable[..., Path]) -> T12:
    """A green run an hour ago and a red one now: incident 1 is open."""
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    t12("ingest", files("good.xml", a_report("P" * 30)), "--branch", "main", "--started-at", before)
    t12("ingest", files("bad.xml", a_report("F" + "P" * 29)), "--branch", "main")
    return t12


def test_the_json_has_the_keys_others_build_on(one: T12) -> None:
    (found,) = one("incidents", "--format", "json").json
    assert found.keys() >= KEYS
    assert (found["id"], found["status"], found["severity"]) == (1, "triggered", "low")
    assert found["tests"] == ["tests/test_app.py::test_1"]
    assert [(each["type"], each["by"]) for each in found["events"]] == [("triggered", "t12")]


def test_who_is_logged_in_acts(one: T12) -> None:
    assert one("incident", "ack", 1, "2h").out.startswith("You have it until ")
    assert one("incident", "note", 1, "looking", "at", "it").out == "Noted.\n"
    assert one("incident", "resolve", 1, "--", "a", "typo").code == 0
    (found,) = one("incidents", "--format", "json").json
    assert (found["status"], found["acknowledged_by"]) == ("resolved", getpass.getuser())
    assert [each["type"] for each in found["events"]] == ["triggered", "acknowledged", "noted", "resolved"]


def test_the_table_shows_the_open_ones_unless_told_otherwise(one: T12) -> None:
    assert "triggered" in one("incidents").out
    one("incident", "resolve", "1")
    assert one("incidents").out == "no open incident; --all shows the resolved ones\n"
    assert "resolved" in one("incidents", "--all").out
    assert "resolved" in one("incident", "list", "all").out
    assert len(one("incidents", "--format", "csv").out.splitlines()) > 1


def test_csv_has_a_line_per_incident_and_no_formula(one: T12) -> None:
    one("incident", "declare", "=HYPERLINK(1)", "--severity", "critical")
    rows = list(csv.DictReader(io.StringIO(one("incident", "export", "csv").out)))
    assert [(row["id"], row["severity"], row["title"]) for row in rows] == [
        ("2", "critical", "'=HYPERLINK(1)"), ("1", "low", rows[1]["title"]),
    ]  # fmt: skip


def test_one_incident_is_shown_in_full(one: T12) -> None:
    told = one("incident", "1").out
    assert "why low: " in told
    assert "tests/test_app.py::test_1" in told
    assert "Timeline" in told
    assert one("incident", "1", "--format", "json").json["id"] == 1


def test_every_word_of_slack_is_known(one: T12) -> None:
    for words in (
        ("severity", 1, "high"), ("hand", 1, "U0123"), ("escalate", 1), ("snooze", 1, "2h"), ("snooze", 1, "tomorrow"),
        ("report", 1), ("stats",), ("stats", "--format", "json"), ("export",), ("list", "--suite", "no such suite"),
    ):  # fmt: skip
        found = one("incident", *words)
        assert (found.code, found.err) == (0, ""), words


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("ack",), 2, "needs the number"),
        (("acknowledge", "1"), 2, "did you mean t12 incident ack"),
        (("declare",), 2, "needs a title"),
        (("99",), 1, "there is no incident 99"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(t12: T12, words: tuple[str, ...], code: int, sentence: str) -> None:
    found = t12("incident", *words)
    assert (found.code, sentence in found.err) == (code, True), found.err
