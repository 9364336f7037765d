/** Where a person is: in a conversation or in the app's Home. Kept in the address, so that a window can be opened anew. */
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from "react";

/** The Home tab of the app. Its Messages tab is the conversation with the app. */
export const HOME = "home";
/** The direct conversation with the app, before anybody wrote in it. */
export const APP = "@app";
/** The direct conversation with a person, before anybody wrote in it. */
export const directWith = (name: string): string => `@${name}`;

export interface Navigation {
  place: string;
  thread: string | null;
  go: (place: string) => void;
  openThread: (ts: string | null) => void;
}

export const NavigationContext = createContext<Navigation>({
  place: "",
  thread: null,
  go: () => undefined,
  openThread: () => undefined,
});

export function useNavigation(): Navigation {
  return useContext(NavigationContext);
}

export function addressed(key: string): string | null {
  return new URLSearchParams(location.search).get(key);
}

export function putInAddress(entries: Record<string, string | null>): void {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(entries)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  history.replaceState(null, "", `?${query}`);
}

export function usePlaces(): Navigation {
  const [place, setPlace] = useState(() => addressed("in") ?? "");
  const [thread, setThread] = useState<string | null>(() => addressed("thread"));
  const go = useCallback((next: string) => {
    setPlace(next);
    setThread(null);
  }, []);
  useEffect(() => putInAddress({ in: place || null, thread }), [place, thread]);
  return useMemo(() => ({ place, thread, go, openThread: setThread }), [place, thread, go]);
}
