/** One message as its reader sees it. */
import { memo, type ReactNode, useState } from "react";
import { Avatar } from "../frame/Avatar";
import { dismiss } from "../live/store";
import type { Message } from "../protocol";
import { clockTime, fullTime } from "../words/dates";
import { personName, useDirectory } from "../words/directory";
import { MessageBody } from "./MessageBody";
import type { Row } from "./rows";
import { Toolbar } from "./Toolbar";

interface Props {
  row: Row;
  isThread: boolean;
  /** The one message of the list that the Tab key reaches. */
  isTabStop: boolean;
}

/** Rows are made anew with every frame; what they show is compared here, so that only what changed is drawn. */
function isSame(a: Props, b: Props): boolean {
  const keys = [
    "message",
    "notice",
    "isFollowing",
    "day",
    "isFirstUnread",
    "replies",
    "repliers",
    "lastReplyAt",
  ] as const;
  return a.isThread === b.isThread && a.isTabStop === b.isTabStop && keys.every((key) => a.row[key] === b.row[key]);
}

export const MessageRow = memo(function MessageRow({ row, isThread, isTabStop }: Props) {
  return (
    <>
      {row.day && !isThread && (
        <div className="day" role="separator" aria-label={row.day}>
          <span aria-hidden="true">{row.day}</span>
        </div>
      )}
      {row.isFirstUnread && (
        <div className="unread-line" role="separator" aria-label="New messages">
          <span aria-hidden="true">New</span>
        </div>
      )}
      {row.message && <Shown row={row} message={row.message} isThread={isThread} isTabStop={isTabStop} />}
      {isThread && row.replies > 0 && (
        <div className="replies-line">
          {row.replies} {row.replies === 1 ? "reply" : "replies"}
        </div>
      )}
      {row.notice && <NoticeRow id={row.notice.id} at={row.at} text={row.notice.text} />}
    </>
  );
}, isSame);

function Shown({ row, message, isThread, isTabStop }: Props & { message: Message }) {
  const [isHovered, setHovered] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [asText, setAsText] = useState(false);
  const directory = useDirectory();
  const name = personName(directory, message.user);
  const time = clockTime(row.at, directory.zone);
  const classes = ["message", row.isFollowing && "is-following", message.ephemeral && "is-ephemeral"];
  return (
    <article
      className={classes.filter(Boolean).join(" ")}
      aria-label={`${name}, ${time}${message.ephemeral ? ", only visible to you" : ""}`}
      tabIndex={isTabStop ? 0 : -1}
      data-ts={message.ts}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={(event) => setFocused(event.currentTarget.contains(event.relatedTarget))}
    >
      {message.ephemeral && <div className="only-you">👁 Only visible to you</div>}
      <div className="message-side">
        {row.isFollowing ? (
          <Time at={row.at} zone={directory.zone} className="time is-aside" />
        ) : (
          <Avatar person={directory.people.get(message.user)} size={36} isApp={message.user === directory.app} />
        )}
      </div>
      <div className="message-main">
        {!row.isFollowing && (
          <div className="message-head">
            <span className="message-name">{name}</span>
            {message.user === directory.app && <span className="badge-app">APP</span>}
            <Time at={row.at} zone={directory.zone} className="time" />
          </div>
        )}
        <MessageBody row={row} message={message} isThread={isThread} asText={asText} />
      </div>
      {(isHovered || isFocused) && (
        <Toolbar message={message} isThread={isThread} asText={asText} setAsText={setAsText} />
      )}
    </article>
  );
}

function Time({ at, zone, className }: { at: number; zone: string; className: string }) {
  return (
    <time className={className} dateTime={new Date(at * 1000).toISOString()} title={fullTime(at, zone)}>
      {clockTime(at, zone)}
    </time>
  );
}

/** What Slack's own bot would say to this reader alone. */
function NoticeRow({ id, at, text }: { id: string; at: number; text: string }): ReactNode {
  const { zone } = useDirectory();
  return (
    <article
      className="message is-ephemeral is-notice"
      aria-label="Slackbot, only visible to you"
      tabIndex={-1}
      data-ts={id}
    >
      <div className="only-you">👁 Only visible to you</div>
      <div className="message-side">
        <span className="avatar is-slackbot" aria-hidden="true" style={{ width: 36, height: 36 }}>
          !
        </span>
      </div>
      <div className="message-main">
        <div className="message-head">
          <span className="message-name">Slackbot</span>
          <Time at={at} zone={zone} className="time" />
        </div>
        <div className="notice-text">{text}</div>
        <button type="button" className="link-button" onClick={() => dismiss(id)}>
          Dismiss message
        </button>
      </div>
    </article>
  );
}
