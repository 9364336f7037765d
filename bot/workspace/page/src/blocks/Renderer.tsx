/** The edge to slack-blocks-to-jsx: what it is given, and what it calls back for. */
import { createContext, memo, type ReactNode, useContext, useMemo } from "react";
import { type Block as RendererBlock, Message, type MessageProps } from "slack-blocks-to-jsx";
import { slackDate } from "../words/dates";
import { channelName, groupName, personName, unpack, useDirectory } from "../words/directory";
import { emojiOf } from "../words/emoji";
import type { Block, RichPart } from "./kinds";
import { Link } from "./Link";

export const ThemeContext = createContext<"light" | "dark">("light");

type Hooks = NonNullable<MessageProps["hooks"]>;
type Style = { bold?: boolean; italic?: boolean; strike?: boolean } | undefined;

function classOf(style: Style): string {
  const marks = [style?.bold && "is-bold", style?.italic && "is-italic", style?.strike && "is-struck"];
  return ["mention", ...marks.filter(Boolean)].join(" ");
}

function PersonMention({ id, style }: { id: string; style: Style }) {
  const directory = useDirectory();
  const isMe = directory.me?.id === unpack(id)[0];
  return <span className={`${classOf(style)}${isMe ? " is-me" : ""}`}>@{personName(directory, id)}</span>;
}

function ChannelMention({ id, style }: { id: string; style: Style }) {
  return <span className={classOf(style)}>#{channelName(useDirectory(), id)}</span>;
}

function GroupMention({ id, style }: { id: string; style: Style }) {
  const directory = useDirectory();
  const group = directory.usergroups.get(unpack(id)[0]);
  const isMine = group?.users.includes(directory.me?.id ?? "") ?? false;
  return <span className={`${classOf(style)}${isMine ? " is-me" : ""}`}>@{groupName(directory, id)}</span>;
}

function DateWords({ at, format, fallback }: { at: number; format: string; fallback: string }) {
  const { now, zone } = useDirectory();
  return <time dateTime={new Date(at * 1000).toISOString()}>{slackDate(at, format, fallback, now(), zone)}</time>;
}

const broadcast = (range: string) => (style: Style) => <span className={`${classOf(style)} is-me`}>@{range}</span>;

// The renderer keeps the hooks of its first drawing. These never change: what they need they read where they are drawn.
const HOOKS: Hooks = {
  user: ({ id, style }) => <PersonMention id={id} style={style} />,
  channel: ({ id, style }) => <ChannelMention id={id} style={style} />,
  usergroup: ({ id, style }) => <GroupMention id={id} style={style} />,
  atChannel: broadcast("channel"),
  atEveryone: broadcast("everyone"),
  atHere: broadcast("here"),
  emoji: ({ name, unicode }, parse) => (unicode ? parse({ name, unicode }) : emojiOf(name)),
  date: ({ timestamp, format, fallback }) => <DateWords at={Number(timestamp)} format={format} fallback={fallback} />,
  link: ({ href, className, children }) => (
    <Link href={href} className={className}>
      {children}
    </Link>
  ),
};

/** One static block, drawn by the renderer. Its block_id is left out, as it would become an id of the page. */
export const Rendered = memo(function Rendered({ block }: { block: Block }): ReactNode {
  const theme = useContext(ThemeContext);
  const { block_id: _, ...shown } = block;
  return (
    <Message withoutWrapper theme={theme} logo="" name="" hooks={HOOKS} blocks={[shown as unknown as RendererBlock]} />
  );
});

/** rich_text, with dates that carry a link turned into links: the renderer drops the address. */
export function RichText({ parts, className }: { parts: readonly RichPart[]; className?: string }) {
  const { now, zone } = useDirectory();
  const elements = useMemo(() => parts.map((part) => withLinkedDates(part, now(), zone)), [parts, now, zone]);
  const block = useMemo(() => ({ type: "rich_text", elements }) as unknown as Block, [elements]);
  return (
    <div className={className}>
      <Rendered block={block} />
    </div>
  );
}

function withLinkedDates(part: RichPart, now: number, zone: string): RichPart {
  if (part.type === "date") {
    const words = slackDate(part.timestamp ?? Number.NaN, part.format ?? "", part.fallback ?? "", now, zone);
    if (part.url) return { type: "link", url: part.url, text: words, style: part.style };
    // The renderer would read an instant that is none as the year 1970.
    return Number.isFinite(part.timestamp) ? part : { type: "text", text: words, style: part.style };
  }
  if (part.elements === undefined) return part;
  return { ...part, elements: part.elements.map((each) => withLinkedDates(each, now, zone)) };
}
