/** Emoji by the names Slack knows them by. */
import { get, has } from "node-emoji";

export function isEmoji(name: string): boolean {
  return has(name);
}

/** The character of a name; the name between colons when there is none. */
export function emojiOf(name: string): string {
  return get(name) ?? `:${name}:`;
}
