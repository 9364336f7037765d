"""The calendar and the roles are read as they are meant, and what cannot be meant is refused with a sentence."""

import sys
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from core.settings import CalendarSettings, OverrideSettings, RoleSettings, Settings


def test_without_settings_business_is_nine_to_six_on_weekdays() -> None:
    found = CalendarSettings().in_zone("UTC")
    assert (found.weekdays, found.hours, found.country) == (frozenset(range(5)), ((540, 1080),), None)


def test_quiet_spans_are_cut_out() -> None:
    found = CalendarSettings(opens="08:00", closes="24:00", quiet=["12:30-13:30", "22:00-08:30"]).in_zone("UTC")
    assert found.hours == ((510, 750), (810, 1320))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quiet": ["20:00-19:00"]}, "no business hours are left"),
        ({"quiet": ["09:00-12:00", "12:00-18:00"]}, "no business hours are left"),
        ({"days": []}, "no day of the week is a business day"),
        ({"opens": "18:00"}, "business hours end at 18:00, which is not after they begin, 18:00"),
        ({"opens": "9:00"}, "'9:00' is no time of day; write one like 09:00"),
        ({"closes": "24:01"}, "'24:01' is no time of day"),
        ({"quiet": ["12:00"]}, "'12:00' is no span of time; write one like 12:30-13:30"),
        ({"quiet": ["12:00-12:00"]}, "lasts no time"),
        ({"days": ["Monday"]}, "mon"),
        ({"timezone": "Mars"}, "'Mars' is no time zone"),
        ({"country": "XX"}, "the holidays of 'XX' are not known; write a code of ISO 3166 like ES, CO or US"),
        ({"country": "HolidayBase"}, "the holidays of 'HolidayBase' are not known"),
        ({"country": "ES", "region": "ZZ"}, "'ZZ' is no region of ES; its regions are AN, AR"),
        ({"country": "CO", "region": "ANT"}, "'ANT' is no region of CO; it has no regions"),
        ({"region": "MD"}, "the region 'MD' needs its country"),
        ({"holidays": ["24.12.2026"]}, "this is no date; write one like 2026-12-24"),
        ({"holidays": ["2026-02-30"]}, "day is out of range"),
        ({"holidays": [20261224]}, "this is no date"),
        ({"holidays": ["2026-12-24"], "workdays": ["2026-12-24"]}, "2026-12-24 is named in holidays and in workdays"),
    ],
)
def test_what_is_no_calendar_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CalendarSettings.model_validate(given)
    assert words in str(refused.value)


def test_a_country_may_be_named_by_either_code() -> None:
    for country in ("ES", "ESP"):
        calendar = CalendarSettings(country=country, region="MD").in_zone("Europe/Madrid")
        assert not calendar.is_business_day(date(2026, 10, 12))


def test_holidays_are_not_loaded_for_those_who_name_no_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert CalendarSettings().in_zone("UTC").is_business_day(date(2026, 10, 12))


def test_the_roles_of_the_book_are_always_there() -> None:
    roles = Settings.model_validate({"roles": {"developer": {"members": ["U1"]}, "db_admins": {}}}).roles
    assert {name: role.title for name, role in roles.items()} == {
        "developer": "Developer", "team_lead": "Team Lead", "security_team": "Security Team", "qa_team": "QA Team",
        "db_admins": "Db Admins",
    }  # fmt: skip
    assert (roles["developer"].members, roles["team_lead"].members) == (["U1"], [])


def test_a_title_that_is_given_stays() -> None:
    assert Settings.model_validate({"roles": {"qa_team": {"title": "Testers"}}}).roles["qa_team"].title == "Testers"


@pytest.mark.parametrize("name", ["Team Lead", "", "1st", "qa-team", "_x"])
def test_a_role_has_a_name_in_small_letters(name: str) -> None:
    with pytest.raises(ValidationError, match="is no name of a role"):
        Settings.model_validate({"roles": {name: {}}})


@pytest.mark.parametrize("member", ["U0123456789", "W1A", "S0123456789", "C0123456789", "G0123456789"])
def test_people_groups_and_channels_are_members(member: str) -> None:
    assert RoleSettings(members=[member]).members == [member]


@pytest.mark.parametrize("member", ["@ana", "u0123", "D0123456789", "", "<@U1>", "U1\n"])
def test_others_are_not(member: str) -> None:
    with pytest.raises(ValidationError, match="is no Slack id"):
        RoleSettings(members=[member])


@pytest.mark.parametrize(
    ("begins", "until"),
    [
        ("2026-12-24", "2026-12-24"), ("2026-12-24", "2026-12-24T12:00:00"), ("2026-12-24T12:00", "2026-12-24T12:01"),
        ("2026-12-24T12:00:00+01:00", "2026-12-24T11:30:00Z"), ("2026-12-24T12:00:00Z", "2026-12-24T11:00:00"),
    ],
)  # fmt: skip
def test_a_stand_in_lasts_from_a_day_or_a_time_to_another(begins: str, until: str) -> None:
    OverrideSettings.model_validate({"from": begins, "until": until, "who": "U1"})


@pytest.mark.parametrize(
    ("begins", "until", "words"),
    [
        ("2026-12-24", "2026-12-23", "before it begins"), ("2026-12-24T12:00", "2026-12-24T12:00", "before it begins"),
        ("tomorrow", "2026-12-24", "this is no date and no time"), (1, "2026-12-24", "this is no date and no time"),
    ],
)  # fmt: skip
def test_a_stand_in_that_lasts_no_time_is_refused(begins: object, until: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        OverrideSettings.model_validate({"from": begins, "until": until, "who": "U1"})
