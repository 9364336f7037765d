"""What people do with an app (type commands, press buttons, fill in modals, search), and what they see of it."""

from __future__ import annotations

from typing import Any

from . import forms, hooks, modals, payloads, suggestions
from .deliver import Kind
from .errors import ApiError, RefusedError
from .model import Answer, Channel, Delivery, Json, Message, Person, View
from .team import Hook
from .writing import Writing

_NO_ANSWER = "Something went wrong: the app did not respond."
_NO_MODAL = "We had some trouble connecting. Try again?"


class Acts(Writing):
    """One method per thing a person can do. Each returns once the app has acknowledged it, or has failed to."""

    async def command(
        self, person: str, channel: str, text: str = "", *, command: str | None = None, thread_ts: str | None = None
    ) -> Answer:
        """Type `command text` in a channel. The app need not be a member; the person must be.

        `command` defaults to the first one of the manifest. `answer.message` is what the acknowledgement itself showed.
        Slack has no app commands in threads: with `thread_ts` nothing is sent.
        """
        who, where = self._in(person, channel)
        known = self.team.manifest.commands if "commands" in self.team.manifest.scopes else {}
        name = command or next(iter(known), "/")
        if name not in known:
            return Answer(False, failure="unknown_command", shown=f"{name} is not a valid command.")
        if thread_ts:
            return Answer(False, failure="not_in_threads", shown=f"{name} is not supported in threads. Sorry!")
        if known[name].get("should_escape"):
            text = payloads.escape_typed(self.team, text)
        hook, trigger = self.team.issue_hook(who.id, where.id), self.team.issue_trigger(who.id)
        payload = payloads.command(self.team, who, where, hook, trigger, name=name, text=text.strip())
        answer = await self._deliver("slash_commands", payload)
        answer.response_url, answer.trigger_id = payload["response_url"], trigger.id
        if answer.failure:
            answer.shown = f'{name} failed with the error "{answer.failure}"'
        elif answer.ack_payload:
            self._show_ack(answer, hook)
        return answer

    def _show_ack(self, answer: Answer, hook: Hook) -> None:
        """The body of an acknowledged command is its first answer, ephemeral unless it says in_channel."""
        try:
            answer.message = hooks.show(self.team, hook, answer.ack_payload or {}, "ack")
        except ApiError as error:
            answer.failure, answer.shown = error.code, f'The command failed with the error "{error.code}"'
            self.team.break_rule("refused_ack", "ack", error.code)

    async def press(
        self,
        person: str,
        action_id: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        confirm: bool = True,
        stale: bool = False,
    ) -> Answer:
        """Press a button, or choose `value` (an option's value, an id, a date) in a select or picker.

        Where: a message (`channel` and `ts`; without `ts` the newest that shows the element), a view (`view_id`), or,
        with neither, the open modal. `confirm=False` declines the element's confirm dialog: nothing is sent.
        `stale=True` presses what an earlier version of the message showed. Raises RefusedError when nothing on the
        screen carries the action_id. Pressing twice delivers twice.
        """
        who = self.team.find_person(person)
        if channel is None:
            return await self._press_in_view(who, action_id, view_id, block_id, value, confirm=confirm)
        _, where = self._in(who.id, channel)
        message, block, element = self._find_pressed(who, where, ts, action_id, block_id, stale=stale)
        if element.get("confirm") and not confirm:
            return Answer(False, failure="not_confirmed")
        hook, trigger = self.team.issue_hook(who.id, where.id, message), self.team.issue_trigger(who.id)
        element = suggestions.with_offered(self.team, who.id, element)
        action = forms.action_of(block, element, value, self.team.new_ts())
        values = forms.first_values(message.blocks)
        if block.get("block_id", "") in values and element["type"] != "button":
            values[block["block_id"]][action_id] = forms.entered(element, value)
        payload = payloads.message_action(
            self.team, who, message, where, action=action, trigger=trigger, hook=hook, values=values
        )
        answer = await self._deliver("interactive", payload)
        answer.response_url, answer.trigger_id, answer.message = payload["response_url"], trigger.id, message
        if answer.failure:
            answer.shown = _NO_ANSWER
        return answer

    def _find_pressed(
        self, who: Person, where: Channel, ts: str | None, action_id: str, block_id: str | None, *, stale: bool
    ) -> tuple[Message, Json, Json]:
        if ts is not None:
            message = self.team.find_shown(where.id, ts, who.id)
            shown = [message] if message is not None else []
        else:
            shown = list(reversed(self.team.seen_by(where.id, who.id)))
        for message in shown:
            screens = [message.blocks, *(v["blocks"] for v in reversed(message.versions) if stale)]
            for blocks in screens:
                found = forms.find_element(blocks, action_id, block_id)
                if found is not None:
                    return message, *found
        raise RefusedError(f"{who.name} sees nothing with the action_id {action_id!r} in {where.name}.")

    async def _press_in_view(
        self, who: Person, action_id: str, view_id: str | None, block_id: str | None, value: Any, *, confirm: bool
    ) -> Answer:
        view = self.view_of(who.id, view_id)
        found = forms.find_element(view.body["blocks"], action_id, block_id)
        if found is None:
            raise RefusedError(f"{who.name} sees nothing with the action_id {action_id!r} in {view.id}.")
        block, element = found
        if element.get("confirm") and not confirm:
            return Answer(False, failure="not_confirmed")
        element = suggestions.with_offered(self.team, who.id, element)
        action = forms.action_of(block, element, value, self.team.new_ts())
        slot = view.values.get(block.get("block_id", ""), {})
        if action_id in slot:
            slot[action_id] = forms.entered(element, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Answer(False, failure="not_dispatched", view=view)
        trigger = self.team.issue_trigger(who.id, view.id)
        answer = await self._deliver("interactive", payloads.view_action(self.team, who, view, action, trigger))
        answer.trigger_id, answer.view = trigger.id, view
        if answer.failure:
            answer.shown = _NO_ANSWER
        return answer

    def view_of(self, person: str, view_id: str | None = None) -> View:
        """The modal in front of a person, or their view with this id. Raises RefusedError when there is none."""
        if view_id is not None:
            view = self.team.views.get(view_id)
            if view is None or view.user != person or not view.is_open:
                raise RefusedError(f"The view {view_id} is not open.")
            return view
        stack = self.team.stacks.get(person, [])
        if not stack:
            raise RefusedError("No modal is open.")
        return stack[-1]

    async def suggest(
        self,
        person: str,
        action_id: str,
        value: str = "",
        *,
        channel: str | None = None,
        ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
    ) -> Answer:
        """Type `value` into a select that asks the app for its options; where, as in `press`.

        `answer.options` is what the app offered; pressing and submitting then know them by value. The client asks
        nothing before `min_query_length` characters (3 unless the select says otherwise): failure `too_short`.
        """
        who = self.team.find_person(person)
        place: Message | View
        if channel is None:
            place = self.view_of(who.id, view_id)
            found = forms.find_element(place.body["blocks"], action_id, block_id)
            if found is None:
                raise RefusedError(f"{who.name} sees nothing with the action_id {action_id!r} in {place.id}.")
            block, element = found
        else:
            _, where = self._in(who.id, channel)
            place, block, element = self._find_pressed(who, where, ts, action_id, block_id, stale=False)
        if not element["type"].endswith("external_select"):
            raise RefusedError(f"The {element['type']} {action_id} asks the app for nothing.")
        if len(value) < element.get("min_query_length", 3):
            return Answer(False, failure="too_short")
        payload = payloads.block_suggestion(self.team, who, place, block=block, element=element, value=value)
        answer = await self._deliver("interactive", payload)
        if not answer.failure:
            suggestions.take(self.team, who.id, action_id, answer)
        return answer

    async def submit(self, person: str, values: dict[str, Any] | None = None, *, view_id: str | None = None) -> Answer:
        """Fill in the open modal and press its submit button.

        `values` maps a block_id or an action_id to what is entered; everything else keeps its first value. The client
        itself refuses missing required fields and values out of bounds: failure `invalid_input`, nothing is sent.
        Afterwards `answer.view` is the view in front of the person (None: all closed) and `answer.errors` what it says.
        """
        who = self.team.find_person(person)
        view = self.view_of(who.id, view_id)
        self._fill_in(view, values or {})
        view.errors = forms.complaints(view.body["blocks"], view.values)
        if view.errors:
            self.team.touch()
            return Answer(False, failure="invalid_input", errors=dict(view.errors), view=view)
        trigger = self.team.issue_trigger(who.id, view.id)
        answer = await self._deliver("interactive", payloads.view_submission(self.team, who, view, trigger))
        answer.trigger_id, answer.view = trigger.id, view
        if answer.failure:
            answer.shown = _NO_MODAL
            return answer
        self._after_submission(answer, view)
        return answer

    def _fill_in(self, view: View, values: dict[str, Any]) -> None:
        for name, value in values.items():
            block, element = forms.find_field(view.body["blocks"], name)
            element = suggestions.with_offered(self.team, view.user, element)
            view.values[block["block_id"]][element["action_id"]] = forms.entered(element, value)

    def _after_submission(self, answer: Answer, view: View) -> None:
        """Carry out the response_action of the acknowledgement; without one the view closes."""
        ack = answer.ack_payload or {}
        action = ack.get("response_action")
        try:
            if action is None:
                answer.view = modals.pop(self.team, view)
            elif action == "clear":
                modals.clear(self.team, view.user)
                answer.view = None
            elif action == "errors":
                view.errors = _checked_errors(view, ack.get("errors"))
                answer.errors = dict(view.errors)
                self.team.touch()
            elif action in ("update", "push"):
                modals.check(self.team, ack.get("view", {}), f"response_action {action}", "modal")
                if action == "update":
                    answer.view = modals.update_view(self.team, view, ack["view"])
                else:
                    answer.view = modals.push_on(self.team, view, ack["view"])
            else:
                raise ApiError("invalid_response_action")
        except ApiError as error:
            answer.failure, answer.shown = error.code, _NO_MODAL
            self.team.break_rule("refused_response_action", "view_submission", error.code)

    async def close(self, person: str, *, whole_stack: bool = False, view_id: str | None = None) -> Answer:
        """Press the close button of the open modal (or the X of the whole stack).

        The app hears view_closed only for a view with notify_on_close. With clear_on_close the whole stack goes.
        """
        who = self.team.find_person(person)
        view = self.view_of(who.id, view_id)
        is_cleared = whole_stack or bool(view.body.get("clear_on_close"))
        closed = modals.clear(self.team, who.id) if is_cleared else [view]
        beneath = None if is_cleared else modals.pop(self.team, view)
        answer = Answer(True, view=beneath)
        for one in closed:
            if one.body.get("notify_on_close"):
                sent = await self._deliver(
                    "interactive", payloads.view_closed(self.team, who, one, is_cleared=is_cleared)
                )
                sent.view = beneath
                answer = sent
        return answer

    async def shortcut(
        self, person: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> Answer:
        """Run a shortcut of the manifest: a message shortcut on `channel` and `ts`, or a global one."""
        who = self.team.find_person(person)
        known = self.team.manifest.shortcuts.get(callback_id) if "commands" in self.team.manifest.scopes else None
        if known is None:
            raise RefusedError(f"The manifest has no shortcut {callback_id!r}, or not the scope commands.")
        trigger = self.team.issue_trigger(who.id)
        if known.get("type") == "message":
            if channel is None or ts is None:
                raise RefusedError("A message shortcut needs the message it is run on.")
            _, where = self._in(who.id, channel)
            message = self.team.find_shown(where.id, ts, who.id)
            if message is None or message.ephemeral_to is not None:
                raise RefusedError("That message is not there, or has no shortcuts because it is ephemeral.")
            hook = self.team.issue_hook(who.id, where.id, message)
            payload = payloads.message_shortcut(
                self.team, who, message, where, callback_id=callback_id, trigger=trigger, hook=hook
            )
        else:
            payload = payloads.shortcut(self.team, who, callback_id, trigger)
        answer = await self._deliver("interactive", payload)
        answer.trigger_id, answer.response_url = trigger.id, payload.get("response_url")
        if answer.failure:
            answer.shown = _NO_ANSWER
        return answer

    def open_home(self, person: str, tab: str = "home") -> View | None:
        """Open the app's page on `home` or `messages`; the app hears app_home_opened. Returns what Home shows now."""
        who = self.team.find_person(person)
        view = self.team.homes.get(who.id)
        event: Json = {
            "type": "app_home_opened",
            "user": who.id,
            "channel": self.team.direct(self.team.bot_user, who.id).id,
            "event_ts": self.team.new_ts(),
            "tab": tab,
        }
        if view is not None and tab == "home":
            event["view"] = view.to_json(self.team.app_id, self.team.bot_id)
        self.deliveries.start_event("app_home_opened", event)
        return view

    async def _deliver(self, kind: Kind, payload: Json) -> Answer:
        sent: Delivery = await self.deliveries.send(kind, payload)
        return Answer(
            sent.acked,
            sent.latency_seconds,
            sent.failure,
            payload=payload,
            ack_payload=sent.ack_payload if sent.acked else None,
            delivery_id=sent.id,
            connection=sent.connection,
        )


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    """Errors belong to input blocks of the view. Raises ApiError invalid_errors otherwise."""
    inputs = {b.get("block_id") for b in forms.all_blocks(view.body["blocks"]) if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise ApiError("invalid_errors")
    return {str(k): str(v) for k, v in errors.items()}
