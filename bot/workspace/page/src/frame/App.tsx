/** The frame of the page. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { ThemeContext } from "../blocks/Renderer";
import { Inspector } from "../inspector/Inspector";
import { useLive } from "../live/store";
import { AsTextContext } from "../messages/MessageBody";
import { ThreadPane } from "../messages/ThreadPane";
import { ConfirmProvider } from "../modals/confirm";
import { Modals } from "../modals/Modal";
import { DirectoryContext, useLiveDirectory } from "../words/directory";
import { useActing } from "./acting";
import { Announcer } from "./Announcer";
import { Banners } from "./Banners";
import { Drawer } from "./Drawer";
import { Main } from "./Main";
import { APP, directWith, HOME, NavigationContext, usePlaces } from "./navigation";
import { useNarrow, useTheme } from "./preferences";
import { useReading } from "./reading";
import { enter, useRegionKeys } from "./regions";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";

export function App() {
  const { choose, isUnreachable } = useActing();
  const [theme, , chooseTheme] = useTheme();
  const [isAsText, setAsText] = useState(false);
  const [isInspecting, setInspecting] = useState(false);
  const [isDrawn, setDrawn] = useState(false);
  const isNarrow = useNarrow(760);
  const navigation = usePlaces();
  const directory = useLiveDirectory();
  const place = usePlace(navigation.place);
  const { counts, opened } = useReading(place);
  useRegionKeys();
  useTitle(counts);
  const closeDrawer = useCallback(() => setDrawn(false), []);
  const closeInspector = useCallback(() => setInspecting(false), []);
  const here = useMemo(() => ({ ...navigation, place }), [navigation, place]);
  const hasThread = navigation.thread !== null && place !== HOME;
  const sidebar = <Sidebar unread={counts} choosePerson={choose} onLeave={closeDrawer} />;
  return (
    <ThemeContext.Provider value={theme}>
      <DirectoryContext.Provider value={directory}>
        <NavigationContext.Provider value={here}>
          <AsTextContext.Provider value={isAsText}>
            <ConfirmProvider>
              <SkipLinks />
              <div className="frame">
                <TopBar
                  theme={theme}
                  chooseTheme={chooseTheme}
                  isAsText={isAsText}
                  toggleAsText={() => setAsText(!isAsText)}
                  isInspecting={isInspecting}
                  toggleInspector={() => setInspecting(!isInspecting)}
                  openDrawer={isNarrow ? () => setDrawn(true) : null}
                />
                {isNarrow ? (
                  isDrawn && <Drawer close={closeDrawer}>{sidebar}</Drawer>
                ) : (
                  <nav className="sidebar" aria-label="Conversations" data-region="sidebar" tabIndex={-1}>
                    {sidebar}
                  </nav>
                )}
                <div className="stage">
                  <div className="stage-main">
                    <Banners isUnreachable={isUnreachable} />
                    <Main place={place} unread={opened} />
                  </div>
                  {hasThread && <ThreadPane channel={place} thread={navigation.thread!} />}
                  {isInspecting && <Inspector close={closeInspector} />}
                </div>
              </div>
              <Announcer channel={place} />
              <Modals />
            </ConfirmProvider>
          </AsTextContext.Provider>
        </NavigationContext.Provider>
      </DirectoryContext.Provider>
    </ThemeContext.Provider>
  );
}

/** The place to show: the one gone to when it exists for this person, else the first channel. */
function usePlace(wanted: string): string {
  const channels = useLive((s) => s.channels);
  const app = useLive((s) => s.app.user);
  const people = useLive((s) => s.people);
  if (wanted === HOME) return HOME;
  if (wanted.startsWith("@")) {
    const other = wanted === APP ? app : people.find((p) => directWith(p.name) === wanted)?.id;
    if (other !== undefined) return channels.find((c) => c.kind === "im" && c.members.includes(other))?.id ?? wanted;
  }
  const found = channels.find((c) => c.id === wanted || (c.kind !== "im" && c.name === wanted));
  return found?.id ?? channels[0]?.id ?? "";
}

function useTitle(unread: Readonly<Record<string, number>>): void {
  const name = useLive((s) => s.people.find((p) => p.id === s.me)?.real_name ?? "");
  const count = Object.values(unread).reduce((sum, one) => sum + one, 0);
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ""}Local Slack workspace${name && ` · ${name}`}`;
  }, [count, name]);
}

function SkipLinks() {
  const skip = (region: string) => () => {
    const found = document.querySelector<HTMLElement>(`[data-region="${region}"]`);
    if (found !== null) enter(found);
  };
  return (
    <div className="skip-links">
      <button type="button" onClick={skip("main")}>
        Skip to the messages
      </button>
      <button type="button" onClick={skip("composer")}>
        Skip to the message field
      </button>
    </div>
  );
}
