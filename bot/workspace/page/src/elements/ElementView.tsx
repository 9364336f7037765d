/** One interactive element. */
import { useId } from "react";
import type { Element } from "../blocks/kinds";
import type { Standing } from "../blocks/surface";
import { plainWords } from "../blocks/TextView";
import { Checkboxes, MultiSelect, Overflow, RadioButtons, Select } from "./choices";
import { DatePicker, DateTimePicker, TextEntry, TimePicker } from "./entries";
import { Button, FeedbackButtons } from "./Pressable";

type Drawing = (standing: Standing) => React.ReactNode;

const DRAWINGS: Record<string, Drawing> = {
  button: ({ element, blockId }) => <Button element={element} blockId={blockId} />,
  workflow_button: ({ element, blockId }) => <Button element={element} blockId={blockId} />,
  icon_button: ({ element, blockId }) => <Button element={element} blockId={blockId} />,
  feedback_buttons: ({ element, blockId }) => <FeedbackButtons element={element} blockId={blockId} />,
  overflow: (standing) => <Overflow {...standing} />,
  static_select: (standing) => <Select {...standing} />,
  users_select: (standing) => <Select {...standing} />,
  conversations_select: (standing) => <Select {...standing} />,
  channels_select: (standing) => <Select {...standing} />,
  multi_static_select: (standing) => <MultiSelect {...standing} />,
  multi_users_select: (standing) => <MultiSelect {...standing} />,
  multi_conversations_select: (standing) => <MultiSelect {...standing} />,
  multi_channels_select: (standing) => <MultiSelect {...standing} />,
  checkboxes: (standing) => <Checkboxes {...standing} />,
  radio_buttons: (standing) => <RadioButtons {...standing} />,
  datepicker: (standing) => <DatePicker {...standing} />,
  timepicker: (standing) => <TimePicker {...standing} />,
  datetimepicker: (standing) => <DateTimePicker {...standing} />,
  plain_text_input: (standing) => <TextEntry {...standing} />,
  email_text_input: (standing) => <TextEntry {...standing} />,
  url_text_input: (standing) => <TextEntry {...standing} />,
  number_input: (standing) => <TextEntry {...standing} />,
  rich_text_input: (standing) => <TextEntry {...standing} />,
};

const GROUPS = /^(multi_|checkboxes|radio_buttons)/;

/** Whether an element is several controls, which a fieldset names, and not one, which a label names. */
export function isGroup(element: Element): boolean {
  return GROUPS.test(element.type);
}

export function isDrawable(element: Element): boolean {
  return element.type in DRAWINGS;
}

export function ElementView(standing: Standing) {
  const draw = DRAWINGS[standing.element.type];
  return draw === undefined ? <Undrawable element={standing.element} /> : draw(standing);
}

/** An element that stands in actions or beside a section, without a label that one can see. */
export function LooseElement({ element, blockId }: { element: Element; blockId: string | undefined }) {
  const id = useId();
  const words = plainWords(element.placeholder) || (element.action_id ?? element.type).replace(/[._-]+/g, " ");
  const label = element.accessibility_label ?? words;
  const standing = { element, blockId, id, label, tells: true };
  if (!isGroup(element)) return <ElementView {...standing} />;
  return (
    <fieldset className="bk-fieldset">
      <legend className="visually-hidden">{label}</legend>
      <ElementView {...standing} />
    </fieldset>
  );
}

function Undrawable({ element }: { element: Element }) {
  const why: Record<string, string> = {
    file_input: "Files cannot be chosen on this page",
    external_select: "Options from the app cannot be asked for on this page",
    multi_external_select: "Options from the app cannot be asked for on this page",
  };
  return (
    <span className="undrawable-element">
      {why[element.type] ?? "An element that this page cannot draw"} ({element.type}).
    </span>
  );
}
