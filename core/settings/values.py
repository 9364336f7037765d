"""The kinds of words that settings are made of, each refused with a sentence that shows a right one."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr

from core.calendar import Within, minute_of, span_of


class Table(BaseModel):
    """A table of settings: nothing in it is unknown and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def _nothing_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _known_zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Madrid or UTC") from None
    return name


def _channel_id(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[CGD][A-Z0-9]{1,20}", name):
        raise ValueError(f"{name!r} is no channel id; Slack shows it at the end of the channel's details: C0123456789")
    return name


def _target_id(name: str) -> str:
    if not re.fullmatch(r"[UWSCG][A-Z0-9]{1,20}", name):
        raise ValueError(
            f"{name!r} is no Slack id; write a person's U0123456789 (Copy member ID in the profile), a user group's "
            "S0123456789 or a channel's C0123456789"
        )
    return name


def _actor(name: str) -> str:
    if not re.fullmatch(r"\*|[UWS][A-Z0-9]{1,20}", name):
        raise ValueError(
            f"{name!r} is nobody; write a person's U0123456789, a user group's S0123456789 or * for everybody"
        )
    return name


def _role_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ValueError(f"{name!r} is no name of a role; write it in small letters, like team_lead")
    return name


def _time_of_day(text: str) -> str:
    minute_of(text)
    return text


def _span(text: str) -> str:
    span_of(text)
    return text


def _respond(text: str) -> str:
    Within.parse(text)
    return text


def _day(value: object) -> object:
    if isinstance(value, str):
        value = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("this is no date; write one like 2026-12-24")
    return value


def _day_or_instant(value: object) -> object:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-12-24") else datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date):
        raise ValueError("this is no date and no time; write 2026-12-24 or 2026-12-24T18:00:00")
    return value


def _url(value: object) -> object:
    """Refuse addresses that would send over the network in the clear."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if text is None or (isinstance(text, str) and not text.strip()):
        return None
    try:
        parts = urlsplit(str(text))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is no address; write one like https://example.com/ping") from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))):
        raise ValueError("write an address that begins with https://; http:// is for this machine alone")
    return text


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def unique(values: Sequence[Any]) -> Sequence[Any]:
    """The values as they are. Raises `ValueError` when one is named twice."""
    twice = [value for index, value in enumerate(values) if value in values[:index]]
    if twice:
        raise ValueError(f"{twice[0]} is named twice")
    return values


Unset = Annotated[str | None, BeforeValidator(_nothing_if_blank)]
"""A word that need not be given; an empty one is none, as in the file that `t12 init` writes."""
UnsetPath = Annotated[Path | None, BeforeValidator(_nothing_if_blank)]
UnsetUrl = Annotated[SecretStr | None, BeforeValidator(_url)]
"""An address, kept secret because who knows it may use it: https, or http to this machine."""
ChannelId = Annotated[Unset, AfterValidator(_channel_id)]
Zone = Annotated[str, AfterValidator(_known_zone)]
UnsetZone = Annotated[Unset, AfterValidator(_known_zone)]
TargetId = Annotated[str, AfterValidator(_target_id)]
"""Who is told: a person, a user group or a channel of Slack."""
Actor = Annotated[str, AfterValidator(_actor)]
"""Who may do something: a person or a user group of Slack, or * for everybody."""
RoleName = Annotated[str, AfterValidator(_role_name)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
Span = Annotated[str, AfterValidator(_span)]
Respond = Annotated[str, AfterValidator(_respond)]
Day = Annotated[date, BeforeValidator(_day)]
DayOrInstant = Annotated[date | datetime, BeforeValidator(_day_or_instant)]
