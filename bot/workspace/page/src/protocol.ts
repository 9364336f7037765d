/** What the workspace sends over the live connection, and what its verbs answer. */
import type { Block } from "./blocks/kinds";

export interface Person {
  id: string;
  name: string;
  real_name: string;
  title: string;
  zone: string;
  is_bot: boolean;
  tz_offset: number;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im" | "mpim";
  members: string[];
  is_archived: boolean;
}

export interface SharedFile {
  id: string;
  name?: string;
  title?: string;
  size?: number;
  alt_txt?: string;
  mimetype?: string;
}

export interface Reaction {
  name: string;
  users: string[];
  count: number;
}

export interface Message {
  ts: string;
  channel: string;
  user: string;
  text: string;
  ephemeral: boolean;
  blocks?: Block[];
  attachments?: Attachment[];
  thread_ts?: string;
  reply_broadcast?: boolean;
  files?: SharedFile[];
  reactions?: Reaction[];
  edited?: { user: string; ts: string };
  bot_id?: string;
}

export interface Attachment {
  color?: string;
  pretext?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fallback?: string;
  footer?: string;
  blocks?: Block[];
}

export type StateEntry = { type: string } & Record<string, unknown>;

export interface View {
  id: string;
  type: "modal" | "home";
  title: { text: string } | null;
  submit: { text: string } | null;
  close: { text: string } | null;
  blocks: Block[];
  hash: string;
  root_view_id: string;
  state: { values: Record<string, Record<string, StateEntry>> };
  errors: Record<string, string>;
}

export interface Command {
  command: string;
  description?: string;
  usage_hint?: string;
}

export interface Shortcut {
  callback_id: string;
  name?: string;
  type: "message" | "global";
  description?: string;
}

export interface App {
  user: string;
  name: string;
  commands: Command[];
  shortcuts: Shortcut[];
}

/** A Web API or response_url request of the app; `at` is Unix seconds. */
export interface Call {
  id: number;
  method: string;
  args: unknown;
  at: number;
  status: number;
  error: string | null;
  fault: string | null;
  answered: boolean;
}

/** An envelope or signed request to the app. */
export interface Delivery {
  id: string;
  kind: string;
  payload: Record<string, unknown>;
  sent_at: number;
  connection: string | null;
  attempt: number;
  retry_reason: string | null;
  acked: boolean;
  latency_seconds: number | null;
  ack_payload: unknown;
  failure: string | null;
}

export interface BrokenRule {
  id: number;
  rule: string;
  where: string;
  detail: string;
  at: number;
}

export interface Fault {
  kind: string;
  method: string;
  times: number;
  seconds: number;
  error: string;
  skip: number;
}

/** The first frame is whole; later ones hold only what changed. */
export interface Frame {
  seq: number;
  now: number;
  offset_seconds?: number;
  connections?: number;
  mode?: "socket" | "http";
  me?: string;
  app?: App;
  people?: Person[];
  usergroups?: UserGroup[];
  channels?: Channel[];
  messages?: Message[];
  deleted?: [string, string][];
  more?: Record<string, boolean>;
  home?: View | null;
  modals?: View[];
  calls?: Call[];
  deliveries?: Delivery[];
  broken?: BrokenRule[];
  faults?: Fault[];
}

/** What came of something a person did. `shown` is the sentence Slack shows when it failed. */
export interface Answer {
  acked: boolean;
  failure: string | null;
  shown: string | null;
  errors: Record<string, string>;
}
