/** The values of elements: what they hold at first, and in which form they are entered. */
import type { StateEntry } from "../protocol";
import type { Element, Option, RichPart, Value } from "./kinds";

const REPORTED: Record<string, string> = {
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  plain_text_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  number_input: "value",
  rich_text_input: "rich_text_value",
};

/** Whether an element holds a value at all. */
export function holdsValue(element: Element): boolean {
  return element.type in REPORTED;
}

/** What the element holds before anybody touched it: what the workspace remembers, else its initial_* key. */
export function initialValue(element: Element, remembered: StateEntry | undefined): Value {
  const reported = REPORTED[element.type] ?? "";
  const entry = remembered?.[reported];
  const initial = reported.replace(/^selected_|^rich_text_/, "initial_").replace(/^value$/, "initial_value");
  return plainValue(entry ?? element[initial as `initial_${string}`] ?? null);
}

function plainValue(held: unknown): Value {
  if (Array.isArray(held)) return held.map((one) => (typeof one === "string" ? one : ((one as Option).value ?? "")));
  if (typeof held === "string" || typeof held === "number") return held;
  if (typeof held !== "object" || held === null) return null;
  if ("elements" in held) return wordsOfRichText(held as RichPart);
  return (held as Option).value ?? null;
}

function wordsOfRichText(part: RichPart): string {
  return (part.elements ?? []).map((each) => each.text ?? wordsOfRichText(each)).join("");
}

/** The value as the workspace takes it: no text is null, and the words of a rich_text_input become rich_text. */
export function toEnter(element: Element, value: Value): unknown {
  if (value === "") return null;
  if (element.type !== "rich_text_input" || typeof value !== "string") return value;
  const section = { type: "rich_text_section", elements: [{ type: "text", text: value }] };
  return { type: "rich_text", elements: [section] };
}

export function optionsOf(element: Element): Option[] {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}
