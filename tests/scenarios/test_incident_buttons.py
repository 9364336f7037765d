"""An incident's card is worked with: one press is one change, and every press is answered to the one who pressed."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from core.incidents.lifecycle import Who
from core.incidents.model import Happened, Status
from core.settings import AccessSettings
from handlers.messages.message import Message
from tests.scenarios.incidents import Site, a_site


async def events(site: Site, id_: int = 1) -> list[Happened]:
    return [each.type for each in (await site.store.incidents.show(id_)).events]


async def test_acknowledging_is_one_change_told_to_all_and_answered_to_one(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        assert "High incident 1: The deployment hangs" in card.text
        answer = await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=card.ts)
        assert answer.acked
        await site.told("ana", "You have it")
        await site.tick()
        assert "Acknowledged by @U1" in card.text
        reply = site.ws.messages("qa", thread_ts=card.ts)[-1]
        assert "Acknowledged by @U1" in reply.text
        assert site.ws.broken_rules == []


async def test_the_second_who_presses_is_told_who_was_first(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=card.ts)
        await site.told("ana", "You have it")
        await site.ws.press("luis", "incident.acknowledge", channel="qa", ts=card.ts)
        told = await site.told("luis", "Already acknowledged by @U1, just now.")
        assert {"type": "user", "user_id": "U1"} in told.blocks[0]["elements"][0]["elements"]
        assert (await events(site)).count(Happened.ACKNOWLEDGED) == 1


async def test_an_old_screen_is_answered_and_changes_nothing(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await site.store.incidents.resolve(1, Who("U2"), "it was the disk")
        await site.tick()
        assert "incident.acknowledge" not in json.dumps(card.blocks)
        for number, button in enumerate(("incident.acknowledge", "incident.resolve"), start=1):
            await site.ws.press("ana", button, channel="qa", ts=card.ts, stale=True)
            await site.ws.until(lambda count=number: len(_private(site, "U1", "Already resolved by @U2")) == count)  # type: ignore[misc]
        assert (await site.incident()).resolved_by == "U2"


def _private(site: Site, user: str, words: str) -> list[str]:
    return [each.text for each in site.ws.ephemerals if each.ephemeral_to == user and words in each.text]


async def test_resolving_asks_first(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        declined = await site.ws.press("ana", "incident.resolve", channel="qa", ts=card.ts, confirm=False)
        assert declined.failure == "not_confirmed"
        assert (await site.incident()).is_open
        await site.ws.press("ana", "incident.resolve", channel="qa", ts=card.ts)
        await site.told("ana", "Resolved.")
        assert not (await site.incident()).is_open


async def test_who_may_not_is_told_who_may(tmp_path: Path) -> None:
    access = AccessSettings(acknowledge=["U2"], resolve=["S1"], admins=["U3"])
    async with a_site(tmp_path, access) as site:
        site.ws.add_usergroup("S1", "leads", ["U1"])
        card = await site.card()
        await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=card.ts)
        await site.told("ana", "You may not do this; ask @U2, @U3.")
        await site.ws.press("ana", "incident.more", channel="qa", ts=card.ts, value="ack_1h:1")
        await site.ws.until(lambda: len(_private(site, "U1", "You may not do this")) == 2 or None)
        assert (await site.incident()).status is Status.TRIGGERED
        await site.ws.press("luis", "incident.resolve", channel="qa", ts=card.ts)
        await site.told("luis", "You may not do this; ask @S1, @U3.")
        await site.ws.press("ana", "incident.resolve", channel="qa", ts=card.ts)
        await site.told("ana", "Resolved.")


async def test_a_press_that_slack_delivers_twice_counts_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        pressed = await site.ws.press("ana", "incident.more", channel="qa", ts=card.ts, value="ack_1h:1")
        await site.told("ana", "You have it")
        before = await events(site)
        assert pressed.payload is not None
        await site.ws.deliveries.send("interactive", pressed.payload)
        await site.ws.until(lambda: len(_private(site, "U1", "")) == 2 or None)
        assert await events(site) == before


async def test_the_menu_acknowledges_for_as_long_as_it_says(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await site.ws.press("ana", "incident.more", channel="qa", ts=card.ts, value="ack_1h:1")
        await site.told("ana", "You have it until")
        assert (await site.incident()).held_until == site.store.now + timedelta(hours=1)
        await site.ws.press("ana", "incident.more", channel="qa", ts=card.ts, value="ack_next_run:1")
        await site.told("ana", "Your acknowledgement now holds until the next run.")
        assert (await site.incident()).held_for_run


async def test_a_repeated_card_that_the_outbox_does_not_know_works_and_follows(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        repeat = await site.side.gateway.post("C1", Message(card.text, tuple(card.blocks)))
        await site.ws.press("luis", "incident.acknowledge", channel="qa", ts=repeat)
        await site.told("luis", "You have it")
        await site.tick()
        copy = site.ws.team.find_shown("C1", repeat, "U1")
        await site.ws.until(lambda: copy is not None and "Acknowledged by @U2" in copy.text)
        assert "Acknowledged by @U2" in card.text


def _message(text: str, blocks: list[dict[str, object]]) -> object:
    from handlers.messages.message import Message

    return Message(text, tuple(blocks))


async def test_a_database_that_is_held_up_is_waited_for_and_the_press_is_answered(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        async with site.store.database.write():
            pressed = await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=card.ts)
            assert pressed.acked
            assert (await site.incident()).status is Status.TRIGGERED
        await site.told("ana", "You have it")


async def test_an_incident_that_is_gone_is_answered(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        text = json.dumps(card.blocks).replace('"value": "1"', '"value": "77"')
        stray = await site.side.gateway.post("C1", Message(card.text, tuple(json.loads(text))))
        await site.ws.press("ana", "incident.acknowledge", channel="qa", ts=stray)
        await site.told("ana", "There is no incident 77")


async def test_of_two_hundred_who_press_at_once_one_has_it_and_the_others_are_told_who(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        names = []
        for number in range(200):
            person = site.ws.add_person(id=f"U{number}X", name=f"p{number}", real_name=f"P {number}")
            site.ws.join(person.name, "qa")
            names.append(person.name)
        card = await site.card()
        await asyncio.gather(*(site.ws.press(name, "incident.acknowledge", channel="qa", ts=card.ts) for name in names))
        await site.ws.until(lambda: len(site.ws.ephemerals) == 200 or None, 30)
        winner = (await site.incident()).acknowledged_by
        texts = sorted(each.text for each in site.ws.ephemerals)
        assert texts.count(f"Already acknowledged by @{winner}, just now.") == 199
        assert (await events(site)).count(Happened.ACKNOWLEDGED) == 1
        replies = len(site.ws.messages("qa", thread_ts=card.ts))
        await site.tick()
        assert len(site.ws.messages("qa", thread_ts=card.ts)) == replies + 1
