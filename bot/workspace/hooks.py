"""response_url: five uses within 30 minutes, ephemeral by default, able to replace or delete the message acted on."""

from __future__ import annotations

from .errors import ApiError
from .limits import LIMITS
from .model import Json, Message
from .posting import compose
from .team import Hook, Team


def respond(team: Team, hook_id: str, body: Json) -> Message | None:
    """One use of a response_url; returns the message shown, None after a deletion.

    Raises ApiError used_url (6th use) and expired_url (after 30 minutes), both with status 404, and what a message may
    be refused for. A refused body costs no use.
    """
    hook = team.hooks.get(hook_id)
    if hook is None:
        raise ApiError("invalid_url", status=404)
    if team.now() - hook.at > LIMITS["response_url.seconds"]:
        team.break_rule("expired_response_url", "response_url", hook_id)
        raise ApiError("expired_url", status=404)
    if hook.uses >= LIMITS["response_url.uses"]:
        team.break_rule("used_response_url", "response_url", hook_id)
        raise ApiError("used_url", status=404)
    if body.get("delete_original"):
        hook.uses += 1
        _delete(team, hook)
        return None
    shown = show(team, hook, body, "response_url")
    hook.uses += 1
    return shown


def show(team: Team, hook: Hook, body: Json, where: str) -> Message:
    """Show an answer (ephemeral unless `response_type` is in_channel), or edit the source on replace_original.

    A slash command has no original: its response_url adds a message even with replace_original, as in Slack
    (github.com/slackapi/bolt-js/issues/2287).
    """
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] response_type {kind!r}"]})
    if body.get("replace_original"):
        if hook.source is not None and not hook.source.deleted:
            return _replace(team, hook.source, body, where)
        team.break_rule("replace_without_original", where, "A slash command has no original message to replace.")
    addressee = hook.user if kind == "ephemeral" else None
    message = compose(team, hook.channel, body, where, ephemeral_to=addressee, thread_ts=body.get("thread_ts"))
    return team.keep(message)


def _replace(team: Team, source: Message, body: Json, where: str) -> Message:
    fresh = compose(team, source.channel, body, where)
    source.remember()
    source.text, source.blocks, source.attachments = fresh.text, fresh.blocks, fresh.attachments
    source.edited_ts = fresh.ts
    team.edited(source)
    return source


def _delete(team: Team, hook: Hook) -> None:
    if hook.source is None:
        team.break_rule("delete_without_original", "response_url", "A slash command has no original to delete.")
        return
    team.delete(hook.source)
