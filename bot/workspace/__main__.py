"""Run the workspace on its own: `python -m bot.workspace --port 8870` prints what an app needs to connect."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from .server import Workspace


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    chosen = {k: v for k, v in vars(options).items() if v is not None}
    if options.manifest is not None:
        chosen["manifest"] = json.loads(options.manifest.read_text(encoding="utf-8"))
    async with Workspace.start(**chosen) as workspace:
        for name, value in (
            ("SLACK_API_URL", workspace.base_url),
            ("SLACK_BOT_TOKEN", workspace.bot_token),
            ("SLACK_APP_TOKEN", workspace.app_token),
            ("SLACK_SIGNING_SECRET", workspace.signing_secret),
            ("WORKSPACE_URL", workspace.url),
            ("WORKSPACE_CONTROL_TOKEN", workspace.control_token),
        ):
            print(f"{name}={value}", flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.workspace", description=__doc__)
    parser.add_argument("--port", type=int, default=8870, help="0 takes a free port")
    parser.add_argument("--request-url", help="deliver by signed HTTP to this URL instead of Socket Mode")
    parser.add_argument("--manifest", type=Path, help="a manifest as JSON: scopes, commands, shortcuts, events")
    parser.add_argument("--no-limit-rates", dest="limit_rates", action="store_false", help="lift the rate limits")
    for name in ("bot-token", "app-token", "signing-secret", "control-token"):
        parser.add_argument(f"--{name}", help="a random one when left out")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
