"""Delivery to the app: one envelope or signed request, its acknowledgement within 3 seconds, and retries of events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Literal

from . import payloads
from .events import events_of
from .limits import LIMITS
from .model import Delivery, Json, Message
from .signed import Reply, SignedHttp
from .sockets import Connection, Sockets
from .team import Team

Kind = Literal["slash_commands", "interactive", "events_api"]


class Deliveries:
    """Sends payloads by whichever way the app is connected: its request URL if it has one, else Socket Mode."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.sockets = Sockets(team, self._acked)
        self.http = SignedHttp(team)
        self._waiting: dict[str, tuple[Delivery, float, asyncio.Future[bool]]] = {}
        self._under_way: dict[str, asyncio.Future[bool] | asyncio.Future[Reply]] = {}
        self._late: dict[str, Delivery] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._flooded_minute = 0
        self._events_at: list[float] = []
        team.tell = self._tell
        team.emit = self.start_event

    async def send(
        self, kind: Kind, payload: Json, *, attempt: int = 0, reason: str | None = None, event_id: str | None = None
    ) -> Delivery:
        """Send one payload and wait for its acknowledgement.

        Returns the record: `acked`, or `failure` dispatch_failed (no app connected, or it could not be reached),
        operation_timeout (no acknowledgement within 3 seconds of the workspace clock), http_client_error or
        http_service_error (a reply of 4xx or 5xx).
        """
        delivery = Delivery(
            self.team.new_id("E"),
            kind,
            payload,
            self.team.now(),
            attempt=attempt,
            retry_reason=reason,
            event_id=event_id,
        )
        self.team.deliveries.append(delivery)
        self.team.touch(delivery)
        if self.team.request_url:
            await self._send_signed(delivery)
        else:
            await self._send_envelope(delivery)
        self.team.touch(delivery)
        return delivery

    async def _send_envelope(self, delivery: Delivery) -> None:
        envelope: Json = {
            "envelope_id": delivery.id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.retry_reason or ""}
        verdict: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[delivery.id] = (delivery, time.perf_counter(), verdict)
        self._under_way[delivery.id] = verdict
        deadline = self.team.clock.call_later(LIMITS["ack.seconds"], lambda: _settle(verdict, acked=False))
        try:
            connection = await self._hand_over(envelope, delivery)
            if connection is None:
                delivery.failure = "dispatch_failed"
                return
            delivery.connection = connection.id
            if not await verdict:
                delivery.failure = "operation_timeout"
                self._late[delivery.id] = delivery
        finally:
            deadline.cancel()
            _settle(verdict, acked=False)
            self._waiting.pop(delivery.id, None)
            self._under_way.pop(delivery.id, None)

    async def _hand_over(self, envelope: Json, delivery: Delivery) -> Connection | None:
        if self.team.faults.take("lose_envelope", delivery.kind) is not None:
            return next(iter(self.sockets.connections), None)
        connection = await self.sockets.send(envelope)
        if connection is not None and self.team.faults.take("duplicate_envelope", delivery.kind) is not None:
            await self.sockets.send(envelope)
        return connection

    def _acked(self, envelope_id: str, payload: Json | None, connection_id: str) -> None:
        waiting = self._waiting.pop(envelope_id, None)
        if waiting is None:
            rule = "late_ack" if envelope_id in self._late else "repeated_or_unknown_ack"
            self.team.break_rule(rule, "socket", f"Envelope {envelope_id} was acknowledged on {connection_id}.")
            return
        delivery, started, verdict = waiting
        delivery.acked = True
        delivery.latency_seconds = time.perf_counter() - started
        delivery.ack_payload = payload
        _settle(verdict, acked=True)

    async def _send_signed(self, delivery: Delivery) -> None:
        started = time.perf_counter()
        extra = {}
        if delivery.attempt:
            extra = {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": delivery.retry_reason or ""}
        posting = asyncio.ensure_future(self.http.post(delivery.kind, delivery.payload, extra))
        self._under_way[delivery.id] = posting
        deadline = self.team.clock.call_later(LIMITS["ack.seconds"], lambda: _cancel(posting))
        try:
            reply = await posting
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            delivery.failure = "operation_timeout"
            return
        finally:
            deadline.cancel()
            self._under_way.pop(delivery.id, None)
        delivery.connection = self.team.request_url
        if not reply.ok:
            words = {0: "dispatch_failed", 4: "http_client_error"}
            delivery.failure = words.get(reply.status // 100, "http_service_error")
            delivery.ack_payload = {"no_retry": reply.no_retry, "status": reply.status}
            return
        delivery.acked = True
        delivery.latency_seconds = time.perf_counter() - started
        delivery.ack_payload = reply.json()

    # Events

    def _tell(self, what: str, message: Message) -> None:
        for name, event in events_of(self.team, what, message):
            self.start_event(name, event)

    def start_event(self, name: str, event: Json) -> str | None:
        """Send an event in the background, with Slack's retries; None when the app does not hear such events."""
        if not self.team.manifest.hears(name):
            return None
        event_id = self.team.new_id("Ev")
        body = payloads.event_callback(self.team, event, event_id)
        if self._is_flooded():
            self.team.break_rule("app_rate_limited", name, "More than 30,000 events were due within an hour.")
            self._tell_of_flood()
            return None
        self._start(self._send_event(body, event_id))
        return event_id

    def _start(self, sending: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell_of_flood(self) -> None:
        """Say so to the app, once for each minute in which events were kept from it."""
        minute = int(self.team.now() // 60) * 60
        if minute != self._flooded_minute:
            self._flooded_minute = minute
            self._start(self.send("events_api", payloads.app_rate_limited(self.team, minute)))

    def _is_flooded(self) -> bool:
        now = self.team.now()
        if len(self._events_at) >= LIMITS["event.per_hour"]:
            self._events_at = [at for at in self._events_at if now - at < 3600]
        if len(self._events_at) >= LIMITS["event.per_hour"]:
            return True
        self._events_at.append(now)
        return False

    async def _send_event(self, body: Json, event_id: str) -> None:
        """One attempt and three retries: nearly at once, after 1 minute and after 5 minutes."""
        reason: str | None = None
        for attempt in range(4):
            if attempt:
                await self.team.clock.sleep(LIMITS[f"event.retry_{attempt}_seconds"])
            sent = await self.send("events_api", body, attempt=attempt, reason=reason, event_id=event_id)
            if sent.acked or (sent.ack_payload or {}).get("no_retry"):
                return
            reason = {
                "operation_timeout": "http_timeout" if self.team.request_url else "timeout",
                "dispatch_failed": "connection_failed",
            }.get(sent.failure or "", "http_error")
        self.team.break_rule("event_never_acknowledged", body["event"]["type"], event_id)

    @property
    def is_busy(self) -> bool:
        """Whether anything still waits for its acknowledgement."""
        return bool(self._under_way)

    async def settle(self, since: int, real_seconds: float = 1.0) -> None:
        """Wait until the deliveries after the first `since` are answered, at most `real_seconds` of wall time.

        It leaves those alone that waited for an acknowledgement before: moving the clock makes them late.
        """
        for _ in range(3):
            await asyncio.sleep(0)
        fresh = [self._under_way[d.id] for d in self.team.deliveries[since:] if d.id in self._under_way]
        if fresh:
            await asyncio.wait(fresh, timeout=real_seconds)
        await asyncio.sleep(0)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        await self.http.close()


def _settle(verdict: asyncio.Future[bool], *, acked: bool) -> None:
    if not verdict.done():
        verdict.set_result(acked)


def _cancel(posting: asyncio.Future[Reply]) -> None:
    posting.cancel()
