/** What a message says: its blocks or its text, what hangs on it, its files, reactions and replies. */
import { createContext, memo, useContext } from "react";
import { Blocks } from "../blocks/BlockView";
import { Link } from "../blocks/Link";
import { SurfaceContext } from "../blocks/surface";
import { TextView } from "../blocks/TextView";
import { Avatar } from "../frame/Avatar";
import { useNavigation } from "../frame/navigation";
import { control } from "../live/control";
import { useMessageSurface } from "../live/pressing";
import { notify } from "../live/store";
import type { Attachment, Message, Reaction } from "../protocol";
import { slackDate } from "../words/dates";
import { personName, useDirectory } from "../words/directory";
import { emojiOf } from "../words/emoji";
import { wordsOfMrkdwn } from "../words/fallback";
import { Files } from "./Files";
import type { Row } from "./rows";

/** Whether every message is shown as its text alone. */
export const AsTextContext = createContext(false);

interface Props {
  row: Row;
  message: Message;
  isThread: boolean;
  asText: boolean;
}

export const MessageBody = memo(function MessageBody({ row, message, isThread, asText }: Props) {
  const allAsText = useContext(AsTextContext);
  return (
    <>
      {asText !== allAsText ? <AsText message={message} /> : <Content message={message} />}
      {message.edited && <span className="edited">(edited)</span>}
      {message.reactions && <Reactions message={message} reactions={message.reactions} />}
      {!isThread && row.replies > 0 && <Replies row={row} ts={message.ts} />}
    </>
  );
});

function AsText({ message }: { message: Message }) {
  const directory = useDirectory();
  const words = wordsOfMrkdwn(message.text, directory);
  return (
    <div className="as-text">
      <div className="as-text-label">As text: what a screen reader and a notification get</div>
      {words || <em>Nothing: this message has no text.</em>}
    </div>
  );
}

function Content({ message }: { message: Message }) {
  const { surface, complaint } = useMessageSurface(message.channel, message.ts);
  const { blocks = [], attachments = [], files = [] } = message;
  return (
    <SurfaceContext.Provider value={surface}>
      {blocks.length > 0 ? <Blocks blocks={blocks} /> : <Words text={message.text} />}
      {attachments.map((attachment, index) => (
        <AttachmentView key={index} attachment={attachment} />
      ))}
      {files.length > 0 && <Files files={files} />}
      {complaint && (
        <div className="complaint" role="alert">
          <span aria-hidden="true">⚠ </span>
          {complaint}
        </div>
      )}
    </SurfaceContext.Provider>
  );
}

function Words({ text }: { text: string }) {
  return text === "" ? null : <TextView text={{ type: "mrkdwn", text }} className="message-text" />;
}

function AttachmentView({ attachment }: { attachment: Attachment }) {
  const { color, pretext, title, title_link, text, footer, fallback, blocks } = attachment;
  const bar = color && /^#?[0-9a-f]{3,6}$/i.test(color) ? `#${color.replace("#", "")}` : undefined;
  return (
    <>
      {pretext && <Words text={pretext} />}
      <div className="attachment" style={{ borderLeftColor: bar }}>
        {title && <div className="attachment-title">{title_link ? <Link href={title_link}>{title}</Link> : title}</div>}
        {blocks ? <Blocks blocks={blocks} /> : <Words text={text ?? fallback ?? ""} />}
        {footer && <div className="bk-hint">{footer}</div>}
      </div>
    </>
  );
}

function Reactions({ message, reactions }: { message: Message; reactions: Reaction[] }) {
  const directory = useDirectory();
  const me = directory.me?.id ?? "";
  return (
    <div className="reactions" role="group" aria-label="Reactions">
      {reactions.map((reaction) => {
        const who = reaction.users.map((id) => personName(directory, id)).join(", ");
        return (
          <button
            key={reaction.name}
            type="button"
            className="reaction"
            aria-pressed={reaction.users.includes(me)}
            aria-label={`${reaction.name}, ${reaction.count}: ${who}`}
            title={`${who} reacted with :${reaction.name}:`}
            onClick={() => react(me, message, reaction.name)}
          >
            <span aria-hidden="true">{emojiOf(reaction.name)}</span> {reaction.count}
          </button>
        );
      })}
    </div>
  );
}

/** React, or take back one's own reaction of that name. */
export function react(me: string, message: Message, name: string): void {
  const isMine = message.reactions?.some((r) => r.name === name && r.users.includes(me)) ?? false;
  control.react(me, message.channel, message.ts, name, isMine).catch((error: Error) => {
    notify(message.channel, null, error.message);
  });
}

function Replies({ row, ts }: { row: Row; ts: string }) {
  const { openThread } = useNavigation();
  const { people, app, now, zone } = useDirectory();
  return (
    <button type="button" className="replies" onClick={() => openThread(ts)}>
      {row.repliers.split(",").map((id) => (
        <Avatar key={id} person={people.get(id)} size={24} isApp={id === app} />
      ))}
      <span className="replies-count">
        {row.replies} {row.replies === 1 ? "reply" : "replies"}
      </span>
      <span className="replies-last">
        Last reply {slackDate(row.lastReplyAt, "{date_short_pretty} at {time}", "", now(), zone)}
      </span>
    </button>
  );
}
