/** The main pane: a conversation, or the app's page with its two tabs. */
import type { ReactNode } from "react";
import { Composer } from "../composer/Composer";
import { AppHome } from "../home/AppHome";
import { useLive } from "../live/store";
import { MessageList } from "../messages/MessageList";
import type { Channel } from "../protocol";
import { channelName, type Directory, isDirect, personName, useDirectory } from "../words/directory";
import { Avatar } from "./Avatar";
import { Icon } from "./icons";
import { APP, directWith, HOME, useNavigation } from "./navigation";
import type { Unread } from "./reading";

export function Main({ place, unread }: { place: string; unread: Unread | null }) {
  const channel = useLive((s) => s.channels.find((c) => c.id === place));
  const app = useLive((s) => s.app.user);
  const isReady = useLive((s) => s.ready);
  const me = useLive((s) => s.me);
  if (!isReady)
    return (
      <main className="pane main-pane is-loading" data-region="main" tabIndex={-1}>
        Connecting to the workspace…
      </main>
    );
  const isWithApp = place === HOME || place === APP || (channel?.kind === "im" && channel.members.includes(app));
  return (
    <main className="pane main-pane" data-region="main" tabIndex={-1} key={`${me}/${place}`}>
      {isWithApp ? (
        <AppHead place={place} />
      ) : channel ? (
        <ChannelHead channel={channel} />
      ) : (
        <FreshHead place={place} />
      )}
      {place === HOME ? <AppHome /> : <Conversation place={place} unread={unread} channel={channel} />}
    </main>
  );
}

function Conversation({
  place,
  unread,
  channel,
}: {
  place: string;
  unread: Unread | null;
  channel: Channel | undefined;
}) {
  const directory = useDirectory();
  const me = directory.me?.id ?? "";
  const name = channel ? channelName(directory, channel.id) : nameOfFresh(directory, place);
  const isMember = channel === undefined || channel.members.includes(me);
  const words = `Message ${channel === undefined || isDirect(channel) ? "" : "#"}${name}`;
  return (
    <>
      <MessageList channel={place} thread={null} unread={unread} label={`Messages in ${name}`} />
      {isMember ? (
        <Composer channel={place} thread={null} placeholder={words} />
      ) : (
        <div className="not-a-member" data-region="composer" tabIndex={-1}>
          {directory.me?.real_name} is not a member of #{name}.
        </div>
      )}
    </>
  );
}

function Head({ children }: { children: ReactNode }) {
  return <header className="pane-head">{children}</header>;
}

/** A direct conversation that nobody has written in: it comes into being with the first message. */
function FreshHead({ place }: { place: string }) {
  const directory = useDirectory();
  return (
    <Head>
      <h1 className="pane-title">{nameOfFresh(directory, place)}</h1>
    </Head>
  );
}

function nameOfFresh(directory: Directory, place: string): string {
  const person = [...directory.people.values()].find((p) => directWith(p.name) === place);
  return personName(directory, person?.id ?? directory.app);
}

function ChannelHead({ channel }: { channel: Channel }) {
  const directory = useDirectory();
  const { people, me } = directory;
  const other = channel.members.find((m) => m !== me?.id) ?? "";
  return (
    <Head>
      <h1 className="pane-title">
        {isDirect(channel) ? (
          <Avatar person={people.get(other)} size={24} />
        ) : (
          <Icon name={channel.kind === "private" ? "lock" : "hash"} />
        )}
        {channelName(directory, channel.id)}
      </h1>
      {channel.kind !== "im" && (
        <span className="members" title={channel.members.map((id) => personName(directory, id)).join(", ")}>
          {channel.members.slice(0, 4).map((id) => (
            <Avatar key={id} person={people.get(id)} size={22} isApp={id === directory.app} />
          ))}
          <span>
            {channel.members.length}
            <span className="visually-hidden"> members</span>
          </span>
        </span>
      )}
    </Head>
  );
}

function AppHead({ place }: { place: string }) {
  const { go } = useNavigation();
  const directory = useDirectory();
  const isHome = place === HOME;
  return (
    <Head>
      <h1 className="pane-title">
        <Avatar person={directory.people.get(directory.app)} size={24} isApp />
        {personName(directory, directory.app)}
      </h1>
      <nav className="tabs" aria-label="Pages of the app">
        <button type="button" aria-current={isHome ? "page" : undefined} onClick={() => go(HOME)}>
          Home
        </button>
        <button type="button" aria-current={isHome ? undefined : "page"} onClick={() => go(APP)}>
          Messages
        </button>
      </nav>
    </Head>
  );
}
