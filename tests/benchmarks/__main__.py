"""Prints every figure: `python -m tests.benchmarks`."""

import subprocess
import sys

for benchmark in ("ingest", "health", "slack_ack"):
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{benchmark}"], check=False)
