"""A message is wanted with its change, claimed by one sender at a time, and never out of its channel's order."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.storage.database import Database
from core.storage.outbox import (
    LEASE,
    claim_posting,
    defer_posting,
    end_posting,
    finish_posting,
    found_posting,
    oldest_waiting,
    want_posting,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def want(store: Database, *subjects: str, channel: str = "C1", at: datetime = NOW) -> None:
    for subject in subjects:
        async with store.write() as connection:
            await want_posting(connection, channel, subject, at)


async def test_what_was_wanted_is_claimed_once_and_sent_once(store: Database) -> None:
    await want(store, "run:1")
    claimed = await claim_posting(store, "a", NOW)
    assert claimed is not None
    assert (claimed.channel, claimed.subject, claimed.ts, claimed.is_ambiguous) == ("C1", "run:1", None, False)
    assert await claim_posting(store, "b", NOW) is None
    assert await finish_posting(store, claimed, "1.2", NOW)
    assert await claim_posting(store, "b", NOW + LEASE * 2) is None


async def test_a_want_that_is_rolled_back_sends_nothing(store: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with store.write() as connection:
            await want_posting(connection, "C1", "run:1", NOW)
            raise ValueError("no")
    assert await claim_posting(store, "a", NOW) is None


async def test_wanting_twice_before_it_was_sent_is_one_message(store: Database) -> None:
    await want(store, "run:1", "run:1")
    claimed = await claim_posting(store, "a", NOW)
    assert claimed is not None
    await finish_posting(store, claimed, "1.2", NOW)
    assert await claim_posting(store, "a", NOW) is None


async def test_wanting_again_edits_where_it_stands(store: Database) -> None:
    await want(store, "run:1")
    first = await claim_posting(store, "a", NOW)
    assert first is not None
    await finish_posting(store, first, "1.2", NOW)
    await want(store, "run:1", at=NOW + SECOND)
    again = await claim_posting(store, "a", NOW + SECOND)
    assert again is not None
    assert again.ts == "1.2"


async def test_what_changes_while_it_is_sent_is_sent_again(store: Database) -> None:
    await want(store, "run:1")
    first = await claim_posting(store, "a", NOW)
    assert first is not None
    await want(store, "run:1")
    await finish_posting(store, first, "1.2", NOW)
    again = await claim_posting(store, "a", NOW)
    assert again is not None
    assert again.version > first.version


async def test_first_posts_keep_their_channels_order_and_channels_do_not_wait_for_each_other(store: Database) -> None:
    await want(store, "run:1", "run:2")
    await want(store, "run:3", channel="C2")
    first, other = await claim_posting(store, "a", NOW), await claim_posting(store, "b", NOW)
    assert first is not None
    assert other is not None
    assert (first.subject, other.subject) == ("run:1", "run:3")
    assert await claim_posting(store, "c", NOW) is None
    await defer_posting(store, first, NOW + 5 * SECOND)
    assert await claim_posting(store, "c", NOW + SECOND) is None
    again = await claim_posting(store, "c", NOW + 5 * SECOND)
    assert again is not None
    assert again.subject == "run:1"
    await finish_posting(store, again, "1.2", NOW)
    following = await claim_posting(store, "c", NOW + 5 * SECOND)
    assert following is not None
    assert following.subject == "run:2"


async def test_a_lease_that_runs_out_leaves_it_unknown_whether_slack_took_it(store: Database) -> None:
    await want(store, "run:1")
    lost = await claim_posting(store, "a", NOW)
    assert lost is not None
    assert await claim_posting(store, "b", NOW + LEASE) is None
    taken = await claim_posting(store, "b", NOW + LEASE + SECOND)
    assert taken is not None
    assert taken.is_ambiguous
    assert taken.first_attempt_at == NOW
    assert not await finish_posting(store, lost, "1.1", NOW), "who lost the lease decides nothing"
    assert await found_posting(store, taken, "1.2")
    edited = await claim_posting(store, "b", NOW + LEASE + SECOND)
    assert edited is not None
    assert (edited.ts, edited.is_ambiguous) == ("1.2", False)


async def test_a_doubt_stays_until_it_is_settled(store: Database) -> None:
    await want(store, "run:1")
    for ambiguous, doubted in ((False, False), (True, False), (False, True)):
        claimed = await claim_posting(store, "a", NOW)
        assert claimed is not None
        assert claimed.is_ambiguous is doubted
        await defer_posting(store, claimed, NOW, ambiguous=ambiguous)
    last = await claim_posting(store, "a", NOW)
    assert last is not None
    assert last.is_ambiguous


async def test_what_ended_lets_the_others_pass_and_begins_anew_when_it_is_wanted(store: Database) -> None:
    await want(store, "run:1", "run:2")
    claimed = await claim_posting(store, "a", NOW)
    assert claimed is not None
    await end_posting(store, claimed, "is_archived")
    other = await claim_posting(store, "a", NOW)
    assert other is not None
    assert other.subject == "run:2"
    await finish_posting(store, other, "1.2", NOW)
    assert await oldest_of(store) is None
    await want(store, "run:1", at=NOW + SECOND)
    again = await claim_posting(store, "a", NOW + SECOND)
    assert again is not None
    assert (again.subject, again.attempts) == ("run:1", 0)


async def test_how_long_the_oldest_waits_is_told(store: Database) -> None:
    assert await oldest_of(store) is None
    await want(store, "run:1")
    claimed = await claim_posting(store, "a", NOW + SECOND)
    assert claimed is not None
    await defer_posting(store, claimed, NOW + timedelta(hours=1))
    assert await oldest_of(store) == NOW + SECOND
    again = await claim_posting(store, "a", NOW + timedelta(hours=1))
    assert again is not None
    await finish_posting(store, again, "1.2", NOW)
    await want(store, "run:1", at=NOW + timedelta(hours=2))
    assert await oldest_of(store) == NOW + timedelta(hours=2)


async def oldest_of(store: Database) -> datetime | None:
    async with store.read() as connection:
        return await oldest_waiting(connection)


async def test_many_senders_share_the_work_without_taking_it_twice(store: Database) -> None:
    for channel in range(6):
        await want(store, *(f"run:{number}" for number in range(4)), channel=f"C{channel}")
    sent: list[tuple[str, str]] = []

    async def sender(name: str) -> None:
        idle = 0
        while idle < 20:
            claimed = await claim_posting(store, name, NOW)
            if claimed is None:
                idle += 1
                await asyncio.sleep(0.005)
                continue
            sent.append((claimed.channel, claimed.subject))
            await finish_posting(store, claimed, "1.2", NOW)

    await asyncio.gather(*(sender(f"s{number}") for number in range(5)))
    assert len(sent) == len(set(sent)) == 24
    for channel in range(6):
        assert [subject for where, subject in sent if where == f"C{channel}"] == [f"run:{n}" for n in range(4)]
