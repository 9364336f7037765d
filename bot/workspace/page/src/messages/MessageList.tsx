/** A conversation, or one thread of it. Only what is on the screen is in the page, however long it is. */
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import { conversation } from "../composer/sending";
import { Icon } from "../frame/icons";
import type { Unread } from "../frame/reading";
import { control } from "../live/control";
import type { Notice } from "../live/state";
import { withMessages } from "../live/state";
import { change, read, useLive } from "../live/store";
import type { Message } from "../protocol";
import { useDirectory } from "../words/directory";
import { MessageRow } from "./MessageRow";
import { type Row, rowsOf } from "./rows";

const NONE: readonly Message[] = [];
const PAGE = 200;
/** Rows are numbered from here, so that older ones can be put before the first. */
const FIRST = 1_000_000;

interface Props {
  channel: string;
  thread: string | null;
  unread: Unread | null;
  label: string;
}

export const MessageList = memo(function MessageList({ channel, thread, unread, label }: Props) {
  const rows = useRows(channel, thread, unread);
  const list = useRef<VirtuosoHandle>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [tabStop, setTabStop] = useState<string | null>(null);
  const me = useLive((s) => s.me);
  const anchor = useRef(rows[0]?.at ?? 0);
  const older = rows.findIndex((row) => row.at >= anchor.current);
  const missed = useMissed(rows, isAtEnd);
  const stop = rows.some((row) => row.key === tabStop) ? tabStop : (rows.at(-1)?.key ?? null);
  const loadOlder = useCallback(() => void loadBefore(channel), [channel]);
  const sent = useLive((s) => s.sent[conversation(channel, thread)] ?? 0);
  // Older messages of one's own may be loaded later: only what came since counts as said now.
  const begun = useRef(rows.at(-1)?.at ?? 0);
  const own = rows.findLast((row) => row.at > begun.current && (row.message?.user === me || row.notice !== null))?.key;
  const toEnd = () => list.current?.scrollToIndex({ index: "LAST", align: "end" });

  useEffect(toEnd, [sent, own]);
  return (
    <div className="message-list" onKeyDown={(event) => walk(event, rows, list.current, setTabStop)}>
      <Virtuoso
        ref={list}
        className="message-scroller"
        aria-label={label}
        data={rows}
        computeItemKey={(_, row) => row.key}
        firstItemIndex={FIRST - Math.max(0, older)}
        initialTopMostItemIndex={{ index: "LAST", align: "end" }}
        alignToBottom={thread === null}
        defaultItemHeight={56}
        increaseViewportBy={400}
        atBottomThreshold={40}
        atBottomStateChange={setAtEnd}
        followOutput={(isAtBottom) => (isAtBottom ? "auto" : false)}
        totalListHeightChanged={() => list.current?.autoscrollToBottom()}
        startReached={thread === null ? loadOlder : undefined}
        itemContent={(_, row) => <MessageRow row={row} isThread={thread !== null} isTabStop={row.key === stop} />}
        components={{ Header: thread === null ? Beginning : undefined, Footer: Foot }}
        context={{ channel }}
      />
      {missed > 0 && (
        <button type="button" className="new-pill" onClick={toEnd}>
          <Icon name="down" size={14} /> {missed} new {missed === 1 ? "message" : "messages"}
        </button>
      )}
    </div>
  );
});

function Foot() {
  return <div className="list-foot" />;
}

function Beginning({ context }: { context?: { channel: string } }) {
  const hasMore = useLive((s) => s.more[context?.channel ?? ""] === true);
  return (
    <div className="list-head">{hasMore ? "Loading older messages…" : "This is where the conversation begins."}</div>
  );
}

function useRows(channel: string, thread: string | null, unread: Unread | null): Row[] {
  const messages = useLive((s) => s.messages[channel] ?? NONE);
  const all = useLive((s) => s.notices);
  const me = useLive((s) => s.me);
  const { now, zone } = useDirectory();
  return useMemo(() => {
    const notices: Notice[] = all.filter((n) => n.channel === channel);
    return rowsOf({ messages, notices, thread, unread, me, now: now(), zone });
  }, [messages, all, channel, thread, unread, me, now, zone]);
}

/** How many messages came while the reader was further up. */
function useMissed(rows: readonly Row[], isAtEnd: boolean): number {
  const seen = useRef("");
  const newest = rows.at(-1)?.key ?? "";
  if (isAtEnd || seen.current === "") seen.current = newest;
  if (seen.current === newest) return 0;
  const from = rows.findIndex((row) => row.key === seen.current);
  return from < 0 ? 0 : rows.length - 1 - from;
}

const loading = new Set<string>();

async function loadBefore(channel: string): Promise<void> {
  const { me, more, messages } = read();
  const oldest = messages[channel]?.[0]?.ts;
  if (more[channel] !== true || oldest === undefined || loading.has(channel)) return;
  loading.add(channel);
  try {
    const found = await control.history(channel, me, oldest, PAGE);
    change((s) =>
      s.me !== me
        ? s
        : {
            ...s,
            messages: withMessages(s.messages, found, []),
            more: { ...s.more, [channel]: found.length === PAGE },
          },
    );
  } finally {
    loading.delete(channel);
  }
}

/** Arrow keys walk from message to message, when the focus is on one and not on something inside it. */
function walk(
  event: KeyboardEvent,
  rows: readonly Row[],
  list: VirtuosoHandle | null,
  stop: (key: string) => void,
): void {
  const here = event.target as HTMLElement;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || here.dataset.ts === undefined) return;
  event.preventDefault();
  const index = rows.findIndex((row) => row.key === here.dataset.ts) + step;
  const next = rows[index];
  if (next === undefined) return;
  stop(next.key);
  const root = event.currentTarget;
  list?.scrollIntoView({
    index,
    done: () => root.querySelector<HTMLElement>(`[data-ts="${CSS.escape(next.key)}"]`)?.focus({ preventScroll: true }),
  });
}
