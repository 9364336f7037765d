"""What T12 tells by itself: for each subject of a posting, the message that tells it as of now."""

from collections.abc import Awaitable, Callable
from typing import Literal

from core.errors import NotFoundError

from .answering import Answering
from .messages.message import Message
from .messages.run_card import render_run_card

Cards = Literal["news", "all"]


class Subjects:
    """Draws postings. A subject is `kind:id`, such as `run:12`."""

    def __init__(self, answers: Answering, cards: Cards) -> None:
        self._answers = answers
        self._cards = cards

    async def message(self, subject: str, *, is_there: bool) -> Message | None:
        """The message; None when there is nothing to tell. `is_there` says that it was posted before."""
        kind, _, id_ = subject.partition(":")
        return await _ROUTES[kind](self, id_, is_there)

    async def _run(self, id_: str, is_there: bool) -> Message | None:
        try:
            card = await self._answers.card(int(id_))
        except NotFoundError:
            return None
        return render_run_card(card) if is_there or self._cards == "all" or card.tells_news else None


_ROUTES: dict[str, Callable[[Subjects, str, bool], Awaitable[Message | None]]] = {"run": Subjects._run}
"""Every kind of subject."""
