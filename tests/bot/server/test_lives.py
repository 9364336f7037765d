"""A watcher on CI says over HTTP how its run goes: each word counts once, and nobody speaks for another."""

import copy
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from core.live.card import Seen, Word
from core.live.cards import TOLD, lose_silent, read_card
from core.live.foreign import word_to_json
from core.live.model import End, Ended
from core.runs.model import RunMark
from core.settings import LiveSettings
from core.storage.tables import event, live_run, posting
from core.tokens.flows import create_token
from tests.bot.here import WorkerHere
from tests.bot.server.conftest import House, a_house
from tests.handlers.messages.values import NOW
from tests.handlers.messages.watched import SAMPLE, a_hang, a_live_run, an_event

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "0123456789abcdef"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder, live = tmp_path_factory.mktemp("house"), LiveSettings(channel="C0123456789")
    async with a_house(folder, worker=WorkerHere, live=live) as running:
        running.clock.now = NOW
        yield running


def a_word(house: House, number: int = 1, key: str = KEY, **changes: Any) -> dict[str, Any]:
    """What a watcher says of a run that hangs."""
    mark = RunMark("web", "main", "abc", house.clock() - timedelta(minutes=4), "github-1")
    return word_to_json(Word(key, number, mark, Seen(a_live_run("a::b"), SAMPLE), **changes))


async def say(house: House, word: Any, token: str | None = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token or house.token}"}
    body = BytesIO(json.dumps(word).encode())
    async with house.session.post(f"{house.url}/api/v1/live", data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def count(house: House, table: Any, *where: Any) -> int:
    async with house.database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table).where(*where))).scalar_one())


async def card(house: House, key: str) -> Any:
    async with house.database.read() as connection:
        id_ = await connection.scalar(select(live_run.c.id).where(live_run.c.key.endswith(key)))
        assert id_ is not None
        return await read_card(connection, id_)


async def test_a_word_makes_a_card_and_a_repeat_of_it_tells_nothing_twice(house: House) -> None:
    word = a_word(house, 1, "repeated-repeated", events=(an_event(a_hang("a::b")),))
    first, again = await say(house, word), await say(house, word)
    assert first == (201, {"live": {"key": "repeated-repeated", "number": 1, "card": True, "duplicate": False}})
    assert (again[0], again[1]["live"]["duplicate"]) == (200, True)
    assert await count(house, event, event.c.type == TOLD) == 1
    assert await count(house, posting, posting.c.subject.startswith("live_event:")) == 1
    found = await card(house, "repeated-repeated")
    assert (found.suite, found.branch, found.seen.run.running[0].name) == ("web", "main", "a::b")


async def test_a_word_that_comes_late_does_not_bring_back_what_was(house: House) -> None:
    end = End(Ended.DIED, "it was killed", 137)
    assert (await say(house, a_word(house, 2, "late-late-late-late", end=end)))[0] == 201
    assert (await say(house, a_word(house, 1, "late-late-late-late")))[1]["live"]["duplicate"]
    assert (await say(house, a_word(house, 3, "late-late-late-late")))[0] == 201
    found = await card(house, "late-late-late-late")
    assert (found.how, found.why) == (Ended.DIED, "it was killed")


async def test_a_watcher_that_falls_silent_is_lost_and_one_that_comes_back_goes_on(house: House) -> None:
    await say(house, a_word(house, 1, "silent-silent-silent"))
    house.clock.forward(minutes=2)
    async with house.database.write() as connection:
        assert await lose_silent(connection, house.clock()) >= 1
    assert (await card(house, "silent-silent-silent")).how is Ended.LOST
    await say(house, a_word(house, 2, "silent-silent-silent"))
    assert (await card(house, "silent-silent-silent")).how is None


async def test_nobody_speaks_for_the_run_of_another(house: House) -> None:
    other = (await create_token(house.database, "other", house.clock())).text
    await say(house, a_word(house, 5, "theirs-theirs-theirs"))
    status, _ = await say(house, a_word(house, 6, "theirs-theirs-theirs", end=End(Ended.DIED, "x")), other)
    assert status == 201
    assert await count(house, live_run, live_run.c.key.endswith("theirs-theirs-theirs")) == 2
    async with house.database.read() as connection:
        rows = await connection.execute(select(live_run.c.how).where(live_run.c.number == 5))
        assert [row.how for row in rows] == [None]


