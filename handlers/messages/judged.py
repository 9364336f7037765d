"""How sure we are of a test, in the same words everywhere: k of n, the interval, and what is missing."""

from core.failures.verdict import TestState


def evidence(state: TestState) -> str:
    """k of n with the interval of the rate."""
    return f"failed in {state.failures} of {_runs(state.runs)} (rate {_percent(state.low)} to {_percent(state.high)})"


def short_evidence(state: TestState) -> str:
    return f"failed in {state.failures} of {_runs(state.runs)}"


def missing(state: TestState) -> str:
    """What is missing until it counts as fixed; empty when nothing is."""
    if state.passes_needed is None or not state.passes_missing:
        return ""
    more = state.passes_missing
    return f"{more} more clean {'pass' if more == 1 else 'passes'} in a row until it counts as fixed"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
