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

/** Whether a conversation is direct, with one other or with several. */
export function isDirect(channel: Channel | undefined): boolean {
  return channel?.kind === "im" || channel?.kind === "mpim";
}

/** The name of a conversation as this person sees it: the others of a direct conversation. */
export function channelName(directory: Directory, packed: string): string {
  const [id, label] = unpack(packed);
  const channel = directory.channels.get(id);
  if (channel === undefined) return label ?? "private channel";
  if (!isDirect(channel)) return channel.name;
  const others = channel.members.filter((m) => m !== directory.me?.id);
  return (others.length > 0 ? others : channel.members).map((m) => personName(directory, m)).join(", ");
}

export function groupName(directory: Directory, packed: string): string {
  const [id, label] = unpack(packed);
  return directory.usergroups.get(id)?.handle ?? label ?? id;
}
