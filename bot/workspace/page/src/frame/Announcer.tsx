/** Says new messages to a screen reader. */
import { useEffect, useRef, useState } from "react";
import { useLive } from "../live/store";
import type { Message } from "../protocol";
import { personName, useDirectory } from "../words/directory";
import { wordsOfMrkdwn } from "../words/fallback";

const NONE: readonly Message[] = [];
const MOST = 300;

export function Announcer({ channel }: { channel: string }) {
  const messages = useLive((s) => s.messages[channel] ?? NONE);
  const directory = useDirectory();
  const [words, setWords] = useState("");
  const said = useRef<{ channel: string; ts: string } | null>(null);
  useEffect(() => {
    const newest = messages.at(-1);
    const before = said.current;
    said.current = { channel, ts: newest?.ts ?? "" };
    if (before === null || before.channel !== channel || newest === undefined || newest.ts <= before.ts) return;
    if (newest.user === directory.me?.id) return;
    const text = wordsOfMrkdwn(newest.text, directory).slice(0, MOST);
    setWords(`${newest.ephemeral ? "Only visible to you. " : ""}${personName(directory, newest.user)}: ${text}`);
  }, [messages, channel, directory]);
  return (
    <div className="visually-hidden" aria-live="polite" data-announcer>
      {words}
    </div>
  );
}
