"""The words `/t12 checklist …`: what is open, one list, or the last ones."""

from core.checklists.model import Occurrence
from core.errors import NotFoundError
from handlers.desk import Desk
from handlers.messages.checklist import render_checklist
from handlers.messages.checklists import render_checklists, render_history
from handlers.messages.message import Message

HISTORY = "history"


async def answer_checklist(desk: Desk, argument: str | None, user: str) -> Message:
    """What somebody reads after they typed. Raises `T12Error`."""
    word = (argument or "").strip().lower()
    if not word or word == "open":
        return render_checklists(await desk.checklists.open(), user)
    if word == HISTORY:
        return render_history(await desk.checklists.recent(limit=20))
    if word.lstrip("#").isascii() and word.lstrip("#").isdigit():
        occurrence = await desk.checklists.show(int(word.lstrip("#")[:9]))
    else:
        occurrence = await _newest(desk, word.replace(" ", "_"))
    return render_checklist(occurrence, desk.title(occurrence.role))


async def _newest(desk: Desk, key: str) -> Occurrence:
    found = await desk.checklists.recent(key=key, limit=1)
    if found:
        return found[0]
    known = ", ".join(each.key for each in desk.checklists.lists)
    raise NotFoundError(f"no checklist {key[:40]!r} was posted yet; there are {known}")
