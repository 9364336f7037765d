"""`POST /api/v1/runs/died`: takes the word of a CI job that its run left no report."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.server.answers import RefusedError
from bot.server.bodies import receive_json
from bot.server.uploads import let_in
from core.clock import Clock
from core.errors import ReportError
from core.runs.deaths import Death, record_death
from core.runs.times import instant
from core.settings import Settings
from core.storage.database import Database
from core.tokens.flows import note_use

MOST_BYTES = 64 << 10
FIELDS = ("suite", "branch", "revision", "run", "started_at", "exit_code", "why")
_KNOWN = ", ".join(FIELDS)


class Deaths:
    """Records `RunDied`; a repeat of the same run is answered and changes nothing."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    async def post(self, request: web.Request) -> web.Response:
        token = await let_in(self._database, self._clock, request)
        death = self._read(await receive_json(request, MOST_BYTES, _KNOWN))
        now = self._clock()
        await note_use(self._database, token, now)
        try:
            is_new = await record_death(self._database, death, now)
        except ReportError as error:
            raise RefusedError(422, str(error)) from None
        said = {"suite": death.suite, "branch": death.branch, "run": death.run_key, "duplicate": not is_new}
        return web.json_response({"died": said}, status=201 if is_new else 200)

    def _read(self, said: Mapping[str, Any]) -> Death:
        for name, value in said.items():
            if name not in FIELDS:
                raise RefusedError(400, f"{name[:40]!r} is no field; known are {_KNOWN}")
            if value is not None and not isinstance(value, int if name == "exit_code" else str):
                raise RefusedError(400, f"{name} must be {'a number' if name == 'exit_code' else 'text'}")
        started = said.get("started_at")
        started_at = instant(started, self._settings.zone) if started else None
        if started and started_at is None:
            raise RefusedError(400, f"started_at {started[:40]!r} is no instant; write it like 2026-03-02T08:00:00Z")
        return Death(
            said.get("suite") or self._settings.suite, said.get("branch"), said.get("revision"), said.get("run"),
            started_at, said.get("exit_code"), said.get("why") or "",
        )  # fmt: skip
