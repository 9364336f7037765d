"""Who may do what, decided on the server for every command, click and form."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from core.errors import T12Error
from core.settings import AccessSettings

from .remembered import Remembered

EVERYBODY = "*"
_NAMED = 5


class Permit(StrEnum):
    """What the settings let people do; the name of each is its key in `[access]`."""

    ACKNOWLEDGE = "acknowledge"
    """And hand over, snooze, mute and note: what those do who work on it."""
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    """And judge the severity anew: both decide who is told."""
    DECLARE = "declare"
    EMERGENCY = "emergency"
    DATABASES = "databases"
    """Delete test data by the configured rules."""
    CHECKLISTS = "checklists"
    """Whatever is done with the items of a checklist."""


class DeniedError(T12Error):
    """Somebody may not do this. The sentence holds ids of the settings alone, as `<@U1>`."""


def is_allowed(user: str, actors: Iterable[str], members: Mapping[str, frozenset[str] | None]) -> bool | None:
    """Whether one of `actors` (people, user groups, `*`) is this person; None when a group's members are not known."""
    named = set(actors)
    if user and (EVERYBODY in named or user in named):
        return True
    groups = [members.get(each) for each in named if each.startswith("S")]
    if any(user in group for group in groups if group is not None):
        return True
    return None if None in groups else False


class Access:
    """The settings, and Slack's word on who is in a user group."""

    def __init__(self, settings: AccessSettings, groups: Remembered) -> None:
        self._settings = settings
        self._groups = groups

    async def require(self, user: str, permit: Permit) -> None:
        """Raises `DeniedError` unless the person may do this. Who cannot be told to belong to a group is denied."""
        chosen: list[str] = getattr(self._settings, permit.value)
        actors = [*chosen, *self._settings.admins]
        if is_allowed(user, actors, {}):
            return
        members = {each: await self._groups.members(each) for each in actors if each.startswith("S")}
        allowed = is_allowed(user, actors, members)
        if allowed is None:
            raise DeniedError(
                "Slack does not tell me who is in the user groups that may do this, so nothing was changed. "
                "Try again in a minute; it needs the scope usergroups:read"
            )
        if not allowed:
            raise DeniedError(_denied(permit, actors))


def _denied(permit: Permit, actors: list[str]) -> str:
    named = list(dict.fromkeys(actors))
    if not named:
        return f"Nobody may do this: `{permit.value}` under [access] in the settings names nobody"
    shown = ", ".join(f"<@{each}>" for each in named[:_NAMED])
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"You may not do this; ask {shown}{more}. `{permit.value}` under [access] in the settings says who may"
