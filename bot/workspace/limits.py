"""Every figure of Slack that the workspace enforces, read once from `limits.json` (value, unit, source, date noted).

Where two sources disagree the file holds the lower figure, so that what passes here passes there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def _read() -> Mapping[str, int]:
    entries = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))
    return MappingProxyType({name: int(entry["value"]) for name, entry in entries.items()})


LIMITS: Mapping[str, int] = _read()
"""Limit name to value; the unit stands in `limits.json`."""
