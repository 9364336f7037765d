"""The Web API methods the workspace speaks; importing this package registers them all in `METHODS`."""

from . import apps, assistants, channels, chat, conversations, files, looking, marks, people, scheduled, views
from .registry import METHODS, Args, Method

__all__ = [
    "METHODS",
    "Args",
    "Method",
    "apps",
    "assistants",
    "channels",
    "chat",
    "conversations",
    "files",
    "looking",
    "marks",
    "people",
    "scheduled",
    "views",
]
