"""What ingest costs beside a bare parse and a bare insert of the same rows, and the memory of a large report."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from tests.benchmarks.reports import write_report

_COLUMNS = ("classname TEXT", "name TEXT", "status INTEGER", "duration REAL", "message TEXT", "text TEXT")
_T12 = [sys.executable, "-m", "bot"]


def main() -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        for cases, failures, bar in ((100_000, 200, 3), (100_000, 5_000, 8)):
            _compare(home, cases, failures, bar)
        _memory(home)


def _compare(home: Path, cases: int, failures: int, bar: int) -> None:
    report = write_report(home / f"{cases}_{failures}.xml", cases, failures)
    one, ratios = write_report(home / "one.xml", 1, 0), []
    for number in range(3):
        bare = _bare(report, home / f"bare_{failures}_{number}.db")
        store = home / f"t12_{failures}_{number}.db"
        _cpu([*_T12, "runs"], store, check=False)  # makes the tables
        start = _cpu([*_T12, "ingest", str(one)], store)
        ours = _cpu([*_T12, "ingest", str(report)], store) - start
        ratios.append(ours / bare)
        print(f"  bare {bare:.2f} s, ours {ours:.2f} s CPU (start-up of {start:.2f} s taken off)")
    middle = sorted(ratios)[1]
    print(f"ingest of {cases} cases, {failures} failures: {middle:.2f} times the bare parse and insert (bar: {bar})")


def _memory(home: Path) -> None:
    small = write_report(home / "one.xml", 1, 0)
    large = write_report(home / "million.xml", 1_000_000, 2_000)
    before = _peak_mb([*_T12, "ingest", str(small)], home / "memory.db")
    after = _peak_mb([*_T12, "ingest", str(large)], home / "memory.db")
    print(f"a report of 1,000,000 cases adds {after - before:.0f} MB of memory (bar: 150)")


def _cpu(command: list[str], store: Path, *, check: bool = True) -> float:
    """CPU seconds of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=check, env=_environment(store), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _peak_mb(command: list[str], store: Path) -> float:
    """Peak memory of a process in MB, as itself reports it."""
    code = (
        "import resource, runpy, sys\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command[3:]], check=True, capture_output=True, text=True, env=_environment(store)
    )
    return int(done.stderr.split()[-1]) / 1024


def _environment(store: Path) -> dict[str, str]:
    return {**os.environ, "T12_DATABASE_URL": f"sqlite:///{store}"}


def _bare(report: Path, target: Path) -> float:
    """The yardstick in CPU seconds: lxml.iterparse that only frees, and sqlite3's executemany of a row per case."""
    rows = _rows(report)
    began = time.process_time()
    for _event, node in etree.iterparse(str(report), events=("end",), tag="testcase"):
        node.clear()
        while node.getprevious() is not None:
            del node.getparent()[0]
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"CREATE TABLE result ({', '.join(_COLUMNS)})")
    connection.executemany("INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return time.process_time() - began


def _rows(report: Path) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for node in etree.parse(str(report)).iter("testcase"):
        failure = node.find("failure")
        words = (None, None) if failure is None else (failure.get("message"), failure.text)
        rows.append((node.get("classname"), node.get("name"), failure is None, float(node.get("time") or 0), *words))
    return rows


if __name__ == "__main__":
    main()
