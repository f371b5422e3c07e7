"""A snapshot → Prometheus' text, from a registry of our own."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.latency import buckets
from bot.model import DeliveryState, FeedHealth
from bot.web.reader import Snapshot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Figures(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        one = self._snapshot
        yield _gauge("store_up", "1: the store can be read", one.problem is None)
        if one.problem is not None:
            return
        yield _gauge("worker_up", "1: a worker runs and beats", one.worker.state == "running")
        if one.worker.beat_at is not None:
            at = one.worker.beat_at.timestamp()
            yield _gauge("worker_beat_timestamp_seconds", "When the worker last gave a sign of life", at)
        yield _gauge("archive_entries", "Entries in the archive", one.counts.entries)
        yield _gauge("archive_stories", "Stories in the archive", one.counts.stories)
        yield _gauge("inbox_entries", "Parsed entries that wait for ingest", one.counts.inbox)
        yield _gauge("aside_entries", "Entries that Wirewatch failed on, kept until the next release", one.counts.aside)
        yield _gauge("waiting_items", "Stories that wait for a channel's digest", one.counts.waiting)
        outbox = GaugeMetricFamily("wirewatch_outbox_messages", "Messages by state", labels=["state"])
        counts = {state: one.counts.outbox.get(state, 0) for state in DeliveryState}
        counts[DeliveryState.UNKNOWN] += counts.pop(DeliveryState.UNSETTLED)
        for state, count in counts.items():
            outbox.add_metric([state.value], count)
        yield outbox
        feeds = GaugeMetricFamily("wirewatch_feeds", "Feeds by state of health", labels=["state"])
        for health in FeedHealth:
            feeds.add_metric([health.value], one.feeds.get(health.value, 0))
        yield feeds
        yield CounterMetricFamily("wirewatch_entries_taken", "Entries ever taken from all feeds", value=one.taken)
        for name, what, seconds in (
            ("published_to_seen", "From an entry's date to its first sight", one.latency.published_to_seen),
            ("seen_to_posted", "From an entry's first sight to its message", one.latency.seen_to_posted),
        ):
            family = HistogramMetricFamily(f"wirewatch_{name}_seconds", f"{what}, over the last day")
            family.add_metric([], buckets(seconds), sum(seconds))
            yield family
        yield _gauge("rules", "Rules in force", one.rules)
        yield _gauge("rules_rejected", "1: the last edit was not taken over", one.rules_rejected)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"wirewatch_{name}", what, value=value)


def metrics_text(snapshot: Snapshot) -> bytes:
    """What `/metrics` answers."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(snapshot))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
