"""What is said of a watched run is true of short ones too."""

import pytest

from core.live.resources import Resources, summarise
from core.live.sampling import Sample, Usage
from core.live.wording import used, watched, watched_for


def looked_at(*seconds: float) -> Resources:
    usage = Usage.every(1)
    for at in seconds:
        usage.add(Sample(1_772_442_000.0 + at, 20 + at, 40, 150, 1 << 20, 2), [], 0)
    found = summarise(usage, [])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("looks", "told", "length"),
    [
        ((0,), "it was looked at once", "one look"),
        ((0, 1), "it was watched for 1 s", "1 s"),
        ((0, 30, 90), "it was watched for 90 s", "90 s"),
    ],
)
def test_one_look_has_no_length(looks: tuple[float, ...], told: str, length: str) -> None:
    assert (watched(looked_at(*looks)), watched_for(looked_at(*looks))) == (told, length)


def test_one_look_has_no_average() -> None:
    assert used(looked_at(0))[:2] == ["CPU 20 %", "memory 40 %"]
    assert used(looked_at(0, 2))[0] == "CPU 21 % on average, 20 to 22 %"
