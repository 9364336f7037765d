"""Files as pytest-benchmark 5 writes them."""

import json
from collections.abc import Mapping
from typing import Any


def a_benchmark_file(fastest: Mapping[str, float], **changes: Any) -> bytes:
    """A file with these benchmarks by full name and the seconds of their fastest rounds."""
    found: dict[str, Any] = {
        "machine_info": {
            "node": "runner-7f3a", "processor": "x86_64", "machine": "x86_64", "python_compiler": "GCC 12.2.0",
            "python_implementation": "CPython", "python_implementation_version": "3.11.7", "python_version": "3.11.7",
            "python_build": ["main", "Jan 1 2026"], "release": "6.1.0", "system": "Linux",
            "cpu": {"brand_raw": "AMD EPYC 7763 64-Core Processor", "count": 4, "arch": "X86_64"},
        },
        "commit_info": {"id": "8e31154f28e5", "time": "2026-03-01T10:00:00+00:00", "dirty": False, "branch": "main"},
        "benchmarks": [_benchmark(name, seconds) for name, seconds in fastest.items()],
        "datetime": "2026-03-02T07:30:00.123456+00:00",
        "version": "5.1.0",
    }  # fmt: skip
    return json.dumps(found | changes).encode()


def _benchmark(fullname: str, fastest: float) -> dict[str, Any]:
    return {
        "group": None, "name": fullname.rsplit("::", 1)[-1], "fullname": fullname, "params": None, "param": None,
        "extra_info": {}, "options": {"disable_gc": False, "timer": "perf_counter", "min_rounds": 5},
        "stats": {
            "min": fastest, "max": fastest * 9, "mean": fastest * 1.2, "stddev": fastest * 0.3, "rounds": 1234,
            "median": fastest * 1.1, "iqr": fastest * 0.1, "q1": fastest, "q3": fastest * 1.1, "iqr_outliers": 8,
            "stddev_outliers": 3, "outliers": "3;8", "ld15iqr": fastest, "hd15iqr": fastest * 1.2,
            "ops": 1 / fastest, "total": fastest * 1500, "iterations": 1,
        },
    }  # fmt: skip
