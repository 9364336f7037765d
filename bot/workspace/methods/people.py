"""users.* and usergroups.*."""

from __future__ import annotations

from bot.workspace.errors import ApiError
from bot.workspace.model import Json
from bot.workspace.team import Team

from .registry import Args, method, page


@method("users.info", "users:read", tier="tier_4")
def users_info(team: Team, args: Args) -> Json:
    person = team.people.get(args.text("user", required=True))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": person.to_json(team.now(), with_email="users:read.email" in team.manifest.scopes)}


@method("users.list", "users:read", tier="tier_2")
def users_list(team: Team, args: Args) -> Json:
    with_email = "users:read.email" in team.manifest.scopes
    members, following = page([p.to_json(team.now(), with_email=with_email) for p in team.people.values()], args)
    return {"members": members, "cache_ts": int(team.now()), "response_metadata": {"next_cursor": following}}


@method("usergroups.list", "usergroups:read", tier="tier_2")
def usergroups_list(team: Team, args: Args) -> Json:
    with_users = args.flag("include_users")
    groups = [g if with_users else {k: v for k, v in g.items() if k != "users"} for g in team.usergroups.values()]
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read", tier="tier_2")
def usergroups_users_list(team: Team, args: Args) -> Json:
    group = team.usergroups.get(args.text("usergroup", required=True))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group["users"])}
