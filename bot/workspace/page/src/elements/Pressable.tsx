/** Buttons: those of actions, feedback and icon buttons, and those that run a workflow. */
import { useRef, useState } from "react";
import type { Element, FeedbackButton } from "../blocks/kinds";
import { isWebAddress } from "../blocks/Link";
import { useSurface } from "../blocks/surface";
import { plainWords } from "../blocks/TextView";

const SHORTEST_BUSY_MS = 250;

/** A press that is on its way; short enough ones are shown long enough to be seen. */
export function useBusy(): [boolean, (work: () => Promise<unknown>) => void] {
  const [count, setCount] = useState(0);
  const shown = useRef(setCount);
  const run = (work: () => Promise<unknown>) => {
    shown.current((n) => n + 1);
    const seen = new Promise((resolve) => setTimeout(resolve, SHORTEST_BUSY_MS));
    // Never disabled meanwhile: a person who clicks twice delivers twice, as in Slack.
    void work().finally(() => seen.then(() => shown.current((n) => n - 1)));
  };
  return [count > 0, run];
}

export function Button({ element, blockId }: { element: Element; blockId: string | undefined }) {
  const { press } = useSurface();
  const [busy, run] = useBusy();
  const open = () => {
    if (element.url && isWebAddress(element.url)) window.open(element.url, "_blank", "noopener,noreferrer");
  };
  const label = element.accessibility_label;
  return (
    <button
      type="button"
      className={`bk-button${element.style ? ` is-${element.style}` : ""}`}
      aria-label={label}
      aria-busy={busy || undefined}
      data-action={element.action_id}
      onClick={() => {
        open();
        run(() => press(element, blockId));
      }}
    >
      <span className="bk-button-text">{plainWords(element.text)}</span>
      {element.url && <span className="visually-hidden"> (opens in a new tab)</span>}
      {busy && <span className="spinner" aria-hidden="true" />}
    </button>
  );
}

export function FeedbackButtons({ element, blockId }: { element: Element; blockId: string | undefined }) {
  const { press } = useSurface();
  const [busy, run] = useBusy();
  const choices = [element.positive_button, element.negative_button].filter(
    (b): b is FeedbackButton => b !== undefined,
  );
  return (
    <>
      {choices.map((choice, index) => (
        <button
          key={choice.value}
          type="button"
          className="bk-button"
          aria-label={choice.accessibility_label}
          aria-busy={busy || undefined}
          onClick={() => run(() => press(element, blockId, choice.value))}
        >
          <span aria-hidden="true">{index === 0 ? "👍" : "👎"}</span> {plainWords(choice.text)}
        </button>
      ))}
    </>
  );
}
