"""Who may do what: people, user groups as Slack knows them, and nobody when Slack does not say."""

from __future__ import annotations

import pytest

from core.settings import AccessSettings
from handlers.access import Access, DeniedError, Permit, is_allowed
from handlers.gateway import SlackError
from handlers.remembered import AGAIN_SECONDS, FRESH_SECONDS, LAST_GOOD_SECONDS, Remembered

LEADS = {"S1": frozenset({"U2"})}


@pytest.mark.parametrize(
    ("user", "actors", "members", "allowed"),
    [
        ("U1", ["*"], {}, True),
        ("U1", ["U1"], {}, True),
        ("U1", ["U2"], {}, False),
        ("U1", [], {}, False),
        ("", ["*"], {}, False),
        ("", [""], {}, False),
        ("U2", ["S1"], LEADS, True),
        ("U1", ["S1"], LEADS, False),
        ("U1", ["S1", "U1"], {"S1": None}, True),
        ("U1", ["S1"], {"S1": None}, None),
        ("U2", ["S0", "S1"], LEADS | {"S0": None}, True),
        ("S1", ["S1"], LEADS, True),
    ],
)
def test_who_is_named_may(
    user: str, actors: list[str], members: dict[str, frozenset[str] | None], allowed: bool | None
) -> None:
    assert is_allowed(user, actors, members) is allowed


class Slack:
    """Answers who is in S1, as long as it is up."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.members = frozenset({"U2"})
        self.is_up = True

    async def __call__(self, group: str) -> frozenset[str]:
        self.asked += 1
        if not self.is_up or group != "S1":
            raise SlackError("missing_scope", "usergroups.users.list")
        return self.members

    def remembered(self) -> Remembered:
        return Remembered(self, lambda: self.now)


async def test_a_group_is_asked_for_once_in_five_minutes() -> None:
    slack = Slack()
    groups = slack.remembered()
    assert [await groups.members("S1") for _ in range(3)] == [frozenset({"U2"})] * 3
    slack.members = frozenset({"U3"})
    assert await groups.members("S1") == frozenset({"U2"})
    slack.now = FRESH_SECONDS
    assert await groups.members("S1") == frozenset({"U3"})
    assert slack.asked == 2


async def test_what_slack_said_last_counts_for_an_hour() -> None:
    slack = Slack()
    groups = slack.remembered()
    await groups.members("S1")
    slack.is_up = False
    slack.now = LAST_GOOD_SECONDS - 1
    assert await groups.members("S1") == frozenset({"U2"})
    slack.now = LAST_GOOD_SECONDS
    assert await groups.members("S1") is None


async def test_a_slack_that_does_not_say_is_left_alone_for_a_while() -> None:
    slack = Slack()
    groups = slack.remembered()
    slack.is_up = False
    assert [await groups.members("S1") for _ in range(5)] == [None] * 5
    assert slack.asked == 1
    slack.is_up, slack.now = True, AGAIN_SECONDS
    assert await groups.members("S1") == frozenset({"U2"})


async def test_admins_may_everything_and_others_are_told_whom_to_ask() -> None:
    access = Access(AccessSettings(emergency=["U5"], admins=["U1", "S1"]), Slack().remembered())
    for permit in Permit:
        await access.require("U1", permit)
        await access.require("U2", permit)
    await access.require("U5", Permit.EMERGENCY)
    with pytest.raises(DeniedError, match="ask <@U5>, <@U1>, <@S1>"):
        await access.require("U9", Permit.EMERGENCY)
    await access.require("U9", Permit.DECLARE)


async def test_nobody_named_is_nobody_allowed() -> None:
    access = Access(AccessSettings(), Slack().remembered())
    with pytest.raises(DeniedError, match="names nobody"):
        await access.require("U1", Permit.EMERGENCY)


async def test_a_group_that_is_not_known_denies() -> None:
    access = Access(AccessSettings(resolve=["S2"]), Slack().remembered())
    with pytest.raises(DeniedError, match="usergroups:read"):
        await access.require("U2", Permit.RESOLVE)


def test_every_permit_is_a_key_of_the_settings() -> None:
    assert {each.value for each in Permit} == set(AccessSettings.model_fields) - {"admins"}
