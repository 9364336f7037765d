"""What an app looks up besides: api.test, team.info, bots.info, emoji.list, and more of users.*."""

from __future__ import annotations

from bot.workspace.errors import ApiError
from bot.workspace.model import Json, Person
from bot.workspace.team import TEAM_DOMAIN, TEAM_ID, Team

from .registry import Args, method, page

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("api.test", tier="tier_4", caller="none")
def api_test(_team: Team, args: Args) -> Json:
    """Hands the arguments back; raises ApiError with the argument `error`."""
    if args.text("error"):
        raise ApiError(args.text("error"), args=args.raw)
    return {"args": args.raw}


@method("team.info", "team:read", tier="tier_3")
def team_info(team: Team, _args: Args) -> Json:
    icon: Json = {"image_default": True}
    body: Json = {"id": TEAM_ID, "name": TEAM_DOMAIN, "domain": TEAM_DOMAIN, "email_domain": "", "icon": icon}
    return {"team": body | {"url": f"{team.url}/"}}


@method("bots.info", "users:read", tier="tier_3")
def bots_info(team: Team, args: Args) -> Json:
    if args.text("bot") not in ("", team.bot_id):
        raise ApiError("bot_not_found")
    name = team.people[team.bot_user].name
    body: Json = {"id": team.bot_id, "deleted": False, "name": name, "updated": int(team.now())}
    return {"bot": body | {"app_id": team.app_id, "user_id": team.bot_user, "icons": {}}}


@method("emoji.list", "emoji:read", tier="tier_2")
def emoji_list(_team: Team, _args: Args) -> Json:
    """The workspace has none of its own."""
    return {"emoji": {}}


def _person(team: Team, args: Args) -> Person:
    person = team.people.get(args.text("user") or team.bot_user)
    if person is None:
        raise ApiError("user_not_found")
    return person


@method("users.lookupByEmail", "users:read.email", tier="tier_3")
def users_lookup_by_email(team: Team, args: Args) -> Json:
    wanted = args.text("email", required=True)
    for person in team.people.values():
        body = person.to_json(team.now(), with_email=True)
        if body["profile"]["email"] == wanted and not person.is_bot:
            return {"user": body}
    raise ApiError("users_not_found")


@method("users.profile.get", "users.profile:read", tier="tier_4")
def users_profile_get(team: Team, args: Args) -> Json:
    with_email = "users:read.email" in team.manifest.scopes
    return {"profile": _person(team, args).to_json(team.now(), with_email=with_email)["profile"]}


@method("users.getPresence", "users:read", tier="tier_3")
def users_get_presence(team: Team, args: Args) -> Json:
    return {"presence": "away" if _person(team, args).is_deleted else "active"}


@method("users.conversations", *_READ, tier="tier_3")
def users_conversations(team: Team, args: Args) -> Json:
    """The conversations somebody is in, by `types` (default: public_channel); private ones as far as the app is in."""
    person = _person(team, args).id
    wanted = {_TYPES.get(t.strip(), "") for t in (args.text("types") or "public_channel").split(",")}
    if "" in wanted:
        raise ApiError("invalid_types")
    for kind in wanted:
        if _SCOPES[kind] not in team.manifest.scopes:
            raise ApiError("missing_scope", needed=_SCOPES[kind], provided=",".join(team.manifest.scopes))
    found = [
        c.to_json(team.bot_user)
        for c in team.channels.values()
        if c.kind in wanted and person in c.members and (c.kind == "public" or team.bot_user in c.members)
    ]
    items, following = page(found, args)
    return {"channels": items, "response_metadata": {"next_cursor": following}}
