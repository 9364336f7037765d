/** Switches for what may go wrong between the app and Slack. */
import { useState } from "react";
import { control } from "../live/control";
import { useLive } from "../live/store";
import { useActing } from "./acting";

interface Wish {
  kind: string;
  words: string;
  /** Which setting it needs, and its unit. */
  seconds?: string;
  error?: boolean;
}

const KINDS: Wish[] = [
  { kind: "rate_limited", words: "429, with Retry-After", seconds: "Retry after, seconds" },
  { kind: "http_500", words: "500 Internal Server Error" },
  { kind: "http_503", words: "503 Service Unavailable" },
  { kind: "timeout_after", words: "No answer, but it was done" },
  { kind: "reset_before", words: "Connection reset before it was done" },
  { kind: "slow", words: "Slow answer", seconds: "Delay, seconds" },
  { kind: "error", words: "An error of Slack's", error: true },
  { kind: "duplicate_envelope", words: "Envelope delivered twice" },
  { kind: "lose_envelope", words: "Envelope lost" },
  { kind: "handshake_502", words: "Reconnecting fails with 502" },
];

export function Faults() {
  const active = useLive((s) => s.faults);
  const connections = useLive((s) => s.connections);
  const { refusal, act } = useActing();
  return (
    <section className="switches" aria-labelledby="faults-title">
      <h3 id="faults-title">What goes wrong next</h3>
      <FaultForm act={act} />
      {refusal && (
        <div className="complaint" role="alert">
          {refusal}
        </div>
      )}
      {active.length > 0 ? (
        <>
          <ul className="faults">
            {active.map((fault, index) => (
              <li key={index}>
                <code>{fault.kind}</code> on <code>{fault.method}</code>{" "}
                {fault.times < 0 ? "until cleared" : `${fault.times} more ${fault.times === 1 ? "time" : "times"}`}
              </li>
            ))}
          </ul>
          <button type="button" className="button is-danger" onClick={() => act(control.clearFaults)}>
            Clear faults
          </button>
        </>
      ) : (
        <p className="bk-hint">No fault is switched on.</p>
      )}
      <h3>Socket connections of the app: {connections}</h3>
      <div className="switch-row">
        <button type="button" className="button" onClick={() => act(control.drop)}>
          Drop connections
        </button>
        <button type="button" className="button" onClick={() => act(control.refresh)}>
          Ask the app to reconnect
        </button>
      </div>
    </section>
  );
}

const METHODS = [
  "*",
  "chat.postMessage",
  "chat.update",
  "chat.postEphemeral",
  "views.open",
  "views.publish",
  "response_url",
];

interface Settings {
  kind: string;
  method: string;
  times: string;
  seconds: string;
  error: string;
}

const BEGINNING: Settings = { kind: "rate_limited", method: "*", times: "1", seconds: "5", error: "internal_error" };

function FaultForm({ act }: { act: (work: () => Promise<unknown>) => void }) {
  const [chosen, setChosen] = useState(BEGINNING);
  const wish = KINDS.find((one) => one.kind === chosen.kind)!;
  const set = (name: keyof Settings) => (value: string) => setChosen((all) => ({ ...all, [name]: value }));
  const switchOn = () => {
    const { kind, method, times, seconds, error } = chosen;
    return control.fault(kind, {
      method: method.trim() || "*",
      times: Number(times),
      seconds: Number(seconds),
      error,
    });
  };
  return (
    <form
      className="fault-form"
      onSubmit={(event) => {
        event.preventDefault();
        act(switchOn);
      }}
    >
      <label>
        Fault
        <select className="bk-select" value={chosen.kind} onChange={(event) => set("kind")(event.target.value)}>
          {KINDS.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.words}
            </option>
          ))}
        </select>
      </label>
      <Setting label="Method (* for any)" value={chosen.method} set={set("method")} list="fault-methods" />
      <datalist id="fault-methods">
        {METHODS.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Setting label="Times (-1: until cleared)" value={chosen.times} set={set("times")} isNumber />
      {wish.seconds && <Setting label={wish.seconds} value={chosen.seconds} set={set("seconds")} isNumber />}
      {wish.error && <Setting label="Error" value={chosen.error} set={set("error")} />}
      <button type="submit" className="button is-primary">
        Switch on
      </button>
    </form>
  );
}

interface SettingProps {
  label: string;
  value: string;
  set: (value: string) => void;
  list?: string;
  isNumber?: boolean;
}

function Setting({ label, value, set, list, isNumber = false }: SettingProps) {
  return (
    <label>
      {label}
      <input
        className="bk-input"
        inputMode={isNumber ? "decimal" : undefined}
        list={list}
        value={value}
        onChange={(event) => set(event.target.value)}
      />
    </label>
  );
}
