/** What happens between the app and Slack: traffic, broken rules, and switches for what may go wrong. */
import { type KeyboardEvent, memo, useState } from "react";
import { Icon } from "../frame/icons";
import { useLive } from "../live/store";
import { Broken } from "./Broken";
import { Clock } from "./Clock";
import { Faults } from "./Faults";
import { Traffic } from "./Traffic";

type Tab = "traffic" | "broken" | "faults";

const TABS: [Tab, string][] = [
  ["traffic", "Traffic"],
  ["broken", "Broken rules"],
  ["faults", "Faults & clock"],
];

export const Inspector = memo(function Inspector({ close }: { close: () => void }) {
  const [tab, setTab] = useState<Tab>("traffic");
  const broken = useLive((s) => s.broken.length);
  const faults = useLive((s) => s.faults.length);
  const counts: Record<Tab, number> = { traffic: 0, broken, faults };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = TABS.findIndex(([name]) => name === tab);
    const [next] = TABS[(at + step + TABS.length) % TABS.length]!;
    setTab(next);
    document.getElementById(`inspector-tab-${next}`)?.focus();
  };
  return (
    <aside className="pane inspector" aria-label="Inspector" data-region="inspector" tabIndex={-1}>
      <header className="pane-head">
        <h2>Inspector</h2>
        <button type="button" className="icon-button" aria-label="Close inspector" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div className="tabs" role="tablist" aria-label="Inspector" onKeyDown={onKeyDown}>
        {TABS.map(([name, words]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`inspector-tab-${name}`}
            aria-selected={tab === name}
            aria-controls="inspector-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {words}
            {counts[name] > 0 && (
              <span className={`badge-count${name === "broken" ? " is-bad" : ""}`}>{counts[name]}</span>
            )}
          </button>
        ))}
      </div>
      <div
        className="inspector-panel"
        role="tabpanel"
        id="inspector-panel"
        aria-labelledby={`inspector-tab-${tab}`}
        tabIndex={0}
      >
        {tab === "traffic" && <Traffic />}
        {tab === "broken" && <Broken />}
        {tab === "faults" && (
          <>
            <Clock />
            <Faults />
          </>
        )}
      </div>
    </aside>
  );
});
