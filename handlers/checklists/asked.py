"""The words `/t12 checklist …`: what is open, one list, the last ones, or how well they are kept."""

from core.checklists.model import Occurrence
from core.errors import NotFoundError
from handlers.desk import Desk
from handlers.messages.checklist import render_checklist
from handlers.messages.checklist_stats import render_checklist_stats
from handlers.messages.checklists import render_checklists, render_history
from handlers.messages.message import Message

HISTORY = "history"
STATISTICS = "stats"


async def answer_checklist(desk: Desk, argument: str | None, user: str) -> Message:
    """What somebody reads after they typed. Raises `T12Error`."""
    word = (argument or "").strip().lower()
    if not word or word == "open":
        return render_checklists(await desk.checklists.open(), user)
    if word == HISTORY:
        return render_history(await desk.checklists.recent(limit=20))
    first, _, rest = word.partition(" ")
    if first == STATISTICS:
        key = await _key(desk, rest) if rest else None
        return render_checklist_stats(await desk.checklists.statistics(key=key))
    if word.lstrip("#").isascii() and word.lstrip("#").isdigit():
        occurrence = await desk.checklists.show(int(word.lstrip("#")[:9]))
    else:
        occurrence = await _newest(desk, await _key(desk, word))
    return render_checklist(occurrence, desk.title(occurrence.role))


async def _newest(desk: Desk, key: str) -> Occurrence:
    found = await desk.checklists.recent(key=key, limit=1)
    if found:
        return found[0]
    raise NotFoundError(f"the checklist {key!r} was not posted yet; `t12 checklist upcoming` says when it is due")


async def _key(desk: Desk, typed: str) -> str:
    """The list that is meant: by its key, or by its title as cards show it. Raises `NotFoundError`."""
    words = " ".join(typed.replace("_", " ").split())
    for each in desk.checklists.lists:
        if words in (each.key.replace("_", " "), " ".join(each.title.lower().split())):
            return each.key
    slug = words.replace(" ", "_")
    if await desk.checklists.recent(key=slug, limit=1):  # one that is switched off by now
        return slug
    known = ", ".join(each.key for each in desk.checklists.lists)
    raise NotFoundError(f"there is no checklist {typed[:40]!r}; there are {known}, and history and stats of them all")
