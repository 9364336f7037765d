"""views.open, views.push, views.update and views.publish."""

from __future__ import annotations

from bot.workspace import modals
from bot.workspace.errors import ApiError
from bot.workspace.model import Json, View
from bot.workspace.team import Team

from .registry import Args, method


def _shown(team: Team, view: View) -> Json:
    return {"view": view.to_json(team.app_id, team.bot_id)}


def _trigger(args: Args) -> str:
    return args.text("trigger_id", required=True)


@method("views.open", tier="tier_4")
def views_open(team: Team, args: Args) -> Json:
    return _shown(team, modals.open_modal(team, _trigger(args), args.parsed("view")))


@method("views.push", tier="tier_4")
def views_push(team: Team, args: Args) -> Json:
    return _shown(team, modals.push_modal(team, _trigger(args), args.parsed("view")))


@method("views.update", tier="tier_4")
def views_update(team: Team, args: Args) -> Json:
    """By view_id or external_id. Raises ApiError not_found, hash_conflict."""
    body = args.parsed("view")
    view = team.views.get(args.text("view_id"))
    external = args.text("external_id")
    if view is None and external:
        view = next((v for v in team.views.values() if v.is_open and v.body.get("external_id") == external), None)
    if view is None:
        raise ApiError("not_found")
    modals.check(team, body, "views.update", view.body["type"])
    return _shown(team, modals.update_view(team, view, body, args.text("hash") or None))


@method("views.publish", tier="tier_4")
def views_publish(team: Team, args: Args) -> Json:
    user = args.text("user_id", required=True)
    return _shown(team, modals.publish_home(team, user, args.parsed("view"), args.text("hash") or None))
