/** Text objects. */
import { useMemo } from "react";
import { parseMrkdwn, parsePlain } from "../words/mrkdwn";
import type { Text } from "./kinds";
import { RichText } from "./Renderer";
import { emojiOf, isEmoji } from "../words/emoji";

export function TextView({ text, className }: { text: Text; className?: string }) {
  const { type, text: words, verbatim, emoji } = text;
  const parts = useMemo(
    () => (type === "mrkdwn" ? parseMrkdwn(words, verbatim) : parsePlain(words, emoji !== false)),
    [type, words, verbatim, emoji],
  );
  return <RichText parts={parts} className={className} />;
}

/** plain_text where only characters may stand, such as on a button. */
export function plainWords(text: Text | undefined): string {
  if (text === undefined) return "";
  if (text.emoji === false) return text.text;
  return text.text.replace(/:([a-z0-9_+'-]+):/g, (whole, name: string) => (isEmoji(name) ? emojiOf(name) : whole));
}
