"""Create, list, revoke and verify over a real database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import AmbiguousError, NotFoundError, UsageError
from core.storage.database import Database
from core.storage.tables import event
from core.tokens.flows import create_token, list_tokens, note_use, revoke_token, verify_token

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def test_a_created_token_comes_in(store: Database) -> None:
    made = await create_token(store, " github\x00 ", NOW, expires_at=NOW + MINUTE)
    found = await verify_token(store, made.text, NOW)
    assert found is not None
    assert (found.id, found.name, found.created_at) == (made.token.id, "github", NOW)
    assert await verify_token(store, made.text, NOW + MINUTE) is None


async def test_the_file_holds_no_secret(sqlite_store: Database, tmp_path: Path) -> None:
    made = await create_token(sqlite_store, "github", NOW)
    secret = made.text.split("_", 2)[2].encode()
    assert secret not in b"".join(path.read_bytes() for path in sorted(tmp_path.glob("t12.db*")))  # noqa: ASYNC240


@pytest.mark.parametrize("name", ["", "   ", "\x00", "n" * 201])
async def test_a_token_needs_a_name(store: Database, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        await create_token(store, name, NOW)


async def test_an_end_in_the_past_is_refused(store: Database) -> None:
    with pytest.raises(UsageError, match="expire"):
        await create_token(store, "ci", NOW, expires_at=NOW)


async def test_a_revoked_token_stays_out_and_a_repeat_changes_nothing(store: Database) -> None:
    made = await create_token(store, "ci", NOW)
    first = await revoke_token(store, "ci", NOW)
    again = await revoke_token(store, made.token.id, NOW + MINUTE)
    assert first.revoked_at == again.revoked_at == NOW
    assert await verify_token(store, made.text, NOW) is None
    async with store.read() as connection:
        kinds = (await connection.execute(select(event.c.type).order_by(event.c.id))).scalars().all()
    assert kinds == ["TokenCreated", "TokenRevoked"]


async def test_a_whole_token_text_can_be_revoked(store: Database) -> None:
    made = await create_token(store, "leaked", NOW)
    assert (await revoke_token(store, made.text, NOW)).name == "leaked"


async def test_a_name_of_two_tokens_asks_which(store: Database) -> None:
    made = [await create_token(store, "ci", NOW) for _ in range(2)]
    with pytest.raises(AmbiguousError) as caught:
        await revoke_token(store, "ci", NOW)
    assert set(caught.value.candidates) == {each.token.id for each in made}
    await revoke_token(store, made[0].token.id, NOW)
    assert (await revoke_token(store, "ci", NOW)).id == made[1].token.id


async def test_revoking_nothing_is_said(store: Database) -> None:
    with pytest.raises(NotFoundError, match="t12 token list"):
        await revoke_token(store, "nobody", NOW)


async def test_the_list_is_in_order_of_birth(store: Database) -> None:
    for number in (2, 0, 1):
        await create_token(store, str(number), NOW + number * MINUTE)
    assert [each.name for each in await list_tokens(store)] == ["0", "1", "2"]


async def test_use_is_written_at_most_once_a_minute(store: Database) -> None:
    made = await create_token(store, "ci", NOW)
    noted = []
    for seconds in (0, 30, 59, 60, 61):
        now = NOW + timedelta(seconds=seconds)
        # Two servers may hold the same stale value: the row itself decides.
        await note_use(store, made.token, now)
        noted.append((await list_tokens(store))[0].last_used_at)
    assert noted == [NOW, NOW, NOW, NOW + MINUTE, NOW + MINUTE]
