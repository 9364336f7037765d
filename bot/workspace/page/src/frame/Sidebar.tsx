/** The sidebar: conversations, the app, and who one is. */
import { memo, type ReactNode } from "react";
import { useLive } from "../live/store";
import type { Channel, Person } from "../protocol";
import { channelName, isDirect, useDirectory } from "../words/directory";
import { Avatar } from "./Avatar";
import { Icon } from "./icons";
import { APP, directWith, HOME, useNavigation } from "./navigation";

interface Props {
  unread: Readonly<Record<string, number>>;
  choosePerson: (person: Person) => void;
  onLeave: () => void;
}

export const Sidebar = memo(function Sidebar({ unread, choosePerson, onLeave }: Props) {
  const { place, go } = useNavigation();
  const channels = useLive((s) => s.channels);
  const app = useAppPerson();
  const open = (next: string) => {
    go(next);
    onLeave();
  };
  const shared = { place, unread, open };
  const rooms = channels.filter((c) => !isDirect(c) && !c.is_archived).toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <div className="sidebar-head">
        <div className="workspace-name">Local workspace</div>
        <div className="workspace-note">Nothing leaves this machine</div>
      </div>
      <div className="sidebar-rows">
        <Group name="Channels">
          {rooms.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} {...shared} />
          ))}
        </Group>
        <Directs {...shared} />
        <Group name="Apps">
          <Row place={HOME} shared={shared}>
            <Icon name="home" size={16} />
            <span className="row-name">{app?.real_name} Home</span>
          </Row>
        </Group>
      </div>
      <PersonSwitch choose={choosePerson} />
    </>
  );
});

interface Shared {
  place: string;
  unread: Readonly<Record<string, number>>;
  open: (place: string) => void;
}

function useAppPerson(): Person | undefined {
  const { people, app } = useDirectory();
  return people.get(app);
}

function ChannelRow({ channel, ...shared }: Shared & { channel: Channel }) {
  return (
    <Row place={channel.id} shared={shared}>
      <Icon name={channel.kind === "public" ? "hash" : "lock"} size={16} />
      <span className="row-name">{channelName(useDirectory(), channel.id)}</span>
    </Row>
  );
}

/** The app and everybody else, whether or not anybody wrote to them yet. */
function Directs(shared: Shared) {
  const channels = useLive((s) => s.channels);
  const { people, me, app } = useDirectory();
  const others = [...people.values()]
    .filter((p) => p !== me)
    .sort((a, b) => Number(b.id === app) - Number(a.id === app));
  return (
    <Group name="Direct messages">
      {others.map((person) => {
        const isApp = person.id === app;
        const direct = channels.find((c) => c.kind === "im" && c.members.includes(person.id));
        return (
          <Row key={person.id} place={direct?.id ?? (isApp ? APP : directWith(person.name))} shared={shared}>
            <Avatar person={person} size={20} isApp={isApp} />
            <span className="row-name">{person.real_name || person.name}</span>
            {isApp && <span className="badge-app">APP</span>}
          </Row>
        );
      })}
      {channels
        .filter((c) => c.kind === "mpim")
        .map((channel) => (
          <ChannelRow key={channel.id} channel={channel} {...shared} />
        ))}
    </Group>
  );
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  const id = `group-${name.replace(/\W+/g, "-").toLowerCase()}`;
  return (
    <section className="sidebar-group" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function Row({ place, shared, children }: { place: string; shared: Shared; children: ReactNode }) {
  const unread = shared.unread[place] ?? 0;
  return (
    <li>
      <button
        type="button"
        className={`row${unread > 0 ? " is-unread" : ""}`}
        aria-current={shared.place === place ? "page" : undefined}
        onClick={() => shared.open(place)}
      >
        {children}
        {unread > 0 && (
          <span className="badge-count">
            {unread}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
      </button>
    </li>
  );
}

function PersonSwitch({ choose }: { choose: (person: Person) => void }) {
  const people = useLive((s) => s.people);
  const { me } = useDirectory();
  return (
    <div className="person-switch">
      <Avatar person={me} size={36} />
      <label>
        <span className="person-switch-label">You are</span>
        <select
          value={me?.id ?? ""}
          onChange={(event) => {
            const chosen = people.find((p) => p.id === event.target.value);
            if (chosen) choose(chosen);
          }}
        >
          {people
            .filter((p) => !p.is_bot)
            .map((p) => (
              <option key={p.id} value={p.id}>
                {p.real_name}
                {p.title && ` · ${p.title}`}
              </option>
            ))}
        </select>
      </label>
    </div>
  );
}
