/** What is amiss with the connections: of this page, and of the app. */
import { useEffect, useState } from "react";
import { line } from "../live/socket";
import { useLive } from "../live/store";

export function Banners({ isUnreachable }: { isUnreachable: boolean }) {
  const link = useLive((s) => s.link);
  const retryAt = useLive((s) => s.retryAt);
  const isReady = useLive((s) => s.ready);
  const connections = useLive((s) => s.connections);
  const mode = useLive((s) => s.mode);
  const app = useLive((s) => s.app.name);
  const isAlone = isReady && link === "open" && mode === "socket" && connections === 0;
  return (
    <div className="banners" role="status">
      {(link === "lost" || isUnreachable) && (
        <div className="banner is-bad">
          <span>
            The connection to the workspace is lost. <Countdown at={retryAt} />
          </span>
          <button type="button" className="button" onClick={() => void line.retry()}>
            Try now
          </button>
        </div>
      )}
      {isAlone && (
        <div className="banner is-warning">
          <span>
            No app is connected: {app || "the app"} hears nothing of what you do here. Commands and buttons fail until
            it comes back.
          </span>
        </div>
      )}
    </div>
  );
}

function Countdown({ at }: { at: number | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
  return <span aria-hidden="true">{seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again…"}</span>;
}
