"""What the container this machine may be allows: its limits of memory and CPU, by cgroup v2.

In a container the percentages of the machine mislead: the kernel ends what exceeds the container's limit while half
of the machine's memory is free.
"""

from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


@dataclass(frozen=True, slots=True)
class Container:
    """The group whose limits are the tightest; a folder is None where nothing is limited."""

    memory: Path | None = None
    memory_limit: int = 0
    cpu: Path | None = None
    cores: float = 0.0

    def memory_percent(self) -> float | None:
        """Of the limit, without what the kernel gives back at once; None when it cannot be read."""
        if self.memory is None:
            return None
        used = _number(self.memory / "memory.current")
        cache = _field(self.memory / "memory.stat", "inactive_file")
        return None if used is None else 100 * max(0, used - (cache or 0)) / self.memory_limit

    def cpu_seconds(self) -> float | None:
        """All that the group used so far."""
        used = _field(self.cpu / "cpu.stat", "usage_usec") if self.cpu is not None else None
        return None if used is None else used / 1e6

    @property
    def sentence(self) -> str:
        """What the percentages are a share of; empty where it is the machine."""
        parts = [f"{self.memory_limit / (1 << 30):.1f} GB of memory"] if self.memory is not None else []
        parts += [f"{self.cores:g} {'core' if self.cores == 1 else 'cores'}"] if self.cpu is not None else []
        return f"the container may use {' and '.join(parts)}" if parts else ""


def find_container(total_memory: int, cores: int, *, root: Path = _ROOT, own: Path = _OWN) -> Container:
    """The limits of this process's group and of those around it; those of the machine itself are none."""
    group = _group(own)
    if group is None:
        return Container()
    places = [root / group, *(root / group).parents]
    places = places[: places.index(root) + 1] if root in places else [root]
    memory = [(limit, place) for place in places if (limit := _number(place / "memory.max")) is not None]
    cpu = [(share, place) for place in places if (share := _cores(place / "cpu.max")) is not None]
    least_memory = min(memory, default=(0, None))
    least_cpu = min(cpu, default=(0.0, None))
    limited_memory = 0 < least_memory[0] < total_memory
    limited_cpu = 0 < least_cpu[0] < cores
    return Container(
        least_memory[1] if limited_memory else None, least_memory[0], least_cpu[1] if limited_cpu else None,
        least_cpu[0],
    )  # fmt: skip


def _group(own: Path) -> str | None:
    lines = _text(own).splitlines()
    found = next((line.removeprefix("0::") for line in lines if line.startswith("0::/")), None)
    return None if found is None or ".." in found else found.strip("/")


def _cores(file: Path) -> float | None:
    quota, _, period = _text(file).partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.strip().isdigit() and int(period) else None


def _number(file: Path) -> int | None:
    text = _text(file).strip()
    return int(text) if text.isdigit() else None


def _field(file: Path, name: str) -> int | None:
    for line in _text(file).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
