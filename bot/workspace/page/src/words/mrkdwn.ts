/**
 * mrkdwn as rich_text parts. The renderer parses mrkdwn by turning it into Markdown after undoing the escapes, so that
 * escaped text becomes mentions and links inside other marks fall apart; it draws rich_text as it is.
 */
import type { RichPart } from "../blocks/kinds";
import { isEmoji } from "./emoji";
import { decode } from "./entities";

interface Marks {
  bold?: true;
  italic?: true;
  strike?: true;
  code?: true;
}

const MARKS: Record<string, keyof Marks> = { "*": "bold", _: "italic", "~": "strike" };
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)/i;
const BARE_ADDRESS = /^https?:\/\/[^\s<>|`]+/i;
const EMOJI = /^:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/;

/** What a text object of type mrkdwn says. `verbatim` leaves bare addresses alone. */
export function parseMrkdwn(text: string, verbatim = false): RichPart[] {
  const parts: RichPart[] = [];
  text.split("```").forEach((piece, index, all) => {
    const isFenced = index % 2 === 1 && index < all.length - 1;
    if (isFenced) {
      parts.push({
        type: "rich_text_preformatted",
        elements: leaves(piece.replace(/^\n/, "").replace(/\n$/, ""), {}, true, true),
      });
      return;
    }
    const unclosed = index % 2 === 1 ? "```" : "";
    const loose = unclosed + piece;
    if (loose.trim() !== "" || all.length === 1)
      parts.push(...paragraphs(loose, verbatim, index > 0, index < all.length - 1));
  });
  return parts;
}

function paragraphs(text: string, verbatim: boolean, afterFence: boolean, beforeFence: boolean): RichPart[] {
  let body = afterFence ? text.replace(/^\n/, "") : text;
  if (beforeFence) body = body.replace(/\n$/, "");
  const parts: RichPart[] = [];
  let lines: string[] = [];
  let isQuote = false;
  const flush = () => {
    if (lines.length > 0) {
      const elements = leaves(lines.join("\n"), {}, verbatim, false);
      parts.push({ type: isQuote ? "rich_text_quote" : "rich_text_section", elements });
    }
    lines = [];
  };
  for (const line of body.split("\n")) {
    const quoted = /^(?:&gt;|>)\s?/.exec(line);
    if ((quoted !== null) !== isQuote) flush();
    isQuote = quoted !== null;
    lines.push(quoted === null ? line : line.slice(quoted[0].length));
  }
  flush();
  return parts;
}

/** The leaves of a stretch of text under `marks`; `literal` knows neither marks nor emoji. */
function leaves(text: string, marks: Marks, verbatim: boolean, literal: boolean): RichPart[] {
  const found: RichPart[] = [];
  let plain = "";
  const say = (part: RichPart) => {
    if (plain !== "") found.push({ type: "text", text: decode(plain), ...styled(marks) });
    plain = "";
    found.push(part);
  };
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const special = angle(rest, marks) ?? (literal ? null : (emoji(rest, text[at - 1]) ?? bare(rest, verbatim, marks)));
    if (special !== null) {
      say(special.part);
      at += special.length;
      continue;
    }
    const inner = literal ? null : marked(text, at);
    if (inner !== null) {
      const style = { ...marks, [inner.mark]: true };
      const children = leaves(inner.text, style, verbatim, inner.mark === "code");
      if (children.length > 0) children.forEach(say);
      at += inner.length;
      continue;
    }
    plain += text[at];
    at += 1;
  }
  if (plain !== "") found.push({ type: "text", text: decode(plain), ...styled(marks) });
  return found;
}

function styled(marks: Marks): { style?: Marks } {
  return Object.keys(marks).length > 0 ? { style: marks } : {};
}

type Special = { part: RichPart; length: number };

/** A control sequence: `<…>` with a mention, a date or a link. Anything else between angles is text. */
function angle(rest: string, marks: Marks): Special | null {
  const match = /^<([^<>\n]+)>/.exec(rest);
  if (match === null) return null;
  const part = sequence(match[1]!, marks);
  return part === null ? null : { part: { ...part, ...styled(marks) }, length: match[0].length };
}

