"""In a container, percentages are shares of what it may use."""

from pathlib import Path

import pytest

from bot.live.limits import find_container

GB = 1 << 30


def groups(root: Path, **files: dict[str, str]) -> Path:
    """Write cgroup files, by group; answers the file that says which group is ours: `outer/inner`."""
    for group, contents in files.items():
        place = root / {"outer": "outer", "inner": "outer/inner"}[group]
        place.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            (place / name).write_text(text)
    own = root / "own"
    own.write_text("0::/outer/inner\n")
    return own


def test_the_tightest_limit_around_us_counts(tmp_path: Path) -> None:
    own = groups(
        tmp_path,
        outer={"memory.max": f"{2 * GB}", "memory.current": f"{GB}", "memory.stat": f"inactive_file {GB // 2}\n"},
        inner={"memory.max": "max", "cpu.max": "150000 100000", "cpu.stat": "usage_usec 2500000\n"},
    )
    found = find_container(8 * GB, 4, root=tmp_path, own=own)
    assert found.memory_percent() == pytest.approx(25)
    assert (found.cores, found.cpu_seconds()) == (1.5, 2.5)
    assert found.sentence == "the container may use 2.0 GB of memory and 1.5 cores"


@pytest.mark.parametrize("text", ["max", "", "nonsense", str(16 * GB)])
def test_a_limit_that_limits_nothing_is_none(tmp_path: Path, text: str) -> None:
    own = groups(tmp_path, inner={"memory.max": text, "cpu.max": f"{text} 100000"})
    found = find_container(8 * GB, 4, root=tmp_path, own=own)
    assert (found.memory_percent(), found.cpu_seconds(), found.sentence) == (None, None, "")


def test_a_machine_without_such_groups_has_no_limits(tmp_path: Path) -> None:
    assert find_container(GB, 1, root=tmp_path, own=tmp_path / "nothing").sentence == ""
