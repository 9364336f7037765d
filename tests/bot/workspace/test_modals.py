"""Modals: triggers, the stack, first values, what the client refuses to send, and every response_action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace import RefusedError, View, Workspace

from .bolt import app_of, client_of, connected
from .builders import a_button, a_home, a_modal, actions, an_input, plain, section


async def _trigger(ws: Workspace) -> str:
    return ws.team.issue_trigger("U1").id


async def _open(ws: Workspace, view: dict[str, Any]) -> View:
    await client_of(ws).views_open(trigger_id=await _trigger(ws), view=view)
    modal = ws.modal("U1")
    assert modal is not None
    return modal


def _refused(code: str) -> Any:
    return pytest.raises(SlackApiError, match=f"'error': '{code}'")


async def test_a_command_opens_a_modal_and_its_submission_arrives_with_the_values(ws: Workspace) -> None:
    app, seen = app_of(ws), []

    @app.command("/t12")
    async def ask(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(private_metadata="7"))
        await ack()

    @app.view("incident.resolve")
    async def resolve(ack: Any, view: dict[str, Any]) -> None:
        seen.append(view)
        await ack()

    async with connected(ws, app):
        await ws.command(person="U1", channel="C1", text="resolve 7")
        await ws.wait_for_modal("U1")
        answer = await ws.submit("U1", {"reason": "fixed the mock"})
    assert answer.acked
    assert answer.view is None
    assert ws.modal("U1") is None
    assert seen[0]["private_metadata"] == "7"
    assert seen[0]["state"]["values"]["reason"]["text"]["value"] == "fixed the mock"


async def test_the_state_starts_from_the_initial_values(ws: Workspace) -> None:
    options = [{"text": plain(w), "value": w} for w in ("a", "b")]
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": options, "initial_options": [options[1]]}
    view = a_modal(
        an_input(element={"initial_value": "old"}),
        an_input("due", element={"type": "datepicker", "action_id": "on", "initial_date": "2026-03-29"}),
        an_input("which", element=boxes),
        an_input("who", element={"type": "multi_users_select", "action_id": "people"}, optional=True),
    )
    values = (await _open(ws, view)).values
    assert values["reason"]["text"] == {"type": "plain_text_input", "value": "old"}
    assert values["due"]["on"]["selected_date"] == "2026-03-29"
    assert values["which"]["boxes"]["selected_options"] == [options[1]]
    assert values["who"]["people"]["selected_users"] == []


async def test_missing_and_unfit_inputs_are_refused_before_anything_is_sent(ws: Workspace) -> None:
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"}
    await _open(ws, a_modal(an_input(), an_input("count", element=number), an_input("note", optional=True)))
    answer = await ws.submit("U1", {"count": "0"})
    assert answer.failure == "invalid_input"
    assert answer.errors == {"reason": "Please complete this required field.", "count": "At least 1."}
    assert ws.deliveries_made == []


async def test_errors_keep_the_modal_open_and_show_at_their_fields(ws: Workspace) -> None:
    app = app_of(ws)

    @app.view("incident.resolve")
    async def resolve(ack: Any) -> None:
        await ack(response_action="errors", errors={"reason": "Say more"})

    await _open(ws, a_modal())
    async with connected(ws, app):
        answer = await ws.submit("U1", {"reason": "x"})
    assert answer.errors == {"reason": "Say more"}
    assert ws.modal("U1") is not None


async def test_errors_for_a_field_that_does_not_exist_are_refused(ws: Workspace) -> None:
    app = app_of(ws)

    @app.view("incident.resolve")
    async def resolve(ack: Any) -> None:
        await ack(response_action="errors", errors={"nope": "Say more"})

    await _open(ws, a_modal())
    async with connected(ws, app):
        answer = await ws.submit("U1", {"reason": "x"})
    assert answer.failure == "invalid_errors"
    assert answer.shown == "We had some trouble connecting. Try again?"


async def test_update_push_and_clear_do_what_they_say(ws: Workspace) -> None:
    app = app_of(ws)
    replies: Iterator[dict[str, Any]] = iter(
        [
            {"response_action": "update", "view": a_modal(section("Second"), an_input())},
            {"response_action": "push", "view": a_modal(an_input(), callback_id="incident.resolve")},
            {"response_action": "clear"},
        ]
    )

    @app.view("incident.resolve")
    async def resolve(ack: Any) -> None:
        await ack(**next(replies))

    first = await _open(ws, a_modal())
    old_hash = first.hash
    async with connected(ws, app):
        updated = await ws.submit("U1", {"reason": "x"})
        assert updated.view is first
        assert first.hash != old_hash
        assert first.values["reason"]["text"]["value"] == "x"
        pushed = await ws.submit("U1", {"reason": "x"})
        assert pushed.view is not None
        assert pushed.view.previous_view_id == first.id
        assert pushed.view.root_view_id == first.id
        cleared = await ws.submit("U1", {"reason": "x"})
    assert cleared.view is None
    assert ws.modal("U1") is None


async def test_a_submission_nobody_answers_leaves_the_modal_open(ws: Workspace) -> None:
    await _open(ws, a_modal())
    answer = await ws.submit("U1", {"reason": "x"})
    assert answer.failure == "dispatch_failed"
    assert answer.shown == "We had some trouble connecting. Try again?"
    assert ws.modal("U1") is not None


async def test_a_trigger_lasts_three_seconds(ws: Workspace) -> None:
    trigger = await _trigger(ws)
    await ws.move_clock(3.1)
    with _refused("expired_trigger_id"):
        await client_of(ws).views_open(trigger_id=trigger, view=a_modal())


async def test_a_trigger_opens_one_modal_only(ws: Workspace) -> None:
    trigger = await _trigger(ws)
    await client_of(ws).views_open(trigger_id=trigger, view=a_modal())
    with _refused("exchanged_trigger_id"):
        await client_of(ws).views_open(trigger_id=trigger, view=a_modal())
    with _refused("invalid_trigger_id"):
        await client_of(ws).views_open(trigger_id="made.up", view=a_modal())


async def test_a_stack_holds_three_views_per_person(ws: Workspace) -> None:
    client = client_of(ws)
    top = await _open(ws, a_modal())
    for _ in range(2):
        await client.views_push(trigger_id=ws.team.issue_trigger("U1", top.id).id, view=a_modal())
        modal = ws.modal("U1")
        assert modal is not None
        top = modal
    with _refused("push_limit_reached"):
        await client.views_push(trigger_id=ws.team.issue_trigger("U1", top.id).id, view=a_modal())
    await client.views_open(trigger_id=ws.team.issue_trigger("U2").id, view=a_modal())
    assert len(ws.team.stacks["U1"]) == 3
    assert len(ws.team.stacks["U2"]) == 1


async def test_views_push_needs_a_trigger_from_inside_the_modal(ws: Workspace) -> None:
    await _open(ws, a_modal())
    with _refused("invalid_trigger_id"):
        await client_of(ws).views_push(trigger_id=await _trigger(ws), view=a_modal())


async def test_an_update_with_a_stale_hash_is_a_conflict(ws: Workspace) -> None:
    view = await _open(ws, a_modal())
    stale = view.hash
    await client_of(ws).views_update(view_id=view.id, hash=stale, view=a_modal(section("New"), an_input()))
    with _refused("hash_conflict"):
        await client_of(ws).views_update(view_id=view.id, hash=stale, view=a_modal())


async def test_an_external_id_finds_its_view_and_is_unique(ws: Workspace) -> None:
    await _open(ws, a_modal(external_id="incident-7"))
    await client_of(ws).views_update(external_id="incident-7", view=a_modal(section("New")))
    with _refused("not_found"):
        await client_of(ws).views_update(external_id="other", view=a_modal())
    await client_of(ws).views_publish(user_id="U1", view=a_home() | {"external_id": "home"})
    with _refused("duplicate_external_id"):
        await client_of(ws).views_publish(user_id="U2", view=a_home() | {"external_id": "home"})


async def test_wrong_views_are_refused_with_a_pointer(ws: Workspace) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client_of(ws).views_open(trigger_id=await _trigger(ws), view=a_modal(title=plain("x" * 25)))
    assert caught.value.response["error"] == "invalid_arguments"
    assert "/title/text" in caught.value.response["response_metadata"]["messages"][0]
    with _refused("view_too_large"):
        large = a_modal(*[section("x" * 2900) for _ in range(90)])
        await client_of(ws).views_open(trigger_id=await _trigger(ws), view=large)


@pytest.mark.parametrize(("notify", "heard"), [(True, 1), (False, 0)])
async def test_closing_is_heard_only_with_notify_on_close(ws: Workspace, notify: bool, heard: int) -> None:
    app, seen = app_of(ws), []

    @app.view_closed("incident.resolve")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    await _open(ws, a_modal(notify_on_close=notify))
    async with connected(ws, app):
        await ws.close("U1", whole_stack=True)
    assert len(seen) == heard
    assert all(body["is_cleared"] for body in seen)
    with pytest.raises(RefusedError, match="No modal is open"):
        await ws.submit("U1")


async def test_a_button_in_a_modal_carries_the_view_and_may_push_another(ws: Workspace) -> None:
    app, seen = app_of(ws), []

    @app.action("details.show")
    async def show(ack: Any, body: dict[str, Any], client: Any) -> None:
        seen.append(body)
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=a_modal(callback_id="details"))

    view = await _open(ws, a_modal(an_input(), actions(a_button("details.show"))))
    async with connected(ws, app):
        await ws.press("U1", "details.show")
        await ws.until(lambda: len(ws.team.stacks["U1"]) == 2)
    assert seen[0]["container"] == {"type": "view", "view_id": view.id}
    assert seen[0]["view"]["id"] == view.id
    assert "message" not in seen[0]


async def test_a_chosen_conversation_gives_a_response_url(ws: Workspace) -> None:
    app = app_of(ws)
    select = {"type": "conversations_select", "action_id": "to", "response_url_enabled": True}

    @app.view("incident.resolve")
    async def resolve(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        assert body["response_urls"][0]["channel_id"] == "C1"
        await respond(text="Shared", response_type="in_channel")

    await _open(ws, a_modal(an_input("where", element=select)))
    async with connected(ws, app):
        await ws.submit("U1", {"where": "C1"})
        await ws.wait_for_message("C1", containing="Shared")
