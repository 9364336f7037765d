"""`/t12 incident …` does with words what the card does with buttons, and tells the one who typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.incidents.lifecycle import Who
from core.incidents.model import Status
from core.settings import AccessSettings
from tests.scenarios.incidents import a_site


async def test_the_list_shows_mine_first_and_opens_a_card_with_working_buttons(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        for title in ("first", "second", "third"):
            await site.declare(title)
        await site.store.incidents.acknowledge(2, Who("U1"))
        await site.ws.command("ana", "qa", "incident")
        listed = await site.told("ana", "3 open incidents")
        lines = [line for line in listed.text.splitlines() if line.startswith("•")]
        assert [line.split()[1] for line in lines] == ["2", "3", "1"]
        assert "You have it" in lines[0]
        await site.ws.press("ana", "incident.show:3", channel="qa", ts=listed.ts)
        await site.ws.until(lambda: "High incident 3: third" in listed.text)
        await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=listed.ts)
        await site.ws.until(lambda: listed.text.startswith("You have it") and "Acknowledged by @U1" in listed.text)
        assert (await site.incident(3)).acknowledged_by == "U1"
        assert site.ws.broken_rules == []


async def test_one_incident_is_shown_to_the_one_who_asks(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.declare()
        await site.ws.command("ana", "qa", "incident #1")
        await site.told("ana", "High incident 1: The deployment hangs")
        assert site.ws.messages("qa", "luis") == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("incident ack 1", "You have it until"),
        ("incident ack 1 next run", "You have it until the next run."),
        ("incident resolve 1 it was the disk", "Resolved."),
        ("incident escalate 1", "Escalated."),
        ("incident hand 1 @kim", "Handed over to @U3."),
        ("incident hand 1 @nobody", "I do not know who “@nobody” is"),
        ("incident severity 1 low", "Severity is low now."),
        ("incident snooze 1 2h", "Snoozed."),
        ("incident snooze 1 tomorrow", "Snoozed."),
        ("incident note 1 see <https://ci.example.com|the build>", "Noted."),
        ("incident declare the CI leaks --severity critical", "Incident 2 is open."),
        ("incident report 1", "Report of incident 1"),
        ("incident export csv", "1 of 1 incidents"),
        ("incident export", "The deployment hangs"),
        ("incident stats", "1 incident in 180 days, 1 open"),
        ("incident list all", "1 incident, open and resolved"),
        ("incident 7", "There is no incident 7"),
        ("incident acknowledge 1", "Did you mean /t12 incident ack"),
        ("incident ack 99999999999", "needs the number"),
        ("incidents", "Did you mean /t12 incident?"),
        ("help incident", "incident snooze NUMBER"),
    ],
)
async def test_words_do_what_they_say(tmp_path: Path, typed: str, answer: str) -> None:
    async with a_site(tmp_path) as site:
        await site.declare()
        await site.ws.command("ana", "qa", typed)
        found = await site.ws.wait_for_message("qa", "ana")
        assert answer.casefold() in found.text.casefold()
        assert "went wrong" not in found.text
        assert site.ws.broken_rules == []


async def test_declaring_without_words_opens_the_form(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.ws.command("ana", "general", "incident declare")
        await site.ws.wait_for_modal("ana")
        await site.ws.submit("ana", {"title": "The deployment hangs", "note": "since noon"})
        told = await site.ws.wait_for_message("general", "ana", containing="Incident 1 is open.")
        assert told.ephemeral_to == "U1"
        assert (await site.incident()).note == "since noon"


async def test_a_mention_says_the_same(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.declare()
        site.ws.mention("ana", "qa", "incident ack 1")
        await site.told("ana", "You have it")
        assert (await site.incident()).status is Status.ACKNOWLEDGED


async def test_words_are_checked_like_buttons(tmp_path: Path) -> None:
    nobody = AccessSettings(acknowledge=["U4"], resolve=["U4"], escalate=["U4"], declare=["U4"])
    async with a_site(tmp_path, nobody) as site:
        await site.declare()
        before = await site.incident()
        words = [
            "ack 1",
            "resolve 1",
            "escalate 1",
            "hand 1 @kim",
            "severity 1 low",
            "snooze 1 1h",
            "note 1 x",
            "declare x",
        ]
        for count, typed in enumerate(words, start=1):
            await site.ws.command("ana", "qa", f"incident {typed}")
            await site.ws.until(lambda n=count: len(site.ws.ephemerals) == n or None)  # type: ignore[misc]
        assert all("You may not do this; ask @U4" in each.text for each in site.ws.ephemerals)
        assert await site.incident() == before


async def test_a_group_that_slack_does_not_tell_of_lets_nobody_in(tmp_path: Path) -> None:
    async with a_site(tmp_path, AccessSettings(resolve=["S1"]), scopes=["commands", "chat:write"]) as site:
        site.ws.add_usergroup("S1", "leads", ["U1"])
        await site.declare()
        await site.ws.command("ana", "qa", "incident resolve 1")
        await site.told("ana", "usergroups:read")
        assert (await site.incident()).is_open


async def test_home_shows_open_incidents_first_and_lets_people_work(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.declare("mine")
        await site.declare("free")
        await site.store.incidents.acknowledge(1, Who("U1"))
        site.ws.open_home("ana")
        home = await site.ws.wait_for_home("ana")
        shown = str(home.body["blocks"])
        assert shown.index("You have it") < shown.index("Nobody has it")
        await site.ws.press("ana", "incident.acknowledge:2", view_id=home.id)
        await site.ws.until(lambda: "You have it until" in str(_home(site.ws)))
        assert (await site.incident(2)).acknowledged_by == "U1"
        await site.ws.press("ana", "incident.resolve", view_id=_home_id(site.ws))
        await site.ws.until(lambda: "Resolved" in str(_home(site.ws)))
        await site.ws.press("ana", "home.show", view_id=_home_id(site.ws))
        await site.ws.until(lambda: "1 open incident" in str(_home(site.ws)))
        assert site.ws.broken_rules == []


def _home(ws: object) -> object:
    return ws.home("ana").body["blocks"]  # type: ignore[attr-defined]


def _home_id(ws: object) -> str:
    return str(ws.home("ana").id)  # type: ignore[attr-defined]
