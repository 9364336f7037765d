"""The payloads an app receives, built from the state of the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from .forms import all_blocks, elements_of
from .model import Channel, Json, Message, Person, View
from .team import TEAM_DOMAIN, TEAM_ID, Hook, Team, Trigger

VERIFICATION_TOKEN = "verification-token"  # noqa: S105  (a public, deprecated field of every payload)


def escape_typed(team: Team, text: str) -> str:
    """What a client sends for typed text: entities escaped, @names and #channels resolved.

    This is the form of a command with `should_escape`, and of every message: `<@U1|ana>`, `<#C1|qa>`.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    people = {p.name: f"<@{p.id}|{p.name}>" for p in team.people.values()}
    channels = {c.name: f"<#{c.id}|{c.name}>" for c in team.channels.values() if c.kind != "im"}
    for mark, known in (("@", people), ("#", channels)):
        names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        text = re.sub(rf"(?<!\S){mark}({names})(?![\w-])", partial(_resolved, known), text)
    return text


def _resolved(known: Mapping[str, str], match: re.Match[str]) -> str:
    return known[match[1]]


def command(
    team: Team, person: Person, channel: Channel, hook: Hook, trigger: Trigger, *, name: str, text: str
) -> Json:
    """The flat form of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": team.hook_url(hook),
        "trigger_id": trigger.id,
    }


def interaction(team: Team, kind: str, person: Person) -> Json:
    """What every interaction payload begins with."""
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": team.app_id,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM_ID},
    }


def message_action(
    team: Team,
    person: Person,
    message: Message,
    channel: Channel,
    *,
    action: Json,
    trigger: Trigger,
    hook: Hook,
    values: Json,
) -> Json:
    """block_actions of a message. An ephemeral message travels without its body, which Slack does not keep."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = interaction(team, "block_actions", person) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "trigger_id": trigger.id,
        "response_url": team.hook_url(hook),
        "state": {"values": values},
        "actions": [action],
    }
    if message.ephemeral_to is None:
        body["message"] = message.to_json(team.app_id, team.bot_id)
    return body


def block_suggestion(
    team: Team, person: Person, place: Message | View, *, block: Json, element: Json, value: str
) -> Json:
    """What a select that asks the app for options sends while somebody types; it has no trigger and no hook."""
    asked = {"action_id": element.get("action_id", ""), "block_id": block.get("block_id", ""), "value": value}
    body = interaction(team, "block_suggestion", person) | asked
    if isinstance(place, View):
        shown = place.to_json(team.app_id, team.bot_id)
        return body | {"container": {"type": "view", "view_id": place.id}, "view": shown}
    channel = team.channels[place.channel]
    ephemeral = place.ephemeral_to is not None
    container = {"type": "message", "message_ts": place.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    body |= {"container": container, "channel": {"id": channel.id, "name": channel.name}}
    return body if ephemeral else body | {"message": place.to_json(team.app_id, team.bot_id)}


def view_action(team: Team, person: Person, view: View, action: Json, trigger: Trigger) -> Json:
    """block_actions of a modal or the Home tab: the container is the view, and the view comes along."""
    return interaction(team, "block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.to_json(team.app_id, team.bot_id),
        "trigger_id": trigger.id,
        "actions": [action],
    }


def view_submission(team: Team, person: Person, view: View, trigger: Trigger) -> Json:
    """`response_urls` holds one for every conversation chosen in a select with response_url_enabled."""
    response_urls = []
    for block in all_blocks(view.body["blocks"]):
        for element in elements_of(block):
            entry = view.values.get(block["block_id"], {}).get(element.get("action_id", ""), {})
            channel = entry.get("selected_conversation") or entry.get("selected_channel")
            if element.get("response_url_enabled") and channel:
                url = team.hook_url(team.issue_hook(person.id, channel))
                where = {"block_id": block["block_id"], "action_id": element["action_id"]}
                response_urls.append(where | {"channel_id": channel, "response_url": url})
    return interaction(team, "view_submission", person) | {
        "view": view.to_json(team.app_id, team.bot_id),
        "trigger_id": trigger.id,
        "response_urls": response_urls,
    }


def view_closed(team: Team, person: Person, view: View, *, is_cleared: bool) -> Json:
    shown = view.to_json(team.app_id, team.bot_id)
    return interaction(team, "view_closed", person) | {"view": shown, "is_cleared": is_cleared}


def shortcut(team: Team, person: Person, callback_id: str, trigger: Trigger) -> Json:
    base = interaction(team, "shortcut", person)
    return base | {"callback_id": callback_id, "trigger_id": trigger.id, "action_ts": team.new_ts()}


def message_shortcut(
    team: Team, person: Person, message: Message, channel: Channel, *, callback_id: str, trigger: Trigger, hook: Hook
) -> Json:
    return interaction(team, "message_action", person) | {
        "callback_id": callback_id,
        "trigger_id": trigger.id,
        "action_ts": team.new_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message.to_json(team.app_id, team.bot_id),
        "response_url": team.hook_url(hook),
    }


def app_rate_limited(team: Team, minute: int) -> Json:
    """What comes instead of the events of a minute that began at the Unix instant `minute`."""
    body: Json = {"token": VERIFICATION_TOKEN, "type": "app_rate_limited", "team_id": TEAM_ID}
    return body | {"minute_rate_limited": minute, "api_app_id": team.app_id}


def event_callback(team: Team, event: Json, event_id: str) -> Json:
    """The outer envelope of an event; the same `event_id` returns with every retry."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": team.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(team.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
