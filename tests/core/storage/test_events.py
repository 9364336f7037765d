"""What happened is a row, written in the transaction of the change."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.storage.database import Database
from core.storage.events import Json, record
from core.storage.tables import event

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


async def test_events_keep_their_order_and_their_data(store: Database) -> None:
    data: dict[str, Json] = {"n": 1, "text": "größe \U0001f40d", "list": [1, None, {"a": True}]}
    async with store.write() as connection:
        await record(connection, "RunIngested", NOW, run_id=3, **data)
        await record(connection, "RunsPruned", NOW)
    async with store.read() as connection:
        rows = (await connection.execute(select(event).order_by(event.c.id))).all()
    assert [(each.type, each.at, each.run_id, each.data) for each in rows] == [
        ("RunIngested", NOW, 3, data),
        ("RunsPruned", NOW, None, {}),
    ]


async def test_a_change_that_is_rolled_back_did_not_happen(store: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with store.write() as connection:
            await record(connection, "RunIngested", NOW)
            raise ValueError("no")
    async with store.read() as connection:
        assert (await connection.execute(select(event))).all() == []
