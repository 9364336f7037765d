/** The control API: what people do, over HTTP. */
import type { Answer, Message, Person } from "../protocol";
import type { Value } from "../blocks/kinds";

export const token = document.querySelector<HTMLMetaElement>('meta[name="control-token"]')?.content ?? "";

/** A refusal of the workspace; its message is a sentence for the person. */
export class RefusedError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const headers = { Authorization: `Bearer ${token}` };

async function ask<T>(path: string, options: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/control/${path}`, options);
  } catch {
    throw new RefusedError("The workspace does not answer.", 0);
  }
  const body = (await response.json()) as { ok: boolean; result: T; error?: string };
  if (!body.ok) throw new RefusedError(body.error ?? "The workspace refused that.", response.status);
  return body.result;
}

function act<T>(verb: string, keywords: object): Promise<T> {
  const body = JSON.stringify(keywords);
  return ask<T>(verb, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body });
}

function get<T>(noun: string, query: Record<string, string> = {}): Promise<T> {
  return ask<T>(`${noun}?${new URLSearchParams(query)}`, { headers });
}

/** Where an element is: in a message, or in a view. */
export type Place = { channel: string; ts: string } | { view_id: string };

export const control = {
  people: () => get<Person[]>("people"),
  history: (channel: string, person: string, before: string, limit = 200) =>
    get<Message[]>("history", { channel, person, before, limit: String(limit) }),
  command: (person: string, channel: string, command: string, text: string, thread_ts: string | null) =>
    act<Answer>("command", { person, channel, command, text, ...(thread_ts === null ? {} : { thread_ts }) }),
  say: (person: string, channel: string, text: string, thread_ts: string | null) =>
    act<Message>("say", { person, channel, text, ...(thread_ts === null ? {} : { thread_ts }) }),
  press: (person: string, place: Place, action_id: string, block_id: string | undefined, value: Value | undefined) =>
    act<Answer>("press", { person, ...place, action_id, block_id, value }),
  submit: (person: string, view_id: string, values: Record<string, unknown>) =>
    act<Answer>("submit", { person, view_id, values }),
  close: (person: string, view_id: string, whole_stack: boolean) =>
    act<Answer>("close", { person, view_id, whole_stack }),
  shortcut: (person: string, callback_id: string, place: { channel: string; ts: string } | null) =>
    act<Answer>("shortcut", { person, callback_id, ...(place ?? {}) }),
  openHome: (person: string, tab: "home" | "messages") => act<unknown>("open-home", { person, tab }),
  react: (person: string, channel: string, ts: string, name: string, remove: boolean) =>
    act<unknown>("react", { person, channel, ts, name, remove }),
  reload: (person: string) => act<unknown>("reload", { person }),
  moveClock: (seconds: number) => act<number>("move-clock", { seconds }),
  fault: (kind: string, settings: { method: string; times: number; seconds: number; error: string }) =>
    act<unknown>("fault", { kind, ...settings }),
  clearFaults: () => act<unknown>("clear-faults", {}),
  refresh: () => act<number>("refresh", {}),
  drop: () => act<number>("drop", {}),
};

const blobs = new Map<string, Promise<string>>();

/** A blob: address of an uploaded file; fetched once. */
export function fileAddress(id: string, type: string): Promise<string> {
  const known = blobs.get(id);
  if (known !== undefined) return known;
  const fresh = fetch(`/control/file?id=${encodeURIComponent(id)}`, { headers }).then(async (response) => {
    if (!response.ok) throw new RefusedError("The file is not there.", response.status);
    return URL.createObjectURL(new Blob([await response.arrayBuffer()], { type }));
  });
  blobs.set(id, fresh);
  fresh.catch(() => blobs.delete(id));
  return fresh;
}
