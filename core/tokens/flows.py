"""What people and uploads ask of tokens: create, list, revoke, verify."""

from datetime import datetime

from core.errors import AmbiguousError, NotFoundError, UsageError
from core.runs.identity import clean
from core.storage.database import Database
from core.storage.events import record
from core.tokens.model import NAME_LIMIT, CreatedToken, Token, lets_in, new_token, read_token, use_is_worth_noting
from core.tokens.store import add_token, all_tokens, set_revoked, set_used, token_of


async def create_token(
    database: Database, name: str, now: datetime, *, expires_at: datetime | None = None
) -> CreatedToken:
    """Make a token; its text is in the answer and nowhere else.

    Raises `UsageError` for a name of nothing or over 200 characters, and for an end that has passed.
    """
    name = clean(name).strip()
    if not name or len(name) > NAME_LIMIT:
        raise UsageError(
            f"a token needs a name of 1 to {NAME_LIMIT} characters that says who holds it, such as `github`"
        )
    if expires_at is not None and expires_at <= now:
        raise UsageError("the token would expire before it is made; give a later end")
    made = new_token(name, now, expires_at)
    async with database.write() as connection:
        await add_token(connection, made.token)
        await record(connection, "TokenCreated", now, token_id=made.token.id, name=name)
    return made


async def list_tokens(database: Database) -> list[Token]:
    """Every token ever made, the oldest first."""
    async with database.read() as connection:
        return await all_tokens(connection)


async def revoke_token(database: Database, wanted: str, now: datetime) -> Token:
    """Revoke the token of an id, a name or a whole token text; a repeat changes nothing.

    Raises `NotFoundError`, or `AmbiguousError` when several active tokens bear the name.
    """
    written = read_token(wanted)
    wanted = written[0] if written else wanted
    async with database.write() as connection:
        known = await all_tokens(connection)
        found = [each for each in known if each.id == wanted] or [each for each in known if each.name == wanted]
        found = [each for each in found if each.revoked_at is None] or found[-1:]
        if not found:
            raise NotFoundError(f"no token is called {wanted[:60]!r}; `t12 token list` shows them")
        if len(found) > 1:
            raise AmbiguousError(
                f"{len(found)} tokens are called {wanted[:60]!r}; give the id", [each.id for each in found]
            )
        if await set_revoked(connection, found[0].id, now):
            await record(connection, "TokenRevoked", now, token_id=found[0].id, name=found[0].name)
        revoked = await token_of(connection, found[0].id)
    assert revoked is not None, "tokens are never deleted"
    return revoked


async def verify_token(database: Database, text: str, now: datetime) -> Token | None:
    """The token of this text if it may come in, else None; only reads, so it never waits for a report being stored."""
    written = read_token(text)
    if written is None:
        return None
    async with database.read() as connection:
        token = await token_of(connection, written[0])
    return token if lets_in(token, written[1], now) else None


async def note_use(database: Database, token: Token, now: datetime) -> None:
    """Write down that the token was used, at most once a minute."""
    if use_is_worth_noting(token, now):
        async with database.write() as connection:
            await set_used(connection, token.id, now)
