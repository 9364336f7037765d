/** The app's page: its Home tab, published by the app, and the conversation with it. */
import { useEffect } from "react";
import { Blocks } from "../blocks/BlockView";
import { SurfaceContext } from "../blocks/surface";
import { control } from "../live/control";
import { useLive } from "../live/store";
import { useViewing } from "../live/viewing";
import type { View } from "../protocol";

export function AppHome() {
  const home = useLive((s) => s.home);
  const me = useLive((s) => s.me);
  const name = useLive((s) => s.app.name);
  useEffect(() => {
    // What the app publishes in answer comes over the live connection; without an app there is none.
    if (me !== "") control.openHome(me, "home").catch(() => undefined);
  }, [me]);
  return (
    <div className="home" tabIndex={0} role="region" aria-label={`Home of ${name}`}>
      {home === null ? (
        <div className="home-empty">
          <p className="home-empty-title">Nothing here yet</p>
          <p>{name} was told that you opened its Home. What it publishes appears here.</p>
        </div>
      ) : (
        <HomeView key={home.id} home={home} />
      )}
    </div>
  );
}

function HomeView({ home }: { home: View }) {
  const { surface, complaint } = useViewing(home);
  return (
    <div className="home-view">
      {complaint && (
        <div className="complaint" role="alert">
          <span aria-hidden="true">⚠ </span>
          {complaint}
        </div>
      )}
      <SurfaceContext.Provider value={surface}>
        <Blocks blocks={home.blocks} />
      </SurfaceContext.Provider>
    </div>
  );
}
