/** The thread beside a conversation, with a composer of its own. */
import { Composer } from "../composer/Composer";
import { Icon } from "../frame/icons";
import { useNavigation } from "../frame/navigation";
import { channelName, isDirect, useDirectory } from "../words/directory";
import { MessageList } from "./MessageList";

export function ThreadPane({ channel, thread }: { channel: string; thread: string }) {
  const { openThread } = useNavigation();
  const directory = useDirectory();
  const name = channelName(directory, channel);
  return (
    <aside className="pane thread-pane" aria-label="Thread" data-region="thread" tabIndex={-1}>
      <header className="pane-head">
        <h2>
          Thread <span className="pane-sub">{isDirect(directory.channels.get(channel)) ? name : `#${name}`}</span>
        </h2>
        <button type="button" className="icon-button" aria-label="Close thread" onClick={() => openThread(null)}>
          <Icon name="close" />
        </button>
      </header>
      <MessageList
        key={`${channel}/${thread}`}
        channel={channel}
        thread={thread}
        unread={null}
        label={`Thread in ${name}`}
      />
      <Composer channel={channel} thread={thread} placeholder="Reply…" />
    </aside>
  );
}
