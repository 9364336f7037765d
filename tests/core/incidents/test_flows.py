"""However many people act at the same moment: one of them did it, and the others are told who."""

import asyncio
from dataclasses import replace

import pytest

from core.errors import NotFoundError, T12Error, UsageError
from core.incidents.lifecycle import Who
from core.incidents.model import Severity, Status
from core.storage.database import Database
from tests.core.incidents.keeping import ANA, DAY, HOUR, LUIS, NOW, Kept


async def test_of_two_hundred_who_acknowledge_at_once_one_has_it_and_the_others_are_told_who(store: Database) -> None:
    kept = Kept(store)
    await kept.opened()
    people = [Who(f"U{number:03}") for number in range(200)]
    acts = (kept.flows.acknowledge(1, who, request=f"click-{who.id}") for who in people)
    answers = await asyncio.gather(*acts)
    winner = (await kept.read()).acknowledged_by
    assert [who.id for who, answer in zip(people, answers, strict=True) if answer.happened] == [winner]
    told = f"Already acknowledged by <@{winner}>, just now."
    assert sum(answer.sentence == told for answer in answers) == 199
    assert (await kept.happened()).count("acknowledged") == 1


async def test_every_incident_of_many_has_one_winner(store: Database) -> None:
    kept = Kept(store)
    ids = [(await kept.opened()).id for _ in range(20)]
    acts = [kept.flows.acknowledge(id_, Who(f"U{n}"), request=f"click-{id_}-{n}") for id_ in ids for n in range(5)]
    answers = await asyncio.gather(*acts)
    assert sum(answer.happened for answer in answers) == len(ids)
    for id_ in ids:
        assert (await kept.happened(id_)).count("acknowledged") == 1


async def test_a_click_that_is_delivered_five_times_at_once_acts_once(store: Database) -> None:
    kept = Kept(store)
    await kept.opened()
    answers = await asyncio.gather(*(kept.flows.note(1, ANA, "seen", request="click") for _ in range(5)))
    assert sum(answer.happened for answer in answers) == 1
    assert (await kept.happened()).count("noted") == 2, "the declaration's and this one"


async def test_a_declaration_that_is_delivered_again_opens_one_incident(store: Database) -> None:
    kept = Kept(store)
    acts = (kept.flows.declare(ANA, "it burns", Severity.HIGH, request="typed") for _ in range(4))
    answers = await asyncio.gather(*acts, return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in answers) == 1
    assert all(isinstance(each, T12Error) for each in answers if isinstance(each, BaseException))
    with pytest.raises(NotFoundError):
        await kept.flows.show(2)


async def test_whoever_resolves_while_others_acknowledge_the_end_is_resolved(store: Database) -> None:
    kept = Kept(store)
    await kept.opened()
    holds = (kept.flows.acknowledge(1, Who(f"U{n}"), request=f"ack-{n}") for n in range(10))
    await asyncio.gather(*holds, kept.flows.resolve(1, ANA, request="done"), kept.tick(2 * HOUR))
    assert (await kept.read()).status is Status.RESOLVED


async def test_the_way_of_one_incident_through_many_hands(store: Database) -> None:
    kept = Kept(store)
    await kept.opened()
    await kept.flows.acknowledge(1, ANA, "1h")
    await kept.flows.hand_over(1, ANA, "U2")
    await kept.flows.escalate(1, LUIS, drawn_at=NOW)
    await kept.flows.change_severity(1, LUIS, Severity.CRITICAL)
    await kept.flows.snooze(1, LUIS, NOW + DAY)
    await kept.flows.resolve(1, ANA, "mended")
    await kept.flows.note(1, ANA, "it was the cable")
    assert await kept.happened() == [
        "triggered", "noted", "acknowledged", "handed_over", "escalated", "severity_changed", "snoozed", "resolved",
        "noted",
    ]  # fmt: skip
    view = await kept.flows.show(1)
    assert view.incident == replace(view.incident, resolution="mended", resolved_by="U1")


async def test_what_cannot_be_done_says_why(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    with pytest.raises(NotFoundError, match="no incident 7"):
        await kept.flows.acknowledge(7, ANA)
    with pytest.raises(UsageError, match="title"):
        await kept.flows.declare(ANA, "  ", Severity.LOW)
    await kept.opened()
    with pytest.raises(UsageError, match="not one of this incident"):
        await kept.flows.mute(1, ANA, 99, NOW + DAY, "")
