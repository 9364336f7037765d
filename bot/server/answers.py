"""Every error of the server as JSON with one sentence."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from uuid import uuid4

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from core.errors import StorageError
from core.storage.events import Json

RETRY_SECONDS = 10

_SENTENCES = {
    404: "there is nothing at this address; reports go to POST /api/v1/runs",
    405: "this address does not know the method; see the Allow header",
    413: "the request is too large",
    417: "the Expect header asks for something unknown",
}

_log = logging.getLogger("t12.server")


class RefusedError(Exception):
    """A request that is refused with a status and a sentence; `more` joins the JSON."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Json] | None = None,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        super().__init__(sentence)

    def response(self) -> web.Response:
        return problem(self.status, str(self), headers=self.headers, more=self.more)


def problem(
    status: int, sentence: str, *, headers: Mapping[str, str] | None = None, more: Mapping[str, Json] | None = None
) -> web.Response:
    """An error as JSON."""
    return web.json_response({"error": sentence, **(more or {})}, status=status, headers=headers)


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn whatever a handler raises into JSON; a traceback goes to the log under an id."""
    try:
        return await handler(request)
    except RefusedError as refused:
        return refused.response()
    except web.HTTPException as raised:
        kept = {name: raised.headers[name] for name in ("Allow", "Location") if name in raised.headers}
        return problem(raised.status, _SENTENCES.get(raised.status, raised.reason), headers=kept)
    except (StorageError, SQLAlchemyError, OSError) as error:
        return unavailable(error)
    except Exception as error:
        mark = uuid4().hex[:8]
        _log.error("request failed, id %s", mark, exc_info=error)
        return problem(500, f"T12 made an error of its own; its log knows it as {mark}")


def unavailable(error: Exception) -> web.Response:
    """The answer when the database or the disk does not take what is sent."""
    _log.error("the store did not answer", exc_info=error)
    sentence = str(error) if isinstance(error, StorageError) else "T12 cannot reach its store; try again later"
    return problem(503, sentence, headers={"Retry-After": str(RETRY_SECONDS)})


def broken_request(status: int, message: str | None) -> web.Response:
    """The answer to bytes that are not HTTP, or headers beyond what a request may have."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "error"
    words = (message or "").split("\n", 1)[0].strip().rstrip(":")[:200]
    return problem(status, f"the request cannot be understood ({words or phrase})")
