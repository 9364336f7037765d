/** The one place that holds the state; React reads it through `useLive`. */
import { useSyncExternalStore } from "react";
import type { Answer } from "../protocol";
import { EMPTY, type Notice, type State } from "./state";

let state: State = EMPTY;
let notices = 0;
const readers = new Set<() => void>();

export function read(): State {
  return state;
}

export function change(how: (state: State) => State): void {
  const next = how(state);
  if (next === state) return;
  state = next;
  for (const reader of readers) reader();
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

/** What `pick` finds in the state; the component draws again only when that is another value. */
export function useLive<T>(pick: (state: State) => T): T {
  return useSyncExternalStore(subscribe, () => pick(state));
}

/** Show a sentence in a conversation that nobody else sees. */
export function notify(channel: string, thread: string | null, text: string): void {
  notices += 1;
  const notice: Notice = { id: `notice-${notices}`, channel, thread, at: Date.now() / 1000 + state.ahead, text };
  change((s) => ({ ...s, notices: [...s.notices, notice] }));
}

export function dismiss(id: string): void {
  change((s) => ({ ...s, notices: s.notices.filter((n) => n.id !== id) }));
}

/** What to tell the person of an answer; null when all went well. */
export function complaintOf(answer: Answer): string | null {
  return answer.failure === null ? null : (answer.shown ?? `That failed: ${answer.failure}.`);
}
