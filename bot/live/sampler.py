"""Looks at the machine and at the processes of a run with psutil: never blocks, and costs a few milliseconds.

CPU is a difference of two looks, so nothing is measured before the second one. Of a process that ended between two
looks the parent's count of its children tells.
"""

import time
from collections.abc import Callable

import psutil

from bot.live.limits import Container, find_container
from core.live.model import Process
from core.live.sampling import Sample
from core.runs.identity import clean

_TREE_COST_SHARE = 0.003
"""Finding the run's processes reads about every process of the machine: it is done less often where that is slow."""
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_NAME = 60


class Sampler:
    """Looks at the processes below `pid`, and at the machine; at the machine alone for None."""

    def __init__(self, pid: int | None, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._root = _process(pid) if pid is not None else None
        self._tree: dict[int, psutil.Process] = {}
        self._look_again_at = 0.0
        self._used: dict[int, float] = {}
        self._cores = psutil.cpu_count() or 1
        self._container: Container = find_container(psutil.virtual_memory().total, self._cores)
        self._container_cpu = self._container.cpu_seconds()
        self._before: dict[int, tuple[str, float]] = {}
        self._before_at = 0.0
        self._looked_at = timer()
        psutil.cpu_percent(interval=None)
        self._processes()

    @property
    def sentence(self) -> str:
        """What the percentages are a share of; empty where it is the machine."""
        return self._container.sentence

    def look(self, at: float) -> Sample:
        """One look; `at` is what the clock says."""
        now = self._timer()
        span = max(now - self._looked_at, 1e-3)
        self._looked_at = now
        machine = psutil.cpu_percent(interval=None)
        tree_cpu, tree_memory, count = self._processes()
        memory = self._container.memory_percent()
        return Sample(
            at, self._container_percent(machine, span), psutil.virtual_memory().percent if memory is None else memory,
            100 * tree_cpu / span, tree_memory, count, psutil.getloadavg()[0],
        )  # fmt: skip

    def _container_percent(self, machine: float, span: float) -> float:
        used = self._container.cpu_seconds()
        before, self._container_cpu = self._container_cpu, used
        if used is None or before is None:
            return machine
        return min(100.0, 100 * max(0.0, used - before) / (span * self._container.cores))

    def _processes(self) -> tuple[float, float, int]:
        """CPU seconds since the look before, bytes, and how many they are."""
        if self._root is None:
            return 0.0, 0.0, 0
        self._find_tree(self._root)
        used: dict[int, float] = {}
        memory, spent = 0.0, 0.0
        for pid, process in list(self._tree.items()):
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    memory += process.memory_info().rss
            except _GONE:
                del self._tree[pid]
                continue
            used[pid] = times.user + times.system + times.children_user + times.children_system
            # One that is new was started since the look before, and all it used counts.
            spent += max(0.0, used[pid] - self._used.get(pid, 0.0))
        # What a child had used was counted while it lived; its parent counts it again when it is gone.
        spent -= sum(value for pid, value in self._used.items() if pid not in used)
        self._used = used
        return max(0.0, spent), memory, len(used)

    def _find_tree(self, root: psutil.Process) -> None:
        if self._timer() < self._look_again_at:
            return
        began = time.process_time()
        try:
            found = [root, *root.children(recursive=True)]
        except _GONE:
            found = []
        self._tree = {each.pid: each for each in found}
        self._look_again_at = self._timer() + (time.process_time() - began) / _TREE_COST_SHARE

    def prepare_top(self) -> None:
        """Remember what each process of the machine used, for `top` to compare with."""
        self._before = _cpu_of_all()
        self._before_at = self._timer()

    def top(self, kind: str, most: int = 5) -> tuple[Process, ...]:
        """The processes that use most CPU since `prepare_top`, or memory. Names only: command lines hold secrets."""
        if kind == "memory":
            every = psutil.process_iter(["name", "memory_info"])
            found = [(each.info["name"], each.pid, _bytes(each)) for each in every]
        else:
            span = max(self._timer() - self._before_at, 1e-3)
            found = [
                (name, pid, 100 * max(0.0, seconds - self._before.get(pid, ("", seconds))[1]) / span)
                for pid, (name, seconds) in _cpu_of_all().items()
            ]
        found.sort(key=lambda each: -each[2])
        return tuple(Process(clean(name or "")[:_NAME], pid, value) for name, pid, value in found[:most] if value > 0)


def _cpu_of_all() -> dict[int, tuple[str, float]]:
    found = {}
    for each in psutil.process_iter(["name", "cpu_times"]):
        times = each.info["cpu_times"]
        if times is not None:
            found[each.pid] = (each.info["name"] or "", times.user + times.system)
    return found


def _bytes(process: psutil.Process) -> float:
    memory = process.info["memory_info"]
    return float(memory.rss) if memory is not None else 0.0


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except _GONE:
        return None
