"""Puts every listener on a Bolt app: one per kind, each with a table of what it answers."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from . import actions, events, middleware, slash
from .checklists import forms as checklist_forms
from .databases import forms as database_forms
from .desk import Desk
from .gateway import Identity
from .incidents import forms


def register(app: AsyncApp, desk: Desk, identity: Callable[[], Identity | None]) -> None:
    middleware.install(app, desk, identity)
    slash.register(app)
    actions.register(app)
    forms.register(app)
    checklist_forms.register(app)
    database_forms.register(app)
    events.register(app)
