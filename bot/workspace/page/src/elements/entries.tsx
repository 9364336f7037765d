/** Elements into which one types, and the pickers of dates and times. */
import { type ChangeEvent, type KeyboardEvent, useState } from "react";
import type { Element, Value } from "../blocks/kinds";
import { type Standing, useSurface, useValue } from "../blocks/surface";
import { plainWords } from "../blocks/TextView";
import { instantOf, readingOf, zoneName } from "../words/dates";
import { useDirectory } from "../words/directory";

const MODES: Record<string, { type: string; inputMode?: "decimal" | "email" | "url" }> = {
  email_text_input: { type: "email", inputMode: "email" },
  url_text_input: { type: "url", inputMode: "url" },
  // Not of type number: what is no number must reach the check, which says so.
  number_input: { type: "text", inputMode: "decimal" },
};

function tellsOn(element: Element, moment: string): boolean {
  return (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(moment);
}

/** Text fields. Those that tell the app do so on Enter, or on every character when the app asks for it. */
export function TextEntry(standing: Standing) {
  const { element, id, label, describedBy, tells, blockId } = standing;
  const [value, change] = useValue({ ...standing, tells: tells && tellsOn(element, "on_character_entered") });
  const { press } = useSurface();
  const isLong = element.multiline === true || element.type === "rich_text_input";
  const shared = {
    id,
    className: "bk-input",
    "aria-label": label,
    "aria-describedby": describedBy,
    "aria-invalid": describedBy?.includes("error") || undefined,
    "data-focus": element.focus_on_load || undefined,
    placeholder: plainWords(element.placeholder),
    value: value === null ? "" : String(value),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => change(event.target.value),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || !tells || !tellsOn(element, "on_enter_pressed")) return;
      event.preventDefault();
      void press(element, blockId, value === "" ? null : value);
    },
  };
  if (isLong) return <textarea rows={4} {...shared} />;
  return <input {...(MODES[element.type] ?? { type: "text" })} autoComplete="off" {...shared} />;
}

function Picker({ standing, type, read, write }: PickerProps) {
  const { element, id, label, describedBy } = standing;
  const [value, change] = useValue(standing);
  const [draft, setDraft] = useState<string | null>(null);
  const settle = (words: string) => {
    setDraft(null);
    const next = words === "" ? null : write(words);
    if (next !== value) change(next);
  };
  return (
    <input
      id={id}
      type={type}
      className="bk-input is-picker"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={describedBy?.includes("error") || undefined}
      data-focus={element.focus_on_load || undefined}
      value={draft ?? (value === null ? "" : read(value))}
      // While a date is typed it is another date with every key; only the last one is meant.
      onChange={(event) => (standing.tells ? setDraft(event.target.value) : settle(event.target.value))}
      onBlur={() => draft !== null && settle(draft)}
      onKeyDown={(event) => event.key === "Enter" && draft !== null && settle(draft)}
    />
  );
}

interface PickerProps {
  standing: Standing;
  type: "date" | "time" | "datetime-local";
  read: (value: Value) => string;
  write: (words: string) => Value;
}

export function DatePicker(standing: Standing) {
  return <Picker standing={standing} type="date" read={String} write={(words) => words} />;
}

export function TimePicker(standing: Standing) {
  return (
    <span className="bk-picker">
      <Picker standing={standing} type="time" read={String} write={(words) => words} />
      {standing.element.timezone && <span className="bk-hint">{standing.element.timezone}</span>}
    </span>
  );
}

/** A date and a time, read in the zone of the person. */
export function DateTimePicker(standing: Standing) {
  const { zone, now } = useDirectory();
  return (
    <span className="bk-picker">
      <Picker
        standing={standing}
        type="datetime-local"
        read={(value) => readingOf(Number(value), zone)}
        write={(words) => instantOf(words, zone)}
      />
      <span className="bk-hint">{zoneName(now(), zone)}</span>
    </span>
  );
}
