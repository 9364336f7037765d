/** The rows of a conversation: which messages stand under one head, and where a day or the unread part begins. */
import type { Notice } from "../live/state";
import type { Message } from "../protocol";
import { dayDivider, dayOf } from "../words/dates";
import { isTopLevel, type Unread } from "../frame/reading";

export interface Row {
  key: string;
  at: number;
  message: Message | null;
  notice: Notice | null;
  /** Follows a message of the same person closely: no avatar and no name. */
  isFollowing: boolean;
  day: string | null;
  isFirstUnread: boolean;
  replies: number;
  repliers: string;
  lastReplyAt: number;
}

const CLOSE_SECONDS = 300;

interface Wanted {
  messages: readonly Message[];
  notices: readonly Notice[];
  thread: string | null;
  unread: Unread | null;
  me: string;
  now: number;
  zone: string;
}

/** The rows of a conversation, or of one thread in it, oldest first. */
export function rowsOf({ messages, notices, thread, unread, me, now, zone }: Wanted): Row[] {
  const replies = repliesOf(messages);
  const shown = messages.filter((m) => (thread === null ? isTopLevel(m) : m.ts === thread || m.thread_ts === thread));
  const entries = [...shown.map(ofMessage), ...notices.filter((n) => n.thread === thread).map(ofNotice)];
  if (notices.length > 0) entries.sort((a, b) => a.at - b.at);
  let isMarked = unread === null;
  let previous: Row | null = null;
  for (const row of entries) {
    const under = replies.get(row.message?.ts ?? "") ?? [];
    if (previous === null || dayOf(previous.at, zone) !== dayOf(row.at, zone)) row.day = dayDivider(row.at, now, zone);
    if (!isMarked && row.message !== null && isUnread(row.message, unread!, me)) row.isFirstUnread = isMarked = true;
    row.isFollowing = row.day === null && !row.isFirstUnread && follows(row, previous);
    row.replies = under.length;
    row.repliers = [...new Set(under.map((m) => m.user))].slice(0, 4).join(",");
    row.lastReplyAt = Number(under.at(-1)?.ts ?? 0);
    previous = row;
  }
  return entries;
}

function isUnread(message: Message, { after, until }: Unread, me: string): boolean {
  return message.user !== me && message.ts > after && message.ts <= until;
}

function repliesOf(messages: readonly Message[]): Map<string, Message[]> {
  const found = new Map<string, Message[]>();
  for (const message of messages) {
    if (message.thread_ts === undefined || message.thread_ts === message.ts) continue;
    const under = found.get(message.thread_ts) ?? [];
    under.push(message);
    found.set(message.thread_ts, under);
  }
  return found;
}

function blank(key: string, at: number): Row {
  return {
    key,
    at,
    message: null,
    notice: null,
    isFollowing: false,
    day: null,
    isFirstUnread: false,
    replies: 0,
    repliers: "",
    lastReplyAt: 0,
  };
}

function ofMessage(message: Message): Row {
  return { ...blank(message.ts, Number(message.ts)), message };
}

function ofNotice(notice: Notice): Row {
  return { ...blank(notice.id, notice.at), notice };
}

function follows(row: Row, previous: Row | null): boolean {
  const [one, before] = [row.message, previous?.message];
  if (!one || !before || previous === null) return false;
  const isSame = one.user === before.user && one.ephemeral === before.ephemeral && !one.ephemeral;
  return isSame && row.at - previous.at < CLOSE_SECONDS && one.thread_ts === before.thread_ts && previous.replies === 0;
}
