"""Every setting says what it is, and what one table names in another is there."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from core.settings import Settings


def tables(table: type[BaseModel]) -> list[type[BaseModel]]:
    """The table and all that can stand in it, in lists and by names too."""
    found = [table]
    for field in table.model_fields.values():
        inner: Any = field.annotation
        for each in (inner, *get_args(inner)):
            if isinstance(each, type) and issubclass(each, BaseModel):
                found += tables(each)
    return found


def test_every_setting_says_what_it_is() -> None:
    for table in tables(Settings):
        assert table.__doc__
        for name, field in table.model_fields.items():
            inner = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
            assert field.description or inner or name == "watch" or table.__name__ == "SlackSettings", name


def test_a_path_may_name_roles_of_ones_own() -> None:
    given = {"roles": {"dba": {"members": ["U1"]}}, "incidents": {"low": {"path": ["developer", "dba"]}}}
    assert Settings.model_validate(given).incidents.low.path == ["developer", "dba"]


@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low"])
def test_a_path_that_names_no_role_is_refused(severity: str) -> None:
    with pytest.raises(ValidationError, match=f"incidents.{severity}.path: 'boss' is no role; there are developer, "):
        Settings.model_validate({"incidents": {severity: {"path": ["boss"]}}})


def test_the_calendar_is_in_the_zone_of_the_settings_unless_it_has_one() -> None:
    assert Settings(timezone="Europe/Madrid").business_calendar.zone.key == "Europe/Madrid"
    own = {"timezone": "Europe/Madrid", "calendar": {"timezone": "America/Bogota"}}
    assert Settings.model_validate(own).business_calendar.zone.key == "America/Bogota"
