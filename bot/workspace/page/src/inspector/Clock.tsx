/** The clock of the workspace, which can be moved forward. */
import { useEffect, useState } from "react";
import { control } from "../live/control";
import { useLive } from "../live/store";
import { fullTime } from "../words/dates";
import { useDirectory } from "../words/directory";
import { useActing } from "./acting";

const JUMPS: [string, number][] = [
  ["+1 min", 60],
  ["+15 min", 900],
  ["+1 hour", 3_600],
  ["+1 day", 86_400],
];

export function Clock() {
  const ahead = useLive((s) => s.ahead);
  const offset = useLive((s) => s.offsetSeconds);
  const { zone } = useDirectory();
  const { isBusy, refusal, act } = useActing();
  const [minutes, setMinutes] = useState("90");
  const now = useTicking() + ahead;
  return (
    <section className="switches" aria-labelledby="clock-title">
      <h3 id="clock-title">Clock of the workspace</h3>
      <p className="clock-now">
        <time dateTime={new Date(now * 1000).toISOString()}>{fullTime(now, zone)}</time>
        <span className="bk-hint">{offset > 1 ? `${spanOf(offset)} ahead of this machine` : "as this machine"}</span>
      </p>
      <div className="switch-row">
        {JUMPS.map(([words, seconds]) => (
          <button
            key={words}
            type="button"
            className="button"
            aria-disabled={isBusy || undefined}
            onClick={() => act(() => control.moveClock(seconds))}
          >
            {words}
          </button>
        ))}
      </div>
      <form
        className="switch-row"
        onSubmit={(event) => {
          event.preventDefault();
          act(() => control.moveClock(Number(minutes) * 60));
        }}
      >
        <label>
          Minutes{" "}
          <input
            className="bk-input is-short"
            inputMode="decimal"
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        </label>
        <button type="submit" className="button">
          Move forward
        </button>
      </form>
      <div aria-live="polite" className="bk-hint">
        {isBusy && "Moving: what falls due on the way happens in order."}
        {refusal}
      </div>
    </section>
  );
}

function useTicking(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function spanOf(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor((seconds % 86_400) / 3_600),
    Math.round((seconds % 3_600) / 60),
  ];
  return (
    [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ") ||
    `${Math.round(seconds)} s`
  );
}
