"""The strict checker of Block Kit payloads: what Slack refuses, and what it merely tolerates."""

from .payload import check_blocks, check_message, check_view
from .walk import Problem

__all__ = ["Problem", "check_blocks", "check_message", "check_view"]
