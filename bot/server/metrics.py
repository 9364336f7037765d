"""What the bot counts about itself, for Prometheus. No name of a user, test or suite is a label."""

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from core.runs.model import RejectedReport, StoredReport

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The figures of one bot; others may register theirs in `registry`."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, version: str = "unknown", registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.ingest_seconds = Histogram(
            "t12_ingest_seconds",
            "Seconds from a report's arrival to its end.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.ingest_tests = Counter(
            "t12_ingest_tests", "Cases of the reports that were stored.", registry=self.registry
        )
        self.ingest_rejected = Counter(
            "t12_ingest_rejected", "Reports that were refused.", ["reason"], registry=self.registry
        )
        self.loop_lag = Gauge("t12_loop_lag_seconds", "How late the event loop last was.", registry=self.registry)
        build = Gauge("t12_build_info", "The version that runs.", ["version"], registry=self.registry)
        build.labels(version).set(1)

    def ingested(self, seconds: float, end: StoredReport | RejectedReport) -> None:
        """Count one report; repeats add no cases."""
        self.ingest_seconds.observe(seconds)
        if isinstance(end, RejectedReport):
            self.ingest_rejected.labels(end.reason).inc()
        elif not end.duplicate:
            self.ingest_tests.inc(end.counts.tests)

    async def text(self) -> bytes:
        """All figures in the text format, written beside the event loop."""
        return await asyncio.to_thread(generate_latest, self.registry)
