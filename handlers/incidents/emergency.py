"""The emergency response in Slack: the form that begins it, and the boxes of its report."""

from core.errors import NotFoundError, UsageError
from core.incidents.emergencies import Emergencies
from core.incidents.emergency import changed_boxes
from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from handlers.access import Permit
from handlers.click import Click
from handlers.desk import Desk
from handlers.messages.emergency import drawn_boxes
from handlers.messages.incident_forms import Kept, emergency_form

from .doing import Later

BEGIN = "Type `/t12 emergency`: a form says what will be done and asks for the reason"


async def open_emergency(desk: Desk, user: str, trigger_id: str, kept: Kept) -> None:
    """Open the form; `kept` may name the incident."""
    await desk.access.require(user, Permit.EMERGENCY)
    incident = (await desk.incidents.show(kept.incident)).incident if kept.incident else None
    policy = desk.incidents.ledger.policy
    chosen = policy.settings.emergency
    form = emergency_form(
        kept, incident, tests=bool(chosen.security_tests), stops=bool(chosen.stop_pipeline or chosen.stop_webhook),
        roles=[policy.title(role) for role in chosen.tell],
    )  # fmt: skip
    await desk.gateway.open_view(trigger_id, form)


def incident_of(words: str) -> int:
    """The number after `emergency`; 0 when none is named. Raises `UsageError` for anything else."""
    number = words.strip().removeprefix("#")
    if number and not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise UsageError("`/t12 emergency` takes the number of an incident or nothing; the form asks for the reason")
    return int(number or 0)


async def start(desk: Desk, who: Who, reason: str, incident_id: int, request: str) -> Answered:
    started = await Emergencies(desk.incidents.ledger).start(who, reason, incident_id or None, request=request)
    view = await desk.incidents.show(started.emergency.incident_id)
    return Answered(view.incident, started.sentence, started.happened)


async def tick(desk: Desk, click: Click) -> Later:
    """Somebody ticked a box, or took a tick away: only what they changed counts, whatever others did meanwhile."""
    drawn = drawn_boxes(click.block_id)
    if drawn is None:
        raise NotFoundError("these boxes are from another version of T12")
    await desk.access.require(click.user_id, Permit.ACKNOWLEDGE)
    id_, ticked = drawn
    changed = changed_boxes(ticked, click.ticked)
    who = Who(click.user_id, click.user_name)
    await Emergencies(desk.incidents.ledger).tick(id_, who, changed.items(), request=click.request)
    return _nothing


async def _nothing() -> None:
    """The report that is drawn anew is the answer."""
