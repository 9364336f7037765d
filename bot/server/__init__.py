"""The HTTP side of the bot: reports come in, health and metrics go out."""

from bot.server.assembly import build_server
from bot.server.listening import Listening, listen
from bot.server.metrics import Metrics
from bot.server.readiness import Probe

__all__ = ["Listening", "Metrics", "Probe", "build_server", "listen"]
