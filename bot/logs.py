"""Logs: one JSON object per line on standard error, readable lines where somebody watches; no secret in either."""

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.redact import redact
from core.settings import SlackSettings


def set_up_logs(slack: SlackSettings, level: int = logging.INFO) -> None:
    """Send every logger's lines through structlog, with secrets cut."""
    known = [each.get_secret_value() for each in (slack.bot_token, slack.app_token, slack.signing_secret) if each]
    watched = sys.stderr.isatty()
    plain = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "logger", "event"])
    render: Processor = plain if watched else structlog.processors.JSONRenderer()
    shared: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Redactor(known),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("slack_sdk", "slack_bolt", "aiohttp.access", "apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _Redactor:
    """Cuts secrets out of every text of a log line."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        for key, value in line.items():
            if isinstance(value, str):
                line[key] = redact(value, self._known)
        return line
