"""Prints every figure: `python -m tests.benchmarks`; those of one alone: `python -m tests.benchmarks drift PATH`."""

import subprocess
import sys

ALL = ("ingest", "health", "durations", "incidents", "checklists", "slack_ack", "live", "drift", "audit")

name, *arguments = sys.argv[1:] or [""]
for benchmark in (name,) if name in ALL else ALL:
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{benchmark}", *arguments], check=False)
