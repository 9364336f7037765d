"""Brings the reader's own reports into the demo."""

import json
import os
import sys
from asyncio import subprocess
from collections.abc import Mapping
from pathlib import Path
from signal import SIGTERM
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.demo.home import Home
from core.errors import UsageError
from core.settings import Sourced

_MOST_REFUSED = 5


async def feed_reports(home: Home, sourced: Sourced, console: Console) -> int:
    """Bring the reader's reports in as `t12 ingest` does, in a process of its own. Returns how many are stored.

    The reader's settings file is read there too, but the reports go to the demo's own store. Raises `UsageError` when
    none of them could be read.
    """
    assert home.reports is not None, "asked for only with reports"
    with console.status(f"Reading {home.reports}"):
        answer = await _ingest(home.reports, sourced)
    runs, rejected = answer["runs"], answer["rejected"]
    for each in rejected[:_MOST_REFUSED]:
        line = Text("  refused ", "red").append(f"{each['source']}: {each['error']}", "default")
        console.print(line, soft_wrap=True)
    if len(rejected) > _MOST_REFUSED:
        console.print(Text(f"  and {len(rejected) - _MOST_REFUSED} more refused", "red"))
    if not runs:
        raise UsageError(f"there is no report that T12 can read in {home.reports}; it reads JUnit XML, plain or gzip")
    new = sum(not each["duplicate"] for each in runs)
    told = f"  {len(runs)} {'report' if len(runs) == 1 else 'reports'} from {home.reports}: {new} new"
    console.print(Text(f"{told}, {len(runs) - new} known already, {len(rejected)} refused"))
    return len(runs)


async def _ingest(reports: Path, sourced: Sourced) -> Mapping[str, Any]:
    chosen = ["--config", str(sourced.file)] if sourced.file is not None else []
    process = await subprocess.create_subprocess_exec(
        sys.executable, "-m", "bot", *chosen, "ingest", "--format", "json", "--", str(reports),
        env=os.environ | {"T12_DATABASE_URL": sourced.settings.database_url}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        said, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.send_signal(SIGTERM)
            await process.wait()
    if process.returncode not in (0, 1) or not said:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise UsageError(f"the reports could not be read: {last[0].removeprefix('t12: ')}")
    answer: Mapping[str, Any] = json.loads(said)
    return answer
