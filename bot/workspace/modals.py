"""Views: opening, pushing, updating and closing modals (one stack of at most three per person), and the Home tab."""

from __future__ import annotations

import json
import secrets
from copy import deepcopy

from .blocks import check_view
from .errors import ApiError
from .forms import first_values
from .limits import LIMITS
from .model import Json, View
from .posting import problem_report, refuse_unready_files, with_block_ids
from .team import Team


def check(team: Team, body: Json, where: str, kind: str | None = None) -> None:
    """Refuse what Slack refuses in a view. Raises ApiError view_too_large or invalid_arguments with pointers."""
    if not isinstance(body, dict):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] view must be an object"]})
    if len(json.dumps(body).encode()) > LIMITS["view.bytes"]:
        raise ApiError("view_too_large")
    problems = check_view(body)
    for problem in problems:
        team.break_rule(problem.code, where, f"{problem.pointer}: {problem.message}")
    refused = [p for p in problems if p.refused]
    if refused:
        raise ApiError("invalid_arguments", **problem_report(refused))
    if kind is not None and body["type"] != kind:
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] the view must be a {kind}"]})
    refuse_unready_files(team, body, where)


def _new(team: Team, user: str, body: Json, parent: View | None = None) -> View:
    external = body.get("external_id")
    if external and any(v.is_open and v.body.get("external_id") == external for v in team.views.values()):
        raise ApiError("duplicate_external_id")
    view = View(team.new_id("V"), user, {}, "")
    _fill(team, view, body)
    view.root_view_id = parent.root_view_id if parent else view.id
    view.previous_view_id = parent.id if parent else None
    team.views[view.id] = view
    return view


def _fill(team: Team, view: View, body: Json) -> None:
    """Give `view` a new body. Inputs keep what the person entered when block_id and action_id stay the same."""
    entered = view.values
    view.body = deepcopy(body) | {"blocks": with_block_ids(team, body.get("blocks", []))}
    view.hash = f"{int(team.now())}.{secrets.token_hex(4)}"
    view.errors = {}
    view.values = first_values(view.body["blocks"])
    for block_id, actions in view.values.items():
        for action_id, entry in actions.items():
            kept = entered.get(block_id, {}).get(action_id)
            if kept is not None and kept["type"] == entry["type"]:
                actions[action_id] = kept


def open_modal(team: Team, trigger_id: str, body: Json) -> View:
    """views.open: spends the trigger; replaces whatever modal of the app the person had open."""
    check(team, body, "views.open", "modal")
    trigger = team.spend_trigger(trigger_id)
    for old in team.stacks.get(trigger.user, []):
        old.is_open = False
    view = _new(team, trigger.user, body)
    team.stacks[trigger.user] = [view]
    team.touch()
    return view


def push_modal(team: Team, trigger_id: str, body: Json) -> View:
    """views.push: only with a trigger from inside the open modal, and up to three views. Raises push_limit_reached."""
    check(team, body, "views.push", "modal")
    trigger = team.spend_trigger(trigger_id)
    parent = team.views.get(trigger.view_id or "")
    if parent is None or not parent.is_open or parent.body["type"] != "modal":
        raise ApiError("invalid_trigger_id")
    return push_on(team, parent, body)


def push_on(team: Team, parent: View, body: Json) -> View:
    stack = team.stacks.get(parent.user, [])
    if len(stack) >= LIMITS["view.stack"]:
        raise ApiError("push_limit_reached")
    view = _new(team, parent.user, body, parent)
    stack.append(view)
    team.touch()
    return view


def update_view(team: Team, view: View, body: Json, view_hash: str | None = None) -> View:
    """views.update and response_action update. Raises hash_conflict when the view changed since `view_hash`."""
    if view_hash and view_hash != view.hash:
        raise ApiError("hash_conflict")
    if not view.is_open:
        raise ApiError("not_found")
    _fill(team, view, body)
    team.touch()
    return view


def publish_home(team: Team, user: str, body: Json, view_hash: str | None = None) -> View:
    """views.publish: one Home per person, kept until the next publish."""
    check(team, body, "views.publish", "home")
    if user not in team.people:
        raise ApiError("user_not_found")
    old = team.homes.get(user)
    if old is not None:
        return update_view(team, old, body, view_hash)
    view = _new(team, user, body)
    team.homes[user] = view
    team.touch()
    return view


def pop(team: Team, view: View) -> View | None:
    """Close the top view; returns the one beneath, which the person sees again."""
    stack = team.stacks.get(view.user, [])
    if view in stack:
        stack.remove(view)
    view.is_open = False
    team.touch()
    return stack[-1] if stack else None


def clear(team: Team, user: str) -> list[View]:
    """Close all views of a person; returns them, top first."""
    closed = list(reversed(team.stacks.pop(user, [])))
    for view in closed:
        view.is_open = False
    team.touch()
    return closed