function sequence(body: string, marks: Marks): RichPart | null {
  const [head = "", label] = splitOnce(body, "|");
  if (/^@[A-Z0-9]+$/.test(head)) return { type: "user", user_id: named(head.slice(1), label) };
  if (/^#[A-Z0-9]+$/.test(head)) return { type: "channel", channel_id: named(head.slice(1), label) };
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(head);
  if (group !== null) return { type: "usergroup", usergroup_id: named(group[1]!, label) };
  const range = /^!(channel|here|everyone)$/.exec(head);
  if (range !== null) return { type: "broadcast", range: range[1]! };
  const date = /^!date\^(-?\d+)\^([^^]*)(?:\^(.*))?$/.exec(head);
  if (date !== null) {
    const [, timestamp, format, url] = date;
    return {
      type: "date",
      timestamp: Number(timestamp),
      format: decode(format!),
      fallback: decode(label ?? ""),
      ...(url ? { url: decode(url) } : {}),
    };
  }
  if (ADDRESS.test(head))
    return { type: "link", url: decode(head), text: decode(label ?? head.replace(/^mailto:/, "")) };
  // An unknown special mention shows its label, as Slack's clients do.
  return head.startsWith("!") && label !== undefined ? { type: "text", text: decode(label), ...styled(marks) } : null;
}

/** An id with the label that came with it, for when nobody here has that id. */
function named(id: string, label: string | undefined): string {
  return label === undefined || label === "" ? id : `${id}|${decode(label).replace(/^[@#]/, "")}`;
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function emoji(rest: string, before: string | undefined): Special | null {
  const match = EMOJI.exec(rest);
  if (match === null || (before !== undefined && /\w/.test(before)) || !isEmoji(match[1]!)) return null;
  return { part: { type: "emoji", name: match[1]! }, length: match[0].length };
}

function bare(rest: string, verbatim: boolean, marks: Marks): Special | null {
  const match = verbatim ? null : BARE_ADDRESS.exec(rest);
  if (match === null) return null;
  const url = match[0].replace(/[.,;:!?)'"*_~]+$/, "");
  return { part: { type: "link", url: decode(url), text: decode(url), ...styled(marks) }, length: url.length };
}

/** A stretch between two marks that starts at `at`: the opening one follows no letter, the closing one no space. */
function marked(text: string, at: number): { mark: keyof Marks; text: string; length: number } | null {
  const sign = text[at]!;
  if (sign === "`") {
    const end = text.indexOf("`", at + 1);
    const inner = text.slice(at + 1, end);
    return end > at + 1 && !inner.includes("\n") ? { mark: "code", text: inner, length: end - at + 1 } : null;
  }
  const mark = MARKS[sign];
  if (mark === undefined || /[\p{L}\p{N}]/u.test(text[at - 1] ?? " ") || /\s/.test(text[at + 1] ?? " ")) return null;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end += 1) {
    // What stands between angles or in code is no place for a closing mark.
    if (text[end] === "<") end = skip(text, end, ">");
    else if (text[end] === "`") end = skip(text, end, "`");
    else if (
      text[end] === sign &&
      end > at + 1 &&
      !/\s/.test(text[end - 1]!) &&
      !/[\p{L}\p{N}]/u.test(text[end + 1] ?? " ")
    ) {
      return { mark, text: text.slice(at + 1, end), length: end - at + 1 };
    }
  }
  return null;
}

function skip(text: string, from: number, sign: string): number {
  const end = text.indexOf(sign, from + 1);
  return end < 0 ? from : end;
}

/** plain_text as rich_text parts: emoji names become emoji unless that is switched off, all else stays as written. */
export function parsePlain(text: string, withEmoji: boolean): RichPart[] {
  const elements: RichPart[] = [];
  let last = 0;
  for (const match of withEmoji ? text.matchAll(/:([a-z0-9_+'-]+):/g) : []) {
    if (!isEmoji(match[1]!)) continue;
    if (match.index > last) elements.push({ type: "text", text: text.slice(last, match.index) });
    elements.push({ type: "emoji", name: match[1]! });
    last = match.index + match[0].length;
  }
  if (last < text.length) elements.push({ type: "text", text: text.slice(last) });
  return [{ type: "rich_text_section", elements }];
}