async def test_a_token_cannot_fill_the_channel(house: House) -> None:
    made = await create_token(house.database, "many", house.clock())
    async with house.database.write() as connection:
        row = (await connection.execute(select(live_run).limit(1))).mappings().one()
        values = [{**row, "id": None, "key": f"{made.token.id}:{n}", "ended_at": None} for n in range(200)]
        for each in values:
            del each["id"]
        await connection.execute(live_run.insert(), values)
    status, answer = await say(house, a_word(house, 1, "one-more-one-more"), made.text)
    assert (status, "200 runs are watched" in answer["error"]) == (429, True)
    assert (await say(house, a_word(house, 1, "one-more-one-more")))[0] == 201


def changed(word: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    word = copy.deepcopy(word)
    *parents, last = path.split("/")
    place: Any = word
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return word


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("branche", "main", "'branche' is no field"),
        ("key", "short", "key must be 16 to 40"),
        ("key", "<!channel>" * 3, "key must be 16 to 40"),
        ("number", 0, "number must count"),
        ("number", "1", "number must count"),
        ("suite", 7, "suite must be text"),
        ("seen", None, "nothing a watcher tells"),
        ("seen/run/passed", -1, "below 0"),
        ("seen/run/passed", "many", "no live run"),
        ("seen/run/left_seconds", float("nan"), "out of bounds"),
        ("seen/run/running", [{}] * 101, "more than 100 entries"),
        ("seen/run/running/0/since", "0001-01-01T00:00:00+00:00", "does the clock go right?"),
        ("seen/sample", ["x"] * 7, "could not convert"),
        ("started_at", "yesterday", "isoformat"),
        ("started_at", "2026-03-02T08:00:00", "has no time zone"),
        ("end", {"how": "well", "why": ""}, "not a valid Ended"),
        ("end", {"how": "died", "exit_code": "9"}, "exit_code must be a number"),
        ("events", [{"at": "2026-03-02T08:00:00+00:00", "alert": {}}], "no word of a watcher"),
    ],
)
async def test_what_does_not_fit_is_refused_in_a_sentence(house: House, path: str, value: Any, sentence: str) -> None:
    before = await count(house, live_run)
    status, answer = await say(house, changed(a_word(house, 1, "refused-refused-refused"), path, value))
    assert (status, sentence in answer["error"]) == (400, True), answer
    assert await count(house, live_run) == before


async def test_a_body_that_is_too_large_is_not_taken(house: House) -> None:
    status, answer = await say(house, {"suite": "x" * (1 << 21)})
    assert (status, "more than 1048576 bytes" in answer["error"]) == (413, True)


async def test_nobody_comes_in_without_a_token(house: House) -> None:
    assert (await say(house, a_word(house), "t12_no"))[0] == 401


async def test_where_no_card_is_wanted_the_watcher_is_told_so(tmp_path: Path) -> None:
    async with a_house(tmp_path, worker=WorkerHere) as quiet:
        quiet.clock.now = NOW
        status, answer = await say(quiet, a_word(quiet))
        assert (status, answer["live"]["card"]) == (200, False)
        assert await count(quiet, live_run) == 0


async def test_what_a_watcher_saw_is_kept_with_the_report_or_refused_by_itself(house: House) -> None:
    from aiohttp import FormData

    for watched, status in ((b'{"live": "x"}', 422), (b"[]", 422), (b"{", 422), (b"{}", 201)):
        form = FormData()
        case = f"<testcase classname='t' name='{watched.hex()}'/>"
        form.add_field("report", f"<testsuite name='pytest'>{case}</testsuite>".encode(), filename="r.xml")
        form.add_field("watched", watched, filename="w.json")
        found, answer = await house.post(form, suite="kept")
        assert (found, len(answer["runs"])) == (status, 1), answer
