/** What the page knows of the workspace, and how a frame changes it. */
import type {
  App,
  BrokenRule,
  Call,
  Channel,
  Delivery,
  Fault,
  Frame,
  Message,
  Person,
  UserGroup,
  View,
} from "../protocol";

/** A sentence that only this page shows, such as the failure of a command. */
export interface Notice {
  id: string;
  channel: string;
  thread: string | null;
  at: number;
  text: string;
}

export interface State {
  link: "connecting" | "open" | "lost";
  retryAt: number | null;
  ready: boolean;
  /** Workspace clock minus this machine's clock, in seconds. */
  ahead: number;
  offsetSeconds: number;
  connections: number;
  mode: "socket" | "http";
  me: string;
  app: App;
  people: Person[];
  usergroups: UserGroup[];
  channels: Channel[];
  messages: Readonly<Record<string, readonly Message[]>>;
  more: Readonly<Record<string, boolean>>;
  home: View | null;
  modals: View[];
  calls: readonly Call[];
  deliveries: readonly Delivery[];
  broken: readonly BrokenRule[];
  faults: Fault[];
  notices: readonly Notice[];
  /** How often this person sent something, by conversation: its end is shown then. */
  sent: Readonly<Record<string, number>>;
}

export const EMPTY: State = {
  link: "connecting",
  retryAt: null,
  ready: false,
  ahead: 0,
  offsetSeconds: 0,
  connections: 0,
  mode: "socket",
  me: "",
  app: { user: "", name: "", commands: [], shortcuts: [] },
  people: [],
  usergroups: [],
  channels: [],
  messages: {},
  more: {},
  home: null,
  modals: [],
  calls: [],
  deliveries: [],
  broken: [],
  faults: [],
  notices: [],
  sent: {},
};

const TRAFFIC = 600;

/** The state after `frame`. A whole frame replaces everything but the notices. */
export function applyFrame(state: State, frame: Frame, isWhole: boolean): State {
  const base = isWhole ? { ...EMPTY, notices: state.notices, sent: state.sent, link: state.link } : state;
  return {
    ...base,
    ready: true,
    ahead: frame.now - Date.now() / 1000,
    offsetSeconds: frame.offset_seconds ?? base.offsetSeconds,
    connections: frame.connections ?? base.connections,
    mode: frame.mode ?? base.mode,
    me: frame.me ?? base.me,
    app: frame.app ?? base.app,
    people: frame.people ?? base.people,
    usergroups: frame.usergroups ?? base.usergroups,
    channels: frame.channels ?? base.channels,
    more: frame.more === undefined ? base.more : { ...base.more, ...frame.more },
    home: frame.home === undefined ? base.home : frame.home,
    modals: frame.modals ?? base.modals,
    faults: frame.faults ?? base.faults,
    messages: withMessages(base.messages, frame.messages ?? [], frame.deleted ?? []),
    calls: merged(base.calls, frame.calls ?? []),
    deliveries: merged(base.deliveries, frame.deliveries ?? []),
    broken: merged(base.broken, frame.broken ?? []),
  };
}

/** Conversations with some messages new or changed, and some gone; each stays ordered by ts. */
export function withMessages(
  known: State["messages"],
  fresh: readonly Message[],
  deleted: readonly [string, string][],
): State["messages"] {
  if (fresh.length === 0 && deleted.length === 0) return known;
  const touched = new Map<string, Map<string, Message>>();
  const of = (channel: string) => {
    const found = touched.get(channel) ?? new Map((known[channel] ?? []).map((m) => [m.ts, m]));
    touched.set(channel, found);
    return found;
  };
  for (const message of fresh) of(message.channel).set(message.ts, message);
  for (const [channel, ts] of deleted) of(channel).delete(ts);
  const next: Record<string, readonly Message[]> = { ...known };
  for (const [channel, messages] of touched) next[channel] = inOrder([...messages.values()]);
  return next;
}

function inOrder(messages: Message[]): Message[] {
  const isSorted = messages.every((m, i) => i === 0 || messages[i - 1]!.ts < m.ts);
  return isSorted ? messages : messages.sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

function merged<T extends { id: number | string }>(known: readonly T[], fresh: readonly T[]): readonly T[] {
  if (fresh.length === 0) return known;
  const all = new Map(known.map((one) => [one.id, one]));
  for (const one of fresh) all.set(one.id, one);
  return [...all.values()].slice(-TRAFFIC);
}
