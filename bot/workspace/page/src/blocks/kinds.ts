/**
 * Blocks and elements as the page reads them. Everything is optional but `type`, because a message may have been
 * written by any app: the page must show what it does not know.
 */

export interface Text {
  type: "plain_text" | "mrkdwn";
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface Option {
  text: Text;
  value?: string;
  description?: Text;
  url?: string;
}

export interface OptionGroup {
  label: Text;
  options: Option[];
}

export interface Confirm {
  title?: Text;
  text?: Text;
  confirm?: Text;
  deny?: Text;
  style?: "primary" | "danger";
}

export interface Element {
  type: string;
  action_id?: string;
  text?: Text;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  confirm?: Confirm;
  accessibility_label?: string;
  placeholder?: Text;
  options?: Option[];
  option_groups?: OptionGroup[];
  max_selected_items?: number;
  multiline?: boolean;
  max_length?: number;
  focus_on_load?: boolean;
  timezone?: string;
  icon?: string;
  dispatch_action_config?: { trigger_actions_on?: string[] };
  positive_button?: FeedbackButton;
  negative_button?: FeedbackButton;
  filter?: { include?: string[] };
  [initial: `initial_${string}`]: unknown;
}

export interface FeedbackButton {
  text: Text;
  value: string;
  accessibility_label?: string;
}

export interface Picture {
  type?: "image";
  alt_text?: string;
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  title?: Text;
}

export interface ChartPoint {
  label: string;
  value: number;
}

export interface Chart {
  type: "line" | "bar" | "area" | "pie";
  series?: { name: string; data: ChartPoint[] }[];
  segments?: ChartPoint[];
  axis_config?: { categories?: string[]; x_label?: string; y_label?: string };
}

/** A cell of `table` and `data_table`: raw_text, raw_number or a rich_text block. */
export interface Cell {
  type: string;
  text?: string;
  value?: number;
  elements?: RichPart[];
}

/** A node of rich_text: a section, list, quote, preformatted part, or a leaf of one. */
export interface RichPart {
  type: string;
  text?: string;
  url?: string;
  style?: unknown;
  elements?: RichPart[];
  timestamp?: number;
  format?: string;
  fallback?: string;
  user_id?: string;
  channel_id?: string;
  usergroup_id?: string;
  range?: string;
  name?: string;
  indent?: number;
  offset?: number;
  border?: number;
}

export interface Block {
  type: string;
  block_id?: string;
  text?: Text | string;
  fields?: Text[];
  accessory?: Element & Picture;
  elements?: (Element & Picture & RichPart & Block)[];
  element?: Element;
  label?: Text;
  hint?: Text;
  optional?: boolean;
  dispatch_action?: boolean;
  level?: string | number;
  title?: Text | string;
  subtitle?: Text;
  body?: Text;
  actions?: Element[];
  hero_image?: Picture;
  icon?: Picture;
  alt_text?: string;
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  chart?: Chart;
  caption?: Text | string;
  rows?: Cell[][];
  row_header_column_index?: number;
  rich_text_title?: { elements: RichPart[] };
  child_blocks?: Block[];
  is_collapsible?: boolean;
  default_collapsed?: boolean;
  video_url?: string;
  title_url?: string;
}

/** What a person chose or typed; see `entered` in forms.py for the form of each kind. */
export type Value = string | number | string[] | null;

/** The words of a text object, or of a plain string where Slack takes one. */
export function wordsOf(text: Text | string | undefined): string {
  return typeof text === "string" ? text : (text?.text ?? "");
}
