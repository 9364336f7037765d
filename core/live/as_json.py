"""Live runs and what runs used, as JSON values; instants are ISO in UTC, and bytes are whole numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.live.growth import Growth
from core.live.model import Alert, LiveRun, Process, RunningTest, Silence
from core.live.report import ResourcesReport, WatchedRun
from core.live.resources import Measure, Resources
from core.live.sampling import Point

_RUN = TypeAdapter(LiveRun)


def live_to_json(run: LiveRun) -> dict[str, Any]:
    """What `live_from_json` reads."""
    found: dict[str, Any] = _RUN.dump_python(run, mode="json")
    return found


def live_from_json(values: Any) -> LiveRun:
    """Raises `ValueError` for what `live_to_json` did not make."""
    try:
        return _RUN.validate_python(values)
    except ValidationError as error:
        raise ValueError(f"this is no live run: {error.errors()[0]['msg']}") from None


def resources_to_json(found: Resources) -> dict[str, Any]:
    """The summary; `series_to_json` has the rest."""
    growth = found.growth
    return {
        "began_at": _iso(found.began_at), "seconds": round(found.seconds, 1), "samples": found.samples,
        "cpu": _measure(found.cpu), "memory": _measure(found.memory), "tree_cpu": _measure(found.tree_cpu),
        "tree_memory": _measure(found.tree_memory), "processes": found.processes, "limits": found.limits,
        "growth": None if growth is None else {
            "bytes_a_minute": round(growth.bytes_a_minute), "grown": round(growth.grown), "p": growth.p,
            "is_steady": growth.is_steady,
        },
        "alerts": [alert_to_json(each) for each in found.alerts],
        "silences": [silence_to_json(each) for each in found.silences],
    }  # fmt: skip


def series_to_json(found: Resources) -> dict[str, Any]:
    """The course of the run, its tests' starts, and looks at databases."""
    began = found.began_at.timestamp()
    return {
        "points": [[round(point.at - began, 1), *(round(value, 1) for value in point[1:])] for point in found.points],
        "starts": [round(each - began, 2) for each in found.starts],
        "databases": [dict(each) for each in found.databases],
    }


def resources_from_json(values: Mapping[str, Any], series: Mapping[str, Any]) -> Resources:
    """Raises `ValueError` for what the two above did not make."""
    try:
        began = _instant(values["began_at"])
        growth = values["growth"]
        offset = began.timestamp()
        return Resources(
            began, float(values["seconds"]), int(values["samples"]), _to_measure(values["cpu"]),
            _to_measure(values["memory"]), _to_measure(values["tree_cpu"]), _to_measure(values["tree_memory"]),
            int(values["processes"]), str(values["limits"]), None if growth is None else _to_growth(growth),
            tuple(alert_from_json(each) for each in values["alerts"]),
            tuple(silence_from_json(each) for each in values["silences"]),
            tuple(
                Point(offset + point[0], int(point[1]), *map(float, point[2:])) for point in series.get("points", ())
            ),
            tuple(offset + each for each in series.get("starts", ())), tuple(series.get("databases", ())),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"these are no resources of a run: {error!r}") from None


def report_to_json(report: ResourcesReport) -> dict[str, Any]:
    """The answer to `resources`: the runs with their summaries, and the course of the one that is shown.

    A point is seconds since the run began, samples, the means of CPU, memory, and CPU and memory of the run's
    processes, and the largest of CPU, memory and the processes' memory.
    """
    return {
        "suite": report.suite, "branch": report.branch, "runs": [_watched(each) for each in report.runs],
        "shown": _watched(report.shown) | series_to_json(report.shown.used),
    }  # fmt: skip


def _watched(each: WatchedRun) -> dict[str, Any]:
    run = each.run
    return {
        "run": run.name, "id": run.id, "suite": run.suite, "branch": run.branch, "revision": run.revision,
        "started_at": _iso(run.started_at), "troubles": list(each.troubles), **resources_to_json(each.used),
    }  # fmt: skip


def alert_to_json(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind, "at": _iso(alert.at), "percent": round(alert.percent, 1),
        "tests": [_test(each) for each in alert.tests[:10]], "tests_count": alert.tests_count,
        "top": [{"name": each.name, "pid": each.pid, "value": round(each.value, 1)} for each in alert.top],
        "over_at": _iso(alert.over_at) if alert.over_at is not None else None,
    }  # fmt: skip


def alert_from_json(values: Mapping[str, Any]) -> Alert:
    over = values["over_at"]
    return Alert(
        str(values["kind"]), _instant(values["at"]), float(values["percent"]),
        tuple(_to_test(each) for each in values["tests"]), int(values["tests_count"]),
        tuple(Process(str(each["name"]), int(each["pid"]), float(each["value"])) for each in values["top"]),
        _instant(over) if over is not None else None,
    )  # fmt: skip


def silence_to_json(silence: Silence) -> dict[str, Any]:
    return {
        "since": _iso(silence.since), "limit_seconds": silence.limit.total_seconds(),
        "tests": [_test(each) for each in silence.tests[:10]], "tests_count": silence.tests_count,
        "last_test": silence.last_test,
    }  # fmt: skip


def silence_from_json(values: Mapping[str, Any]) -> Silence:
    return Silence(
        _instant(values["since"]), timedelta(seconds=values["limit_seconds"]),
        tuple(_to_test(each) for each in values["tests"]), int(values["tests_count"]), str(values["last_test"]),
    )  # fmt: skip


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "average": round(measure.average, 1), "max": round(measure.high, 1), "min": round(measure.low, 1),
        "peak_at": _iso(measure.peak_at) if measure.peak_at is not None else None,
        "peak_tests": list(measure.peak_tests), "peak_tests_count": measure.peak_tests_count,
    }  # fmt: skip


def _to_measure(values: Mapping[str, Any]) -> Measure:
    at = values["peak_at"]
    return Measure(
        float(values["average"]), float(values["max"]), float(values["min"]),
        _instant(at) if at is not None else None, tuple(map(str, values["peak_tests"])),
        int(values["peak_tests_count"]),
    )  # fmt: skip


def _to_growth(values: Mapping[str, Any]) -> Growth:
    return Growth(
        float(values["bytes_a_minute"]), float(values["grown"]), float(values["p"]), bool(values["is_steady"])
    )


def _test(test: RunningTest) -> dict[str, Any]:
    return {"name": test.name, "since": _iso(test.since)}


def _to_test(values: Mapping[str, Any]) -> RunningTest:
    return RunningTest(str(values["name"]), _instant(values["since"]))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _instant(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(UTC)
