"""A run's card is as of the run, and says whether it is worth telling."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotFoundError
from core.health.card import FRESH, RunCard, answer_card, wants_card
from tests.builders import START, Shelf, a_run, a_shelf

NOW = START + timedelta(hours=8)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with a_shelf(tmp_path) as shelf:
        yield shelf


async def card_of(shelf: Shelf, run_id: int) -> RunCard:
    async with shelf.read() as connection:
        return await answer_card(connection, run_id, None, NOW, window_runs=100)


@pytest.mark.parametrize(
    ("strips", "news"),
    [
        (["PP"], True),
        (["PP", "PP"], False),
        (["PP", "PF"], True),
        (["PF", "PF"], False),
        (["PF", "PP"], True),
        (["PF", "PS"], True),
        (["PP", "P-"], True),
        (["PP", "PC"], True),
        (["PC", "PP"], True),
        (["PP", "PPP"], False),
    ],
    ids=["first", "same", "broken", "still broken", "fixed", "silenced", "gone", "uncollected", "repaired", "added"],
)
async def test_news_is_what_differs_from_the_run_before(shelf: Shelf, strips: list[str], news: bool) -> None:
    run = [await shelf.bring(strip) for strip in strips][-1]
    assert (await card_of(shelf, run.id)).tells_news is news


async def test_an_outdated_run_is_told_without_the_health_of_a_later_one(shelf: Shelf) -> None:
    first = await shelf.bring("PF")
    await shelf.bring("FF")
    card = await card_of(shelf, first.id)
    assert card.health is None
    assert not card.tells_news
    assert card.failures.total_failures == 1


async def test_a_run_is_meant_by_its_number_also_when_another_has_that_name(shelf: Shelf) -> None:
    first = await shelf.bring("PF")
    await shelf.bring("PP", run_key=str(first.id))
    assert (await card_of(shelf, first.id)).run.id == first.id


async def test_a_run_that_is_gone_is_said(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError, match="run 7 is gone"):
        await card_of(shelf, 7)


def test_only_a_fresh_run_that_is_the_newest_of_the_judged_branch_wants_a_card() -> None:
    run = a_run(3)
    assert wants_card(run, run, None, run.started_at + FRESH)
    assert wants_card(run, run, "main", run.started_at)
    assert not wants_card(run, run, "release", run.started_at)
    assert not wants_card(run, a_run(4), None, run.started_at)
    assert not wants_card(run, run, None, run.started_at + FRESH + timedelta(seconds=1))
