"""Tokens to rows and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.tables import token
from core.tokens.model import USE_NOTED_EVERY, Token


async def add_token(connection: AsyncConnection, made: Token) -> None:
    await connection.execute(
        insert(token).values(
            id=made.id,
            name=made.name,
            secret_sha256=made.secret_sha256,
            created_at=made.created_at,
            expires_at=made.expires_at,
        )
    )


async def token_of(connection: AsyncConnection, token_id: str) -> Token | None:
    row = (await connection.execute(select(token).where(token.c.id == token_id))).first()
    return None if row is None else _to_token(row)


async def all_tokens(connection: AsyncConnection) -> list[Token]:
    """The oldest first."""
    return [_to_token(row) for row in await connection.execute(select(token).order_by(token.c.created_at, token.c.id))]


async def set_revoked(connection: AsyncConnection, token_id: str, now: datetime) -> bool:
    """Answers whether this call revoked it; a revoked token keeps its first instant."""
    done = await connection.execute(
        update(token).where(token.c.id == token_id, token.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return done.rowcount == 1


async def set_used(connection: AsyncConnection, token_id: str, now: datetime) -> None:
    """Note the use, unless one was noted within the last minute."""
    old = or_(token.c.last_used_at.is_(None), token.c.last_used_at <= now - USE_NOTED_EVERY)
    await connection.execute(update(token).where(token.c.id == token_id, old).values(last_used_at=now))


def _to_token(row: Any) -> Token:
    return Token(
        row.id, row.name, bytes(row.secret_sha256), row.created_at, row.expires_at, row.last_used_at, row.revoked_at
    )
