/** Names behind ids, for mentions and for words. */
import { createContext, useContext, useMemo } from "react";
import { useLive } from "../live/store";
import type { Channel, Person, UserGroup } from "../protocol";

export interface Directory {
  me: Person | undefined;
  zone: string;
  app: string;
  people: ReadonlyMap<string, Person>;
  channels: ReadonlyMap<string, Channel>;
  usergroups: ReadonlyMap<string, UserGroup>;
  /** Workspace clock minus this machine's clock, in seconds. */
  now: () => number;
}

const NOBODY: Directory = {
  me: undefined,
  zone: "UTC",
  app: "",
  people: new Map(),
  channels: new Map(),
  usergroups: new Map(),
  now: () => Date.now() / 1000,
};

export const DirectoryContext = createContext<Directory>(NOBODY);

export function useDirectory(): Directory {
  return useContext(DirectoryContext);
}

/** The directory of the live state. The clock's drift is rounded, so that a frame alone changes nothing. */
export function useLiveDirectory(): Directory {
  const people = useLive((s) => s.people);
  const channels = useLive((s) => s.channels);
  const usergroups = useLive((s) => s.usergroups);
  const me = useLive((s) => s.me);
  const app = useLive((s) => s.app.user);
  const ahead = useLive((s) => Math.round(s.ahead / 5) * 5);
  return useMemo(() => {
    const known = new Map(people.map((p) => [p.id, p]));
    return {
      me: known.get(me),
      zone: known.get(me)?.zone ?? "UTC",
      app,
      people: known,
      channels: new Map(channels.map((c) => [c.id, c])),
      usergroups: new Map(usergroups.map((g) => [g.id, g])),
      now: () => Date.now() / 1000 + ahead,
    };
  }, [people, channels, usergroups, me, app, ahead]);
}

/** Split an id from the label that came with it. */
export function unpack(packed: string): [string, string | undefined] {
  const at = packed.indexOf("|");
  return at < 0 ? [packed, undefined] : [packed.slice(0, at), packed.slice(at + 1)];
}

export function personName(directory: Directory, packed: string): string {
  const [id, label] = unpack(packed);
  const person = directory.people.get(id);
  return (person?.real_name || person?.name) ?? label ?? id;
}

/** The name of a conversation as this person sees it: the other one of a direct conversation. */
export function channelName(directory: Directory, packed: string): string {
  const [id, label] = unpack(packed);
  const channel = directory.channels.get(id);
  if (channel === undefined) return label ?? "private channel";
  if (channel.kind !== "im") return channel.name;
  const other = channel.members.find((m) => m !== directory.me?.id) ?? channel.members[0] ?? "";
  return personName(directory, other);
}

export function groupName(directory: Directory, packed: string): string {
  const [id, label] = unpack(packed);
  return directory.usergroups.get(id)?.handle ?? label ?? id;
}
