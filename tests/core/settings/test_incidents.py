"""The defaults are the procedure book's, and what cannot be meant is refused with a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from core.calendar import Within
from core.settings import AccessSettings, EmergencySettings, IncidentSettings


def test_time_to_answer_and_path_are_the_books() -> None:
    found = IncidentSettings()
    levels = {name: getattr(found, name) for name in ("critical", "high", "medium", "low")}
    assert {name: (level.within, level.path) for name, level in levels.items()} == {
        "critical": (Within(timedelta(minutes=15)), ["developer", "team_lead", "security_team"]),
        "high": (Within(timedelta(hours=1)), ["developer", "team_lead"]),
        "medium": (Within(timedelta(hours=4), business=True), ["developer", "qa_team"]),
        "low": (Within(None, business=True), ["developer"]),
    }


def test_half_a_table_keeps_the_other_half() -> None:
    found = IncidentSettings.model_validate({"critical": {"respond": "5m"}, "words": {"performance": ["slow"]}})
    assert found.critical.path == ["developer", "team_lead", "security_team"]
    assert (found.words["performance"], found.words["integration"]) == (["slow"], ["integration"])


@pytest.mark.parametrize(
    ("given", "kept"), [("next_run", "next_run"), ("resolved", "resolved"), (90, 90), ("90", 90)]
)  # fmt: skip
def test_an_acknowledgement_holds_for_a_word_or_minutes(given: object, kept: object) -> None:
    assert IncidentSettings.model_validate({"hold": given}).hold == kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hold": "forever"}, "'forever' is no time to hold; write resolved, tomorrow, next_run or up to 10080"),
        ({"hold": 0}, "0 is no time to hold"),
        ({"hold": True}, "True is no time to hold"),
        ({"critical": {"respond": "soon"}}, "'soon' is no time to answer; write 15m, 1h, 4h business or next business"),
        ({"critical": {"respond": "0m"}}, "is no time to answer"),
        ({"low": {"path": []}}, "at least 1 item"),
        ({"low": {"path": ["developer", "developer"]}}, "developer is named twice"),
        ({"kinds_by": ["name", "name"]}, "name is named twice"),
        ({"kinds_by": ["title"]}, "kinds_by"),
        ({"words": {"speed": []}}, "words.speed"),
        ({"words": 3}, "valid dictionary"),
        ({"paths": {"speed": ["*"]}}, "paths.speed"),
        ({"owners": {"@acme/qa": "@qa"}}, "'@qa' is no Slack id"),
        ({"channel": "#qa"}, "is no channel id"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        IncidentSettings.model_validate(given)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://example.com/ping", "http://127.0.0.1:9/x", "http://localhost", "http://[::1]/"]
)
def test_an_address_is_called_over_tls_or_on_this_machine(url: str) -> None:
    found = IncidentSettings.model_validate({"heartbeat_url": url}).heartbeat_url
    assert found is not None
    assert found.get_secret_value() == url


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://example.com", "example.com", "https://?token", "https://[", 3]
)
def test_other_addresses_are_refused_without_being_shown(url: object) -> None:
    with pytest.raises(ValidationError, match="address") as refused:
        IncidentSettings.model_validate({"heartbeat_url": url})
    assert str(url) not in "; ".join(each["msg"] for each in refused.value.errors())


def test_an_address_is_kept_secret() -> None:
    assert "s3cret" not in repr(EmergencySettings.model_validate({"stop_webhook": "https://example.com/s3cret"}))


def test_an_empty_address_is_none() -> None:
    assert IncidentSettings.model_validate({"heartbeat_url": " "}).heartbeat_url is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"commands": {"disk": "df -h"}}, "valid list"),
        ({"commands": {"disk": []}}, "at least 1 item"),
        ({"commands": {"Disk": ["df"]}}, "is no name"),
        ({"stop_pipeline": ["stop"], "stop_webhook": "https://example.com"}, "keep one"),
        ({"timeout_seconds": 0}, "greater than 0"),
    ],
)
def test_an_emergency_runs_listed_programs_alone(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        EmergencySettings.model_validate(given)
    assert words in str(refused.value)


def test_everybody_may_act_and_nobody_may_start_an_emergency_unless_told() -> None:
    found = AccessSettings()
    assert found.acknowledge == found.resolve == found.escalate == found.declare == ["*"]
    assert found.emergency == found.admins == []


@pytest.mark.parametrize("name", ["C0123456789", "ana", "**"])
def test_people_and_groups_may_act_and_others_may_not(name: str) -> None:
    assert AccessSettings(admins=["U1", "W1", "S1"]).admins == ["U1", "W1", "S1"]
    with pytest.raises(ValidationError, match="is nobody"):
        AccessSettings(admins=[name])
