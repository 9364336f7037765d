"""`t12 token`: who may upload reports."""

from datetime import timedelta

import click

from bot.cli.context import Command, command, format_option, print_json, with_store
from core.clock import utc_now
from core.storage.database import Database
from core.tokens.flows import create_token, list_tokens, revoke_token
from core.tokens.model import Token


@click.group()
def token() -> None:
    """Bearer tokens for uploads over HTTP."""


@token.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; else never.")
@format_option
@command
@with_store
async def create(_self: Command, store: Database, name: str, days: int | None, form: str) -> None:
    """Make a token for NAME (say who holds it); its text is shown this once."""
    now = utc_now()
    made = await create_token(store, name, now, expires_at=now + timedelta(days=days) if days else None)
    if form == "json":
        print_json({"id": made.token.id, "name": made.token.name, "token": made.text})
        return
    click.echo(made.text)
    click.echo("Keep it now: only its digest is stored. CI sends it as T12_TOKEN.", err=True)


@token.command("list")
@format_option
@command
@with_store
async def list_(_self: Command, store: Database, form: str) -> None:
    """Every token, with its state and last use."""
    tokens = await list_tokens(store)
    if form == "json":
        print_json([_json(each) for each in tokens])
        return
    if not tokens:
        click.echo("no token yet; `t12 token create NAME` makes one")
    for each in tokens:
        used = f"last used {each.last_used_at:%Y-%m-%d %H:%M} UTC" if each.last_used_at else "never used"
        click.echo(f"{each.id}  {each.state(utc_now()):8}  {each.name}  ({used})")


@token.command()
@click.argument("token_or_name")
@command
@with_store
async def revoke(_self: Command, store: Database, token_or_name: str) -> None:
    """Make a token useless at once; name it by id, name or text."""
    gone = await revoke_token(store, token_or_name, utc_now())
    click.echo(f"token {gone.id} ({gone.name}) is revoked")


def _json(each: Token) -> dict[str, str | None]:
    instants = {"created_at": each.created_at, "expires_at": each.expires_at, "last_used_at": each.last_used_at}
    shown = {name: at.isoformat() if at else None for name, at in instants.items()}
    return {"id": each.id, "name": each.name, "state": each.state(utc_now()), **shown}
