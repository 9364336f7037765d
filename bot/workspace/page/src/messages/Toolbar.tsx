/** What can be done with a message: shown while it is pointed at or holds the focus. */
import { Menu } from "../elements/Menu";
import { Icon } from "../frame/icons";
import { useNavigation } from "../frame/navigation";
import { control } from "../live/control";
import { complaintOf, notify, useLive } from "../live/store";
import type { Message, Shortcut } from "../protocol";
import { emojiOf } from "../words/emoji";
import { react } from "./MessageBody";

const EMOJI = ["+1", "eyes", "white_check_mark", "tada", "heart", "raised_hands", "thinking_face", "rotating_light"];

interface Props {
  message: Message;
  isThread: boolean;
  asText: boolean;
  setAsText: (on: boolean) => void;
}

export function Toolbar({ message, isThread, asText, setAsText }: Props) {
  const { openThread } = useNavigation();
  const me = useLive((s) => s.me);
  const shortcuts = useLive((s) => s.app.shortcuts);
  const ofMessages = shortcuts.filter((s) => s.type === "message");
  return (
    <div className="toolbar" role="toolbar" aria-label="Message actions">
      {!message.ephemeral && (
        <>
          <Menu
            label="Add reaction"
            className="tool"
            isGrid
            items={EMOJI.map((name) => ({ key: name, text: emojiOf(name), run: () => react(me, message, name) }))}
          >
            <Icon name="smile" />
          </Menu>
          {!isThread && (
            <button
              type="button"
              className="tool"
              aria-label="Reply in thread"
              title="Reply in thread"
              onClick={() => openThread(message.thread_ts ?? message.ts)}
            >
              <Icon name="thread" />
            </button>
          )}
        </>
      )}
      <button
        type="button"
        className="tool"
        aria-pressed={asText}
        aria-label="Switch between message and text"
        title="Switch between message and text"
        onClick={() => setAsText(!asText)}
      >
        <Icon name="text" />
      </button>
      {!message.ephemeral && ofMessages.length > 0 && (
        <Menu
          label="More message shortcuts"
          className="tool"
          items={ofMessages.map((s) => shortcutItem(s, me, message))}
        >
          <Icon name="more" />
        </Menu>
      )}
    </div>
  );
}

function shortcutItem(shortcut: Shortcut, me: string, message: Message) {
  const { channel, ts } = message;
  const run = async () => {
    const answer = await control.shortcut(me, shortcut.callback_id, { channel, ts });
    const complaint = complaintOf(answer);
    if (complaint !== null) notify(channel, null, complaint);
  };
  return {
    key: shortcut.callback_id,
    text: shortcut.name ?? shortcut.callback_id,
    detail: shortcut.description,
    run: () => void run().catch((error: Error) => notify(channel, null, error.message)),
  };
}
