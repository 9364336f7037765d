"""auth.test, apps.connections.open and blocks.validate."""

from __future__ import annotations

from bot.workspace.blocks import check_message, check_view
from bot.workspace.errors import ApiError
from bot.workspace.model import Json
from bot.workspace.team import TEAM_DOMAIN, TEAM_ID, Team

from .registry import Args, method


@method("auth.test", tier="auth_test")
def auth_test(team: Team, _args: Args) -> Json:
    return {
        "url": f"{team.url}/",
        "team": TEAM_DOMAIN,
        "user": team.people[team.bot_user].name,
        "team_id": TEAM_ID,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "app_id": team.app_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", "connections:write", tier="tier_3", caller="app")
def apps_connections_open(team: Team, _args: Args) -> Json:
    """A fresh Socket Mode URL, good for one handshake. Raises ApiError socket_mode_disabled after link_disabled."""
    if not team.socket_mode_enabled:
        raise ApiError("socket_mode_disabled")
    ticket = team.issue_ticket()
    root = team.url.replace("http://", "ws://", 1)
    return {"url": f"{root}/link/?ticket={ticket.id}&app_id={team.app_id}"}


@method("blocks.validate", tier="tier_4", caller="none")
def blocks_validate(_team: Team, args: Args) -> Json:
    """Public in Slack: needs no token. Does not flag a missing `text`, as Slack does not."""
    view, blocks = args.parsed("view"), args.parsed("blocks")
    if view is None and blocks is None:
        raise ApiError("invalid_arguments")
    problems = check_view(view) if view is not None else check_message({"blocks": blocks, "text": "unused"})
    refused = [p for p in problems if p.refused]
    if refused:
        listed = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in refused]
        raise ApiError("invalid_blocks", errors=listed)
    return {}
