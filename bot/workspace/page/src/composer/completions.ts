/** What the composer offers while one types: commands, their sub-commands, people and channels. */
import type { Channel, Command, Person } from "../protocol";
import { isDirect } from "../words/directory";

export interface Offer {
  key: string;
  /** What is shown first, and what explains it. */
  name: string;
  detail: string;
  /** The text and the place of the cursor once it is taken. */
  text: string;
  cursor: number;
}

interface Known {
  commands: readonly Command[];
  people: readonly Person[];
  channels: readonly Channel[];
}

const MOST = 12;

/** The offers for what stands before `cursor`, best first; empty when there is nothing to complete. */
export function offersFor(text: string, cursor: number, known: Known): Offer[] {
  const before = text.slice(0, cursor);
  if (text.startsWith("/"))
    return before.includes(" ") ? subCommands(text, cursor, known) : commands(text, cursor, known);
  const word = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (word === null) return [];
  const start = cursor - word[2]!.length - 1;
  const put = (name: string) => {
    const inserted = `${word[1]}${name} `;
    return { text: text.slice(0, start) + inserted + text.slice(cursor), cursor: start + inserted.length };
  };
  const found =
    word[1] === "@"
      ? known.people.map((p) => ({
          key: p.id,
          name: p.name,
          shown: `@${p.name}`,
          detail: [p.real_name, p.title].filter(Boolean).join(" · "),
        }))
      : known.channels
          .filter((c) => !isDirect(c))
          .map((c) => ({ key: c.id, name: c.name, shown: `#${c.name}`, detail: "" }));
  const typed = word[2]!.toLowerCase();
  return found
    .filter((one) => one.name.toLowerCase().startsWith(typed) || one.detail.toLowerCase().startsWith(typed))
    .slice(0, MOST)
    .map((one) => ({ key: one.key, name: one.shown, detail: one.detail, ...put(one.name) }));
}

function commands(text: string, cursor: number, { commands: all }: Known): Offer[] {
  return all
    .filter((c) => c.command.startsWith(text.slice(0, cursor)) && c.command !== text)
    .slice(0, MOST)
    .map((c) => {
      const inserted = `${c.command} `;
      const detail = [c.description, c.usage_hint].filter(Boolean).join(" · ");
      return { key: c.command, name: c.command, detail, text: inserted, cursor: inserted.length };
    });
}

/** The words between the bars of a usage hint, such as `help | failures [run] | test NAME`. */
export function usages(hint: string): string[] {
  return hint
    .split("|")
    .map((usage) => usage.trim())
    .filter(Boolean);
}

function subCommands(text: string, cursor: number, { commands: all }: Known): Offer[] {
  const [name = "", ...words] = text.slice(0, cursor).split(/\s+/);
  const command = all.find((c) => c.command === name);
  const typed = words.join(" ");
  if (command?.usage_hint === undefined || words.length > 1) return [];
  return usages(command.usage_hint)
    .map((usage) => ({ usage, word: usage.split(/\s+/)[0]!, takesMore: /\s/.test(usage) }))
    .filter(({ word }) => /^[\w-]+$/.test(word) && word.startsWith(typed) && word !== typed)
    .map(({ usage, word, takesMore }) => {
      const inserted = `${name} ${word}${takesMore ? " " : ""}`;
      return {
        key: usage,
        name: `${name} ${word}`,
        detail: usage.slice(word.length).trim(),
        text: inserted,
        cursor: inserted.length,
      };
    });
}
