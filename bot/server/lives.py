"""`POST /api/v1/live`: takes the words of a watcher on CI, and keeps the card of its run."""

from datetime import timedelta

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.server.answers import RETRY_SECONDS, RefusedError
from bot.server.bodies import receive_json
from bot.server.uploads import let_in
from core.clock import Clock
from core.live.card import Word
from core.live.cards import hear, open_of
from core.live.foreign import KNOWN, read_word
from core.settings import Settings
from core.storage.database import Database
from core.tokens.flows import note_use
from core.tokens.model import Token

MOST_BYTES = 1 << 20
MOST_OPEN = 200
"""Watches of one token at the same time; each has a card."""


class Lives:
    """Keeps what watchers say; a word that is repeated is answered and changes nothing."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    async def post(self, request: web.Request) -> web.Response:
        """The answer says whether there is a card: where there is none, no further word is needed."""
        token = await let_in(self._database, self._clock, request)
        said = await receive_json(request, MOST_BYTES, KNOWN)
        now = self._clock()
        try:
            word = read_word(said, self._settings.suite, now)
        except ValueError as error:
            raise RefusedError(400, str(error)) from None
        await note_use(self._database, token, now)
        channel = self._settings.live.channel or self._settings.channel
        is_new = False
        if channel is not None and self._settings.live.cards:
            is_new = await self._heard(word, token, channel)
        has_card = channel is not None and self._settings.live.cards
        answer = {"key": word.key, "number": word.number, "card": has_card, "duplicate": has_card and not is_new}
        return web.json_response({"live": answer}, status=201 if is_new else 200)

    async def _heard(self, word: Word, token: Token, channel: str) -> bool:
        pause = timedelta(seconds=self._settings.live.edit_seconds)
        try:
            async with self._database.write() as connection:
                if await open_of(connection, token.id, besides=word.key) >= MOST_OPEN:
                    raise RefusedError(
                        429, f"{MOST_OPEN} runs are watched with this token already; one more has no card",
                        headers={"Retry-After": str(RETRY_SECONDS)},
                    )  # fmt: skip
                return await hear(connection, word, token.id, channel, self._clock(), pause=pause)
        except IntegrityError:  # the same word came in twice at once
            raise RefusedError(
                503, "this watch is being kept; send it again", headers={"Retry-After": str(RETRY_SECONDS)}
            ) from None
