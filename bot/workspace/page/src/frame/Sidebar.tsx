/** The sidebar: conversations, the app, and who one is. */
import { memo, type ReactNode } from "react";
import { useLive } from "../live/store";
import type { Channel, Person } from "../protocol";
import { channelName, useDirectory } from "../words/directory";
import { Avatar } from "./Avatar";
import { Icon } from "./icons";
import { APP, HOME, useNavigation } from "./navigation";

interface Props {
  unread: Readonly<Record<string, number>>;
  choosePerson: (person: Person) => void;
  onLeave: () => void;
}

export const Sidebar = memo(function Sidebar({ unread, choosePerson, onLeave }: Props) {
  const { place, go } = useNavigation();
  const channels = useLive((s) => s.channels);
  const app = useLive((s) => s.app);
  const directory = useDirectory();
  const open = (next: string) => {
    go(next);
    onLeave();
  };
  const rooms = channels.filter((c) => c.kind !== "im" && !c.is_archived).toSorted((a, b) => a.name.localeCompare(b.name));
  const directs = channels.filter((c) => c.kind === "im" && !c.members.includes(app.user));
  const withApp = channels.find((c) => c.kind === "im" && c.members.includes(app.user));
  const appPlace = withApp?.id ?? APP;
  const appPerson = directory.people.get(app.user);
  const row = (channel: Channel) => (
    <Row key={channel.id} isHere={place === channel.id} unread={unread[channel.id] ?? 0} onClick={() => open(channel.id)}>
      {channel.kind === "im" ? <DirectMark channel={channel} /> : <Icon name={channel.kind === "private" ? "lock" : "hash"} size={16} />}
      <span className="row-name">{channelName(directory, channel.id)}</span>
    </Row>
  );
  return (
    <>
      <div className="sidebar-head">
        <div className="workspace-name">Local workspace</div>
        <div className="workspace-note">Nothing leaves this machine</div>
      </div>
      <div className="sidebar-rows">
        <Group name="Channels">{rooms.map(row)}</Group>
        <Group name="Direct messages">
          <Row isHere={place === appPlace} unread={unread[appPlace] ?? 0} onClick={() => open(appPlace)}>
            <Avatar person={appPerson} size={20} isApp />
            <span className="row-name">{appPerson?.real_name ?? app.name}</span>
            <span className="badge-app">APP</span>
          </Row>
          {directs.map(row)}
        </Group>
        <Group name="Apps">
          <Row isHere={place === HOME} unread={0} onClick={() => open(HOME)}>
            <Icon name="home" size={16} />
            <span className="row-name">{appPerson?.real_name ?? app.name} Home</span>
          </Row>
        </Group>
      </div>
      <PersonSwitch choose={choosePerson} />
    </>
  );
});

function Group({ name, children }: { name: string; children: ReactNode }) {
  const id = `group-${name.replace(/\W+/g, "-").toLowerCase()}`;
  return (
    <section className="sidebar-group" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface RowProps {
  isHere: boolean;
  unread: number;
  onClick: () => void;
  children: ReactNode;
}

function Row({ isHere, unread, onClick, children }: RowProps) {
  return (
    <li>
      <button type="button" className={`row${unread > 0 ? " is-unread" : ""}`} aria-current={isHere ? "page" : undefined} onClick={onClick}>
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

function DirectMark({ channel }: { channel: Channel }) {
  const directory = useDirectory();
  const other = channel.members.find((m) => m !== directory.me?.id) ?? "";
  return <Avatar person={directory.people.get(other)} size={20} />;
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
