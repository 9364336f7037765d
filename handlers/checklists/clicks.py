"""The buttons and the menus of a checklist's card, in a channel, in a private message or on the Home tab."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from core.checklists.flows import Answered
from core.checklists.model import Item
from core.errors import NotFoundError, UsageError
from handlers.access import Permit
from handlers.click import Click
from handlers.desk import Desk
from handlers.messages.checklist import render_checklist
from handlers.messages.checklist_forms import Place, assign_form, note_form, overrule_form, skip_form
from handlers.messages.message import Message
from handlers.messages.pieces import Json
from handlers.messages.told import told

Later = Callable[[], Awaitable[None]]
"""What is still to be said after the acknowledgement."""

FORMS: dict[str, Callable[[Item, Place], Json]] = {
    "skip": skip_form,
    "assign": assign_form,
    "note": note_form,
    "overrule": overrule_form,
}
"""Entries of an item's menu that open a form."""


async def shown(desk: Desk, click: Click) -> Message:
    """The card that a button of a list asks for."""
    occurrence = await desk.checklists.show(_number(click.value))
    return render_checklist(occurrence, desk.title(occurrence.role))


async def _done(desk: Desk, click: Click) -> Later:
    place = _place(click, click.value)
    await desk.access.require(click.user_id, Permit.CHECKLISTS)
    answered = await desk.checklists.done(place.occurrence, place.position, click.user_id, request=click.request)
    return partial(answer, desk, click.user_id, place, answered)


async def _undo(desk: Desk, click: Click) -> Later:
    place = _place(click, click.value)
    await desk.access.require(click.user_id, Permit.CHECKLISTS)
    answered = await desk.checklists.undo(place.occurrence, place.position, click.user_id, request=click.request)
    return partial(answer, desk, click.user_id, place, answered)


async def _all_done(desk: Desk, click: Click) -> Later:
    place = _place(click, f"{click.value}:0")
    await desk.access.require(click.user_id, Permit.CHECKLISTS)
    answered = await desk.checklists.all_done(place.occurrence, click.user_id, request=click.request)

    async def tell() -> None:
        await answer(desk, click.user_id, place, answered)
        if answered.happened and answered.occurrence.open_items:
            deliver = partial(desk.gateway.respond, place.response_url)
            await (deliver if place.channel else partial(desk.show_at_home, click.user_id))(told(answered.sentence))

    return tell


async def _more(desk: Desk, click: Click) -> Later:
    """An entry of an item's menu: a form opens, or its check runs again."""
    key, _, value = click.value.partition(":")
    place = _place(click, value)
    await desk.access.require(click.user_id, Permit.CHECKLISTS)
    if key == "check":
        answered = await desk.checklists.check_again(
            place.occurrence, place.position, click.user_id, request=click.request
        )
        return partial(answer, desk, click.user_id, place, answered)
    draw = FORMS.get(key)
    if draw is None:
        raise UsageError("this menu is from another version of T12; `/t12 checklist` lists the open checklists")
    occurrence = await desk.checklists.show(place.occurrence)
    if not occurrence.is_open:
        raise UsageError("this list is closed; what was open is in its summary")
    item = next((each for each in occurrence.items if each.position == place.position), None)
    if item is None:
        raise UsageError("that item is not on this list; look at the list again")
    await desk.gateway.open_view(click.trigger_id, draw(item, place))
    return _nothing


async def answer(desk: Desk, user: str, place: Place, answered: Answered) -> None:
    """Tell somebody what their press came to: a card in a channel shows it by itself, the others turn into it."""
    if not place.channel and not answered.happened:
        await desk.show_at_home(user, told(answered.sentence))
    elif not place.channel:
        await desk.show_home(user)
    elif place.is_ephemeral:
        card = render_checklist(answered.occurrence, desk.title(answered.occurrence.role))
        await desk.gateway.respond(place.response_url, card, replace=True)
    elif not answered.happened:
        await desk.gateway.respond(place.response_url, told(answered.sentence))


async def _nothing() -> None:
    """The form that opened is the answer."""


def _place(click: Click, value: str) -> Place:
    id_, _, position = value.partition(":")
    return Place(_number(id_), _number(position), click.channel_id, click.response_url, click.is_ephemeral)


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise NotFoundError("this button is from another version of T12; `/t12 checklist` lists the open checklists")
    return int(value)


CHANGES: dict[str, Callable[[Desk, Click], Coroutine[Any, Any, Later]]] = {
    "checklist.done": _done,
    "checklist.undo": _undo,
    "checklist.all_done": _all_done,
    "checklist.more": _more,
}
"""Buttons that change something or open a form: acknowledged to Slack when that is done."""
