"""The Web API methods the workspace speaks; importing this package registers them all in `METHODS`."""

from . import apps, chat, conversations, files, people, scheduled, views
from .registry import METHODS, Args, Method

__all__ = ["METHODS", "Args", "Method", "apps", "chat", "conversations", "files", "people", "scheduled", "views"]
