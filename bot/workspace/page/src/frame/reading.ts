/** Unread messages, counted in the browser: what came from others since a person last looked at a conversation. */
import { useEffect, useRef, useState } from "react";
import { useLive } from "../live/store";
import type { Message } from "../protocol";
import { loadRead, type Read, saveRead } from "./preferences";

/** Whether a message stands in the conversation itself and not only in a thread. */
export function isTopLevel(message: Message): boolean {
  return message.thread_ts === undefined || message.thread_ts === message.ts || message.reply_broadcast === true;
}

/** What was unread in a conversation when it was opened: newer than `after`, not newer than `until`. */
export interface Unread {
  after: string;
  until: string;
}

/** Unread counts by channel, and what was unread in the open one. */
export function useReading(place: string): { counts: Readonly<Record<string, number>>; opened: Unread | null } {
  const me = useLive((s) => s.me);
  const messages = useLive((s) => s.messages);
  const channels = useLive((s) => s.channels);
  const isReady = useLive((s) => s.ready);
  const [read, setRead] = useState<{ person: string; upTo: Read }>({ person: "", upTo: {} });
  const opened = useRef<{ key: string; unread: Unread | null }>({ key: "", unread: null });

  useEffect(() => {
    if (!isReady || me === "") return;
    setRead((known) => {
      const isFirst = known.person !== me;
      const upTo = { ...(isFirst ? loadRead(me) : known.upTo) };
      let isChanged = isFirst;
      for (const { id } of channels) {
        const newest = messages[id]?.at(-1)?.ts ?? "";
        const isSeen = id === place && document.hasFocus() && newest > (upTo[id] ?? "");
        if (upTo[id] !== undefined && !isSeen) continue;
        // What was there when the page came up counts as read, so that nobody begins with a hundred unread messages.
        upTo[id] = isFirst || isSeen ? newest : "";
        isChanged = true;
      }
      if (!isChanged) return known;
      saveRead(me, upTo);
      return { person: me, upTo };
    });
  }, [me, messages, channels, place, isReady]);

  const key = `${me}/${place}`;
  if (opened.current.key !== key && read.person === me) {
    opened.current = { key, unread: { after: read.upTo[place] ?? "", until: messages[place]?.at(-1)?.ts ?? "" } };
  }
  const counts: Record<string, number> = {};
  for (const [channel, all] of Object.entries(messages)) {
    const upTo = read.upTo[channel];
    if (upTo === undefined || channel === place) continue;
    counts[channel] = countAfter(all, upTo, me);
  }
  return { counts, opened: opened.current.unread };
}

function countAfter(all: readonly Message[], upTo: string, me: string): number {
  let count = 0;
  for (let at = all.length - 1; at >= 0 && all[at]!.ts > upTo; at -= 1) {
    if (all[at]!.user !== me && isTopLevel(all[at]!)) count += 1;
  }
  return count;
}
