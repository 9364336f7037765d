"""A strict local stand-in for Slack: Web API, Socket Mode and signed HTTP on 127.0.0.1, one movable clock, faults.

It refuses what Slack refuses, and writes down as a broken rule what Slack merely punishes. It does not play: user
tokens, OAuth, Slack Connect and Enterprise Grid, legacy dialogs, workflow steps, search, bookmarks, unfurls, and the
automatic end of a connection after its announced life (`refresh` does that on command).
"""

from .blocks import Problem, check_message, check_view
from .errors import ApiError, RefusedError
from .faults import Fault
from .model import Answer, Channel, Message, Person, View
from .server import DEFAULT_MANIFEST, PEOPLE, Options, Workspace

__all__ = [
    "DEFAULT_MANIFEST",
    "PEOPLE",
    "Answer",
    "ApiError",
    "Channel",
    "Fault",
    "Message",
    "Options",
    "Person",
    "Problem",
    "RefusedError",
    "View",
    "Workspace",
    "check_message",
    "check_view",
]
