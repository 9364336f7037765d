"""Who is told of an incident and is not in its channel gets it directly, once; nobody else does."""

from __future__ import annotations

from pathlib import Path

from bot.workspace import Message
from core.incidents.lifecycle import Who
from tests.bot.test_slack_manifest import asked
from tests.scenarios.incidents import ROLES, Site, a_site

ASKED = [*asked()["bot"], *asked()["bot_optional"]]


def direct(site: Site, person: str) -> list[Message]:
    """What T12 wrote to somebody alone."""
    return site.ws.messages(site.ws.team.direct(site.ws.team.bot_user, person).id)


async def test_who_is_not_in_the_channel_is_told_directly_and_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.ws.leave("luis", "qa")
        await site.card()
        await site.store.incidents.escalate(1, Who("U1"))
        for _ in range(3):
            await site.tick()
        (told,) = direct(site, "U2")
        assert told.text.startswith("High incident 1: The deployment hangs")
        assert "Escalated to Team lead" in told.text
        assert direct(site, "U1") == []
        assert len(site.ws.calls_of("conversations.members")) == 1
        assert site.ws.broken_rules == []


async def test_the_first_who_are_told_are_told_directly_too(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.ws.leave("ana", "qa")
        await site.card()
        await site.tick()
        (told,) = direct(site, "U1")
        assert "is asked to acknowledge it" in told.text


async def test_a_card_that_changes_tells_nobody_again(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.card()
        site.ws.leave("ana", "qa")
        await site.store.incidents.note(1, Who("U2"), "the disk is full")
        await site.tick()
        assert direct(site, "U1") == []


async def test_without_the_scope_everybody_who_is_told_is_told_directly(tmp_path: Path) -> None:
    async with a_site(tmp_path, scopes=["commands", "chat:write"]) as site:
        await site.card()
        await site.tick()
        assert len(direct(site, "U1")) == 1
        assert direct(site, "U2") == []


async def test_of_a_user_group_those_are_told_directly_who_are_not_there(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.ws.add_usergroup("S1", "leads", ["U2", "U3"])
        site.store.settings.roles["team_lead"] = ROLES["team_lead"].model_copy(update={"members": ["S1"]})
        site.ws.leave("kim", "qa")
        await site.card()
        await site.store.incidents.escalate(1, Who("U1"))
        await site.tick()
        await site.tick()
        assert (len(direct(site, "U3")), direct(site, "U2")) == (1, [])
        site.store.settings.roles["team_lead"] = ROLES["team_lead"]


async def test_a_channel_that_cannot_be_posted_to_still_lets_others_be_told(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.ws.leave("t12", "qa")
        site.ws.leave("ana", "qa")
        await site.declare()
        await site.tick()
        await site.tick()
        assert site.ws.messages("qa") == []
        assert len(direct(site, "U1")) == 1
