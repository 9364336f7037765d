"""A CI job says over HTTP that its run left no report."""

from typing import Any

import pytest
from sqlalchemy import select

from core.storage.tables import event
from tests.bot.server.conftest import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def died(house: House, said: Any, **headers: str) -> tuple[int, Any]:
    sent = {"Authorization": f"Bearer {house.token}", **headers}
    async with house.session.post(f"{house.url}/api/v1/runs/died", json=said, headers=sent) as answer:
        return answer.status, await answer.json()


async def test_a_death_is_recorded_once(house: House) -> None:
    said = {"suite": "web", "branch": "main", "run": "github-1", "exit_code": 137, "why": "Killed"}
    first, again = await died(house, said), await died(house, said)
    assert first == (201, {"died": {"suite": "web", "branch": "main", "run": "github-1", "duplicate": False}})
    assert (again[0], again[1]["died"]["duplicate"]) == (200, True)
    async with house.database.read() as connection:
        rows = await connection.execute(select(event.c.data).where(event.c.type == "RunDied"))
        assert [row.data["exit_code"] for row in rows] == [137]


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ([1], 400, "no JSON object"),
        ({"branche": "main"}, 400, "'branche' is no field"),
        ({"exit_code": "137"}, 400, "exit_code must be a number"),
        ({"branch": 1}, 400, "branch must be text"),
        ({"started_at": "yesterday"}, 400, "is no instant"),
        ({"started_at": "2031-01-01"}, 422, "future"),
        ({"why": "x" * 70_000}, 413, "more than"),
    ],
)
async def test_what_does_not_fit_is_refused_in_a_sentence(house: House, said: Any, status: int, sentence: str) -> None:
    found, answer = await died(house, said)
    assert (found, sentence in answer["error"]) == (status, True)


async def test_nobody_comes_in_without_a_token(house: House) -> None:
    status, answer = await died(house, {}, Authorization="Bearer t12_no")
    assert (status, "a valid token is needed" in answer["error"]) == (401, True)
