/** Deliveries to the app and calls of the app, in the order of time, newest first. */
import { memo, useMemo, useState } from "react";
import { useLive } from "../live/store";
import type { Call, Delivery } from "../protocol";
import { exactTime } from "../words/dates";
import { useDirectory } from "../words/directory";

interface Entry {
  key: string;
  at: number;
  isToApp: boolean;
  name: string;
  detail: string;
  result: string;
  isBad: boolean;
  source: Call | Delivery;
}

const PAGE = 60;
type Kind = "all" | "deliveries" | "calls" | "trouble";

export function Traffic() {
  const calls = useLive((s) => s.calls);
  const deliveries = useLive((s) => s.deliveries);
  const [count, setCount] = useState(PAGE);
  const [kind, setKind] = useState<Kind>("all");
  const entries = useMemo(() => {
    const all = [...calls.map(ofCall), ...deliveries.map(ofDelivery)].filter((entry) => isOf(entry, kind));
    return all.sort((a, b) => b.at - a.at);
  }, [calls, deliveries, kind]);
  return (
    <>
      <label className="traffic-filter">
        Show{" "}
        <select value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
          <option value="all">all traffic</option>
          <option value="deliveries">deliveries to the app</option>
          <option value="calls">calls of the app</option>
          <option value="trouble">what went wrong</option>
        </select>
      </label>
      {entries.length === 0 && <p className="inspector-empty">Nothing yet. Type a command, press a button.</p>}
      <ul className="traffic">
        {entries.slice(0, count).map((entry) => (
          <EntryRow key={entry.key} entry={entry} />
        ))}
      </ul>
      {entries.length > count && (
        <button type="button" className="button" onClick={() => setCount(count + PAGE)}>
          Show {Math.min(PAGE, entries.length - count)} older
        </button>
      )}
    </>
  );
}

function isOf(entry: Entry, kind: Kind): boolean {
  if (kind === "trouble") return entry.isBad;
  return kind === "all" || entry.isToApp === (kind === "deliveries");
}

// Entries are made anew with every frame; the call or delivery behind one changes only when it does.
const EntryRow = memo(
  function EntryRow({ entry }: { entry: Entry }) {
    const { zone } = useDirectory();
    const [isOpen, setOpen] = useState(false);
    return (
      <li className={`traffic-entry${entry.isBad ? " is-bad" : ""}`}>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <time dateTime={new Date(entry.at * 1000).toISOString()}>{exactTime(entry.at, zone)}</time>
            <span className={`direction ${entry.isToApp ? "is-to-app" : "is-to-slack"}`}>
              <span aria-hidden="true">{entry.isToApp ? "→" : "←"}</span>
              <span className="visually-hidden">{entry.isToApp ? "to the app" : "from the app"}</span>
            </span>
            <span className="traffic-name">
              {entry.name}
              {entry.detail && <small>{entry.detail}</small>}
            </span>
            <span className="traffic-result">{entry.result}</span>
          </summary>
          {isOpen && <Json value={entry.source} />}
        </details>
      </li>
    );
  },
  (a, b) => a.entry.source === b.entry.source,
);

function Json({ value }: { value: unknown }) {
  return (
    <pre className="json" tabIndex={0} aria-label="JSON">
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}

function ofCall(call: Call): Entry {
  const isBad = call.error !== null || call.status >= 400 || !call.answered;
  const result = call.error ?? (call.answered ? String(call.status) : "no answer");
  const fault = call.fault === null ? "" : `fault: ${call.fault}`;
  return {
    key: `c${call.id}`,
    at: call.at,
    isToApp: false,
    name: call.method,
    detail: fault,
    result,
    isBad,
    source: call,
  };
}

function ofDelivery(delivery: Delivery): Entry {
  const { payload } = delivery;
  const retry = delivery.attempt > 0 ? `, retry ${delivery.attempt}: ${delivery.retry_reason}` : "";
  const took = delivery.latency_seconds === null ? "" : `ack ${Math.round(delivery.latency_seconds * 1000)} ms`;
  const waits = delivery.failure ?? (delivery.acked ? took : "waiting…");
  return {
    key: `d${delivery.id}/${delivery.attempt}`,
    at: delivery.sent_at,
    isToApp: true,
    name: nameOf(delivery.kind, payload),
    detail: [delivery.kind, delivery.connection].filter(Boolean).join(" on ") + retry,
    result: waits,
    isBad: delivery.failure !== null,
    source: delivery,
  };
}

/** The telling part of a payload: the command and its text, the action, the event. */
function nameOf(kind: string, payload: Record<string, unknown>): string {
  if (typeof payload.command === "string") return `${payload.command} ${String(payload.text ?? "")}`.trim();
  const event = payload.event as { type?: string } | undefined;
  if (event?.type) return event.type;
  const actions = payload.actions as { action_id?: string }[] | undefined;
  if (actions?.[0]) return `${String(payload.type)}: ${actions[0].action_id ?? ""}`;
  return typeof payload.type === "string" ? payload.type : kind;
}
